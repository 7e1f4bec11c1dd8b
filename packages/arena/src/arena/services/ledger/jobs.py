"""What is done for the ledger beside its callers, and how often."""

from typing import Final

QUEUE: Final = "ledger"
SEAL: Final = "seal-journals"
EXPIRE: Final = "expire-holds"

# Sealing is never more than a second behind while a worker runs.
SEAL_EVERY_S: Final = 0.5
EXPIRE_EVERY_S: Final = 1.0
TIMEOUT_S: Final = 60.0
