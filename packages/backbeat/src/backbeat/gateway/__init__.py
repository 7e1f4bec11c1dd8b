"""The gateway: what a browser, a script or a pager reaches of an application.

It asks the public face of `backbeat.app` and nothing below it; who may ask what is decided in
`gateway.access`, before anything is asked.
"""
