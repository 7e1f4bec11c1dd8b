"""The states of an auction, the moves between them, and how it can come out."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Status(StrEnum):
    """Where an auction is in its life."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """How an auction came out."""

    SOLD = "SOLD"
    RESERVE_NOT_MET = "RESERVE_NOT_MET"
    NO_BIDS = "NO_BIDS"
    CANCELLED = "CANCELLED"


MOVES: Final[Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {
        Status.DRAFT: frozenset({Status.SCHEDULED, Status.CANCELLED}),
        Status.SCHEDULED: frozenset({Status.ACTIVE, Status.CANCELLED}),
        Status.ACTIVE: frozenset({Status.ENDED, Status.CANCELLED}),
        Status.ENDED: frozenset(),
        Status.CANCELLED: frozenset(),
    }
)
"""From each status, those that may follow it."""

LIVE: Final = frozenset({Status.SCHEDULED, Status.ACTIVE})
"""Those that the server holds and that bids and time can change."""


def can_move(before: Status, after: Status) -> bool:
    """Whether an auction may go from one status to another."""
    return after in MOVES[before]
