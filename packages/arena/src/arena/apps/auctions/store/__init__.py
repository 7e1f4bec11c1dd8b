"""Where auctions are kept: those that are live on the server of the jobs, all in PostgreSQL.

Reads and writes only: what they mean is decided in `model`, what is to be done in `actions`.
"""
