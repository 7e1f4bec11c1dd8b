"""Reads and writes of the ledger."""
