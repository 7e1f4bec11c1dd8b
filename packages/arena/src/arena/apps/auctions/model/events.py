"""What happened to an auction, in the order in which it happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """What can happen to a published auction."""

    STARTED = "started"
    BID = "bid"
    RETRACTED = "retracted"
    ENDED = "ended"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one auction.

    Attributes:
        auction_id: The auction.
        seq: Its number there; a later event has a larger one.
        kind: What happened.
        at_ms: When, by the server's clock.
        facts: What belongs to it, as text. Secrets are among them: what the leader would pay.
    """

    auction_id: str
    seq: int
    kind: EventKind
    at_ms: int
    facts: Mapping[str, str]

    def number(self, name: str) -> int:
        """A fact that is a whole number."""
        return int(self.facts[name])
