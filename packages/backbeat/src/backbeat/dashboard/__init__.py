"""The dashboard: operators' screens in a browser, in the process of the gateway.

It asks `backbeat.gateway.service` and nothing below it: what somebody may, what is secret and what
is written into the audit log is decided there. A page holds no rule.
"""
