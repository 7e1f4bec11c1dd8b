"""What a supervisor and its children say to each other: JSON lines over a socket pair."""

import socket
from contextlib import suppress
from typing import Final

import msgspec


class Ready(msgspec.Struct, tag="ready"):
    """Child: my queues are registered and I take jobs."""


class Holds(msgspec.Struct, tag="holds"):
    """Child: renew this lease for me.

    Attributes:
        queue: Name of the queue.
        wn: Number of the worker in this queue.
        sid: Session of the worker.
        lease_ms: Length of the lease.
    """

    queue: str
    wn: int
    sid: str
    lease_ms: int


class Gave(msgspec.Struct, tag="gave"):
    """Child: I gave this lease back."""

    queue: str
    wn: int


class Looks(msgspec.Struct, tag="looks"):
    """Child: renew this lease now, there is another that is over soon."""

    queue: str
    wn: int


class Keeps(msgspec.Struct, tag="keeps"):
    """Child: extend this lock with that lease of mine.

    Attributes:
        queue: Name of the queue.
        wn: Number of the worker in this queue.
        name: Name of the lock or limit.
        token: Names the hold.
        waiter: Its name in the line.
        ttl_ms: How long it is held.
    """

    queue: str
    wn: int
    name: str
    token: str
    waiter: str
    ttl_ms: int


class Dropped(msgspec.Struct, tag="dropped"):
    """Child: I gave this lock back."""

    queue: str
    wn: int
    name: str
    token: str
    waiter: str
    ttl_ms: int


class Worn(msgspec.Struct, tag="worn"):
    """Child: I end soon and want a successor."""

    reason: str


class Counted(msgspec.Struct, tag="counted"):
    """Child: this I did since I said so before.

    Attributes:
        queue: Name of the queue.
        rows: Numbers by handler, in the order of the call `measure`.
        cpu: Seconds of processor time that I have used ever.
    """

    queue: str
    rows: dict[str, tuple[int, ...]]
    cpu: float


class Renewed(msgspec.Struct, tag="renewed"):
    """Parent: the lease is renewed; `sent_at` is the monotonic time before the call."""

    queue: str
    wn: int
    sent_at: float
    active: int
    cancels: dict[str, tuple[int, str]] = {}


class Lost(msgspec.Struct, tag="lost"):
    """Parent: the server no longer knows this lease."""

    queue: str
    wn: int


class LockGone(msgspec.Struct, tag="lock_gone"):
    """Parent: this lock is over."""

    queue: str
    wn: int
    token: str


class Stop(msgspec.Struct, tag="stop"):
    """Parent: take no more jobs, and end when the running ones have, or the grace is over."""

    grace: float


FromChild = Ready | Holds | Gave | Looks | Keeps | Dropped | Worn | Counted
FromParent = Renewed | Lost | LockGone | Stop

# A renewal brings up to 1,000 wishes to cancel, each with its reason.
LONGEST_LINE: Final = 16 * 1024 * 1024

_encode: Final = msgspec.json.Encoder().encode
_from_child: Final[msgspec.json.Decoder[FromChild]] = msgspec.json.Decoder(FromChild)
_from_parent: Final[msgspec.json.Decoder[FromParent]] = msgspec.json.Decoder(FromParent)


def to_line(message: FromChild | FromParent) -> bytes:
    """A message as it is sent."""
    return _encode(message) + b"\n"


def read_from_child(line: bytes) -> FromChild:
    """A message of a child."""
    return _from_child.decode(line)


def read_from_parent(line: bytes) -> FromParent:
    """A message of the parent."""
    return _from_parent.decode(line)


class Lines:
    """Puts lines together from what a socket gives."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        return lines


def send(channel: socket.socket, message: FromChild | FromParent) -> bool:
    """Send a message; False when the other end is gone or does not read.

    A message of which only a part could be sent is the last one: what followed it would be read as
    its end. Nothing more is sent then, and the other end sees that.
    """
    line = memoryview(to_line(message))
    left = line
    try:
        while left:
            left = left[channel.send(left) :]
    except OSError:
        if len(left) < len(line):
            with suppress(OSError):
                channel.shutdown(socket.SHUT_WR)
        return False
    return True
