"""What callers and the audit log are told of data that is encrypted: that it is."""

from typing import Any, Final

from backbeat.app import Queue
from backbeat.app.keyring import key_of

ENCRYPTED: Final = "[encrypted]"


def veiled(value: Any) -> Any:
    """A value as people see it: with which key it is encrypted, or the value itself."""
    key = key_of(value)
    return value if key is None else f"[encrypted with key {key}]"


def audited(queue: Queue, data: Any) -> Any:
    """Arguments as the audit log keeps them, which keeps no data of encrypted queues."""
    return ENCRYPTED if queue.options.encrypted or key_of(data) else data
