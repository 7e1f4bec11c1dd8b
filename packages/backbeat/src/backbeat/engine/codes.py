"""The words that begin the error replies of our scripts, and what each means in Python."""

from enum import StrEnum
from typing import Final

from backbeat.errors import (
    BackbeatError,
    GroupFull,
    LeaseLost,
    ProtocolError,
    QueueClosed,
    QueueFull,
)


class StaleCall(ProtocolError):
    """An older call of a session arrived after a newer one: nothing was done."""


class BadCall(ProtocolError):
    """The arguments of a call do not add up: sent again, they never will."""


class Code(StrEnum):
    """First word of an error reply. The second is the queue."""

    LOST = "BB_LOST"  # the worker is not registered (any more), or another one has its number
    STALE_CALL = "BB_STALE_CALL"  # the session or worker has made a later call already
    CLOSED = "BB_CLOSED"  # the queue takes no jobs
    QUEUE_FULL = "BB_QUEUE_FULL"  # the queue holds as many jobs as it may
    GROUP_FULL = "BB_GROUP_FULL"  # a group of the queue does
    BAD_CALL = "BB_BAD_CALL"  # the arguments do not add up


_WORDS: Final = frozenset(Code)


def is_code(word: str) -> bool:
    """Whether an error reply that begins with this word comes from a script of ours."""
    return word in _WORDS


def error_for_code(word: str, text: str) -> BackbeatError:
    """The exception for an error reply of a script.

    Args:
        word: Its first word.
        text: The whole reply, with or without that word.
    """
    code = Code(word)
    detail = text.removeprefix(word).strip()
    queue = detail.partition(" ")[0]
    match code:
        case Code.LOST:
            return LeaseLost(f"worker of {detail}")
        case Code.STALE_CALL:
            return StaleCall(f"queue {detail}")
        case Code.CLOSED:
            return QueueClosed(queue)
        case Code.QUEUE_FULL:
            return QueueFull(queue)
        case Code.GROUP_FULL:
            return GroupFull(queue, detail.split(" ")[1])
        case Code.BAD_CALL:
            return BadCall(f"queue {detail}")
