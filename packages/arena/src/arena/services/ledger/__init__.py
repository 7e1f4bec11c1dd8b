"""Money of record: double entry, append-only, idempotent."""
