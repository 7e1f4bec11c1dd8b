"""What the server stores for a job: a head for the scripts, a body for people and handlers.

Body: JSON `["name", created_ms, payload]`, with an object of options as fourth item where any is
set. Record: `0` and the body for a plain job; `x`, a head, a line end and the body for a special
one. Head: `priority;flags;reply_session`, then `;group;cost;unique_key` where one of them is said;
later versions may add fields.
"""

from functools import lru_cache
from typing import Final

import msgspec

_PLAIN: Final = ord("0")
_NORMAL: Final = 5


class StoredBackoff(msgspec.Struct, frozen=True, omit_defaults=True):
    """How long to wait between attempts, as stored; the meaning is that of `Retry`."""

    kind: str
    delay_ms: int
    factor: float = 2.0
    max_ms: int = 86_400_000
    jitter: float = 0.0


class StoredOptions(msgspec.Struct, frozen=True, omit_defaults=True):
    """Options that a job brings along; what is absent comes from its handler.

    Attributes:
        attempts: Runs in all.
        backoff: How long to wait between them.
        timeout_ms: How long one attempt may take.
        wait_ms: How long it may be in the queue before its first start.
        deadline_ms: How long it may live in all, from its creation.
        stale_ms: How long it may run before monitoring calls it stale.
        keep: 0 keeps nothing of it when it ends.
        keep_ms: How long it stays readable when it has ended.
        trace: Context of the tracing of the producer.
        flow: The flow it belongs to: its home and its id.
        lock: Lock that it needs; empty for none, whatever its handler says.
    """

    attempts: int | None = None
    backoff: StoredBackoff | None = None
    timeout_ms: int | None = None
    wait_ms: int | None = None
    deadline_ms: int | None = None
    stale_ms: int | None = None
    keep: int | None = None
    keep_ms: int | None = None
    trace: dict[str, str] | None = None
    flow: tuple[str, str] | None = None
    lock: str | None = None


class Record(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A record, read.

    Attributes:
        name: Which handler it is for.
        created_ms: When it was made.
        payload: JSON, not decoded.
        options: Options of its own; None for none.
        priority: 0 to 10.
        lifo: Whether it goes before its equals.
        reply: Session that waits for its end; empty for none.
        group: Group in whose line it stands; empty for none.
        cost: What it takes from the limits that it falls under.
        unique: Key under which no second job is taken; empty for none.
    """

    name: str
    created_ms: int
    payload: msgspec.Raw
    options: StoredOptions | None = None
    priority: int = _NORMAL
    lifo: bool = False
    reply: str = ""
    group: str = ""
    cost: int = 1
    unique: str = ""


_read: Final = msgspec.json.Decoder(Record).decode
_write: Final = msgspec.json.Encoder().encode


def encode_record(
    name: str,
    created_ms: int,
    payload: bytes,
    options: StoredOptions | None = None,
    *,
    priority: int = _NORMAL,
    lifo: bool = False,
    reply: str = "",
    group: str = "",
    cost: int = 1,
    unique: str = "",
) -> bytes:
    """A job as the server stores it.

    Args:
        name: Which handler it is for.
        created_ms: When it was made.
        payload: JSON.
        options: Options of its own; None for none.
        priority: 0 to 10; 5 is normal.
        lifo: Whether it goes before its equals.
        reply: Session that waits for its end.
        group: Group in whose line it stands.
        cost: What it takes from limits.
        unique: Key under which no second job is taken.
    """
    if options is None:
        body = b"[%b,%d,%b]" % (_name(name), created_ms, payload)
    else:
        body = b"[%b,%d,%b,%b]" % (_name(name), created_ms, payload, _write(options))
    if priority == _NORMAL and cost == 1 and not (lifo or reply or group or unique):
        return b"0" + body
    fields = f"{priority};{'l' if lifo else ''};{reply}"
    if group or cost != 1 or unique:
        fields += f";{group};{cost};{unique}"
    return b"x%b\n%b" % (fields.encode(), body)


def decode_record(record: bytes) -> Record:
    """A record, read.

    Raises:
        msgspec.DecodeError: It is none.
    """
    if record[0] == _PLAIN:
        # Copied rather than viewed: for a usual record that is twice as fast.
        return _read(record[1:])
    head, _, body = record[1:].partition(b"\n")
    priority, flags, reply, group, cost, unique, *_ = (*head.decode().split(";"), "", "", "")
    return msgspec.structs.replace(
        _read(body),
        priority=int(priority),
        lifo="l" in flags,
        reply=reply,
        group=group,
        cost=int(cost or 1),
        unique=unique,
    )


def is_plain(record: bytes) -> bool:
    """Whether a record has no head; never so of one that cannot be read."""
    return record.startswith(b"0")


def cost_of(record: bytes) -> int:
    """What a job takes from the limits that it falls under."""
    if record[0] == _PLAIN:
        return 1
    fields = record[1:].partition(b"\n")[0].split(b";")
    return int(fields[4] or 1) if len(fields) > 4 else 1


def body_of(record: bytes) -> bytes:
    """The body of a record, without what the scripts read."""
    if record[:1] == b"0":
        return record[1:]
    return record.partition(b"\n")[2]


def group_of(record: bytes) -> str:
    """The group in the head of a record; empty for none."""
    if record[0] == _PLAIN:
        return ""
    _, _, _, group, *_ = (*record.partition(b"\n")[0].split(b";"), b"")
    return group.decode()


@lru_cache(maxsize=4_096)
def _name(name: str) -> bytes:
    return _write(name)
