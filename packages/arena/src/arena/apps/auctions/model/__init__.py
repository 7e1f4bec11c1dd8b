"""The rules of auctions: pure. Nothing here reads, waits, or knows the time.

Amounts are whole numbers of minor units (cents), moments are milliseconds since 1970, and who
calls brings both. The folder `lua` states the same rules once more, for the server; a test compares
the two step by step.
"""
