"""The use cases of the ledger, each one transaction."""
