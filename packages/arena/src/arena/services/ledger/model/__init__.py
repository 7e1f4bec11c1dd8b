"""The rules of the ledger: what a journal is, whether it may be posted, and how holds end. Pure."""
