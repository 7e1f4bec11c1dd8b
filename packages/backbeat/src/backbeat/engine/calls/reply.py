"""Reading replies: bytes in, typed values out; what does not fit is a ProtocolError."""

from collections.abc import Sequence

from backbeat.errors import ProtocolError

Arg = str | bytes | int
Reply = bytes | int | None | list["Reply"]


def items(reply: Reply, at_least: int) -> list[Reply]:
    """The reply as a list of at least so many items."""
    if not isinstance(reply, list) or len(reply) < at_least:
        raise ProtocolError(f"expected a reply of {at_least} items or more, got {reply!r:.100}")
    return reply


def number(value: Reply) -> int:
    """The reply as a whole number; an empty one is 0."""
    if isinstance(value, int):
        return value
    if isinstance(value, bytes):
        return int(value or b"0")
    raise ProtocolError(f"expected a number, got {value!r:.100}")


def raw(value: Reply) -> bytes:
    """The reply as bytes."""
    if isinstance(value, bytes):
        return value
    raise ProtocolError(f"expected bytes, got {value!r:.100}")


def text(value: Reply) -> str:
    """The reply as text."""
    return raw(value).decode()


def names(value: Reply) -> tuple[str, ...]:
    """The reply, ids by ',', as a tuple."""
    joined = text(value)
    return tuple(joined.split(",")) if joined else ()


def indexes(value: Reply) -> list[int]:
    """The reply, whole numbers by ',', as a list."""
    joined = raw(value)
    return [int(part) for part in joined.split(b",")] if joined else []


def number_or_none(value: Reply) -> int | None:
    """The reply as a whole number; an empty one is None."""
    return None if value == b"" else number(value)


def text_or_none(value: Reply) -> str | None:
    """The reply as text; None for nothing."""
    return None if value is None else text(value)


def pairs(values: Sequence[Reply]) -> list[tuple[str, bytes]]:
    """Flat name, value, name, value... as pairs."""
    return [(text(values[i]), raw(values[i + 1])) for i in range(0, len(values), 2)]
