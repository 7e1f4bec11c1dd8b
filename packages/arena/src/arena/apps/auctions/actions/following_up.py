"""Which jobs follow from events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from arena.apps.auctions.jobs import AuctionJobs, AuctionUpdate, BidRow, EventRow, OutbidRow
from arena.apps.auctions.model.events import Event, EventKind
from backbeat.app import JobCall

SOON_MS: Final = 300_000
"""So long before the end watchers are told that it is near."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """It is too early: look again after so many ms."""

    left_ms: int


def moment(ms: int) -> datetime:
    """A moment of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1_000, UTC)


def to_keep(jobs: AuctionJobs, event: Event) -> JobCall[Any]:
    """The job that keeps an event for good."""
    facts = event.facts
    if event.kind is not EventKind.BID:
        row = EventRow(
            auction_id=event.auction_id,
            seq=event.seq,
            kind=event.kind.value,
            at=event.at_ms,
            facts=dict(facts),
        )
        return jobs.record_event(row)
    return jobs.persist_bid(
        BidRow(
            auction_id=event.auction_id,
            seq=event.seq,
            bid_id=facts["bid"],
            bidder_id=facts["bidder"],
            kind=facts["bid_kind"],
            amount=event.number("offer"),
            price=event.number("price"),
            leader_id=facts["leader"],
            previous_bid=event.number("price_before"),
            previous_leader=facts["leader_before"],
            bid_time=event.at_ms,
            origin=facts["origin"],
        )
    )


def to_update(jobs: AuctionJobs, events: Sequence[Event]) -> list[JobCall[Any]]:
    """The updates of rows: of each auction the newest change alone, since it says all."""
    changes = (EventKind.BID, EventKind.RETRACTED)
    newest = {event.auction_id: event for event in events if event.kind in changes}
    return [jobs.update_auction(_update(change)) for change in newest.values()]


def to_tell(jobs: AuctionJobs, events: Sequence[Event]) -> list[JobCall[Any]]:
    """Notices to those who lead no more: of each person and auction the newest alone."""
    newest: dict[tuple[str, str], OutbidRow] = {}
    for event in events:
        before = event.facts.get("leader_before", "")
        if event.kind is EventKind.BID and before not in ("", event.facts["leader"]):
            newest[event.auction_id, before] = OutbidRow(
                auction_id=event.auction_id, seq=event.seq, bidder_id=before
            )
    return [jobs.tell_outbid(row) for row in newest.values()]


def moved_ends(events: Sequence[Event]) -> dict[str, int]:
    """Where the ends of auctions are now that moved, in ms: put off, bought, or called off.

    One that ended at its end has a job for that already.
    """
    ends: dict[str, int] = {}
    for event in events:
        if event.kind is EventKind.BID and event.facts["end_at_ms"] != event.facts["end_before_ms"]:
            ends[event.auction_id] = event.number("end_at_ms")
        elif event.kind is EventKind.CANCELLED:
            ends[event.auction_id] = event.at_ms
    return ends


def _update(change: Event) -> AuctionUpdate:
    return AuctionUpdate(
        auction_id=change.auction_id,
        seq=change.seq,
        current_bid=change.number("price"),
        highest_bidder_id=change.facts["leader"],
        highest_max=change.number("leader_max"),
        total_bids=change.number("bid_count"),
        end_time=change.number("end_at_ms"),
        extensions=change.number("extensions"),
    )
