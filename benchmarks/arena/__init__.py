"""How fast Arena is: bids over sockets and REST, what viewers wait for, and the ledger's seals.

    python -m benchmarks.arena [--only bids,viewers,seals] [--publish] [--json]

Stores, server and clients are processes of their own on one machine. May use what tests use.
"""
