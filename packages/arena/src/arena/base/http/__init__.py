"""HTTP of the house: one front before every route, one form of answers, health and metrics.

The form is that of Backbeat's gateway, and so is most of the code: see `backbeat.gateway.http`.
"""
