"""Tables of notifications, and what reads and writes them. Who calls has the transaction."""
