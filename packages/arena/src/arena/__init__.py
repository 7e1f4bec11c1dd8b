"""Arena: the product, built on Backbeat.

It may import `backbeat` and `backbeat.lua`, never `backbeat.engine`, `worker`, `cli` or `testing`.
"""
