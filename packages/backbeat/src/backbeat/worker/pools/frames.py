"""What a worker and the process slots below it say to each other: length and msgpack."""

import struct
from typing import Final

import msgspec

from backbeat.worker.logs import LogsAs

LENGTH: Final = struct.Struct("<I")


class Setup(msgspec.Struct, tag="setup"):
    """Worker, first of all: where modules are found, and how to log.

    Attributes:
        path: The worker's `sys.path`.
        main: File of the worker's `__main__`, where handlers may be declared; empty when none.
        logs: How the worker logs; None where that is not ours to say.
    """

    path: list[str]
    main: str
    logs: LogsAs | None = None


class Order(msgspec.Struct, tag="order"):
    """Worker: run this attempt. The fields are those of the Job that the handler sees."""

    module: str
    function: str
    payload: bytes
    id: str
    name: str
    queue: str
    attempt: int
    attempts: int
    fence: int
    created_ms: int
    trace: dict[str, str] | None
    lock_fence: int = 0


class Flag(msgspec.Struct, tag="flag"):
    """Worker: somebody asked for the end of the running job."""


class Progress(msgspec.Struct, tag="progress"):
    """Slot: how far the job is."""

    content: bytes


class LogLine(msgspec.Struct, tag="log"):
    """Slot: a line for the job's log."""

    line: str


class Returned(msgspec.Struct, tag="returned"):
    """Slot: the handler returned a result, as JSON; None is no result."""

    result: bytes | None


class Snoozed(msgspec.Struct, tag="snoozed"):
    """Slot: the handler returned Snooze."""

    delay: float


class Throttling(msgspec.Struct, tag="throttling"):
    """Slot: a service that the handler calls asks for a pause."""

    limit: str
    retry_after: float


class Declined(msgspec.Struct, tag="declined"):
    """Slot: the handler returned Cancel."""

    reason: str


class Raised(msgspec.Struct, tag="raised"):
    """Slot: the handler raised.

    Attributes:
        error: Name of the exception type.
        message: Its text.
        trace: The traceback.
        retryable: Whether the handler's retry policy repeats errors of this type.
        counts: Whether it is a failure for the handler's breaker.
    """

    error: str
    message: str
    trace: str
    retryable: bool
    counts: bool = True


FromWorker = Setup | Order | Flag
Ended = Returned | Snoozed | Throttling | Declined | Raised
FromSlot = Progress | LogLine | Ended

_encode: Final = msgspec.msgpack.Encoder().encode
_from_worker: Final[msgspec.msgpack.Decoder[FromWorker]] = msgspec.msgpack.Decoder(FromWorker)
_from_slot: Final[msgspec.msgpack.Decoder[FromSlot]] = msgspec.msgpack.Decoder(FromSlot)


def to_frame(message: FromWorker | FromSlot) -> bytes:
    """A message as it is sent."""
    body = _encode(message)
    return LENGTH.pack(len(body)) + body


def read_from_worker(body: bytes) -> FromWorker:
    """A message of the worker."""
    return _from_worker.decode(body)


def read_from_slot(body: bytes) -> FromSlot:
    """A message of a slot."""
    return _from_slot.decode(body)
