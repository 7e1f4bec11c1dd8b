"""What shall be done outside of the bid: the queues, with the options of the seed, and arguments.

In JSON the arguments keep the seed's names, in camelCase. No code: `handlers` has it.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import msgspec

from arena.base.db import DatabaseAway
from backbeat import Backbeat, Breaker, JobError, Keep, Queue, Rate, Retry
from backbeat.app import JobCall

DAY: Final = 86_400

POSTGRES: Final = Breaker("postgres", only=(DatabaseAway,), probes=1, open_for=5)
"""Open while the database is away, for every queue that writes to it."""


PERSIST_RATE: Final = Rate(100, per=1)


class BidRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An accepted bid, to be kept for good. Amounts in minor units, moments in ms since 1970."""

    auction_id: str
    seq: int
    bid_id: str
    bidder_id: str
    kind: str
    amount: int
    price: int
    leader_id: str
    previous_bid: int
    previous_leader: str
    bid_time: int
    origin: str


class AttemptRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A bid that was refused, to be kept for whoever looks into it."""

    auction_id: str
    bid_id: str
    bidder_id: str
    amount: int
    code: str
    bid_time: int
    origin: str


class EventRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An event of an auction, for its audit trail."""

    auction_id: str
    seq: int
    kind: str
    at: int
    facts: dict[str, str]


class AuctionUpdate(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How an auction stands after an event; an older one never replaces a newer one."""

    auction_id: str
    seq: int
    current_bid: int
    highest_bidder_id: str
    highest_max: int
    total_bids: int
    end_time: int
    extensions: int


class OutbidRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """That somebody leads no more since an event."""

    auction_id: str
    seq: int
    bidder_id: str


class AuctionRef(msgspec.Struct, frozen=True, rename="camel"):
    """An auction by its id."""

    auction_id: str


class AuctionJobs:
    """The queues of auctions and the jobs that are put into them, each under an id of its own.

    Attributes:
        persistence: Accepted bids and events on their way to PostgreSQL.
        updates: Prices on their way there.
        finalization: Auctions on their way to their end.
        care: Starts, reminders, the sweep and the nightly comparison.
        notices: That somebody was outbid, or how it came out, on its way to them.
    """

    def __init__(self, app: Backbeat, *, persist_rate: Rate | None = PERSIST_RATE) -> None:
        """Declare the queues of an application.

        Args:
            app: The application.
            persist_rate: How many bids and events may start on their way to PostgreSQL. Defaults
                to the seed's 100 a second; None: any number.
        """
        self.persistence = app.queue(
            "bid-persistence",
            concurrency=5,
            rate=persist_rate,
            retry=_backoff(3, 2),
            keep=Keep(completed=100, completed_for=3_600, failed=500, failed_for=DAY),
        )
        self.updates = app.queue(
            "auction-update",
            concurrency=3,
            retry=_backoff(3, 2),
            keep=Keep(completed=50, failed=200),
        )
        self.finalization = app.queue(
            "auction-finalization",
            concurrency=2,
            retry=_backoff(5, 5),
            keep=Keep(completed=100, completed_for=DAY, failed=500, failed_for=7 * DAY),
        )
        self.care = app.queue("auction-care", concurrency=2, retry=_backoff(3, 2))
        self.notices = app.queue(
            "auction-notices", concurrency=5, retry=_backoff(5, 1), keep=Keep(completed_for=3_600)
        )

    def persist_bid(self, row: BidRow) -> JobCall[Any]:
        """Keep an accepted bid. The id names the auction too: clients choose the ids of bids."""
        job_id = f"bid-{row.auction_id}-{row.bid_id}"
        return self.persistence.call("persist-bid", {"bid": row}, id=job_id)

    async def record_attempt(self, row: AttemptRow) -> None:
        """Keep a refused bid; refused again for the same reason it is the same."""
        job_id = f"attempt-{row.auction_id}-{row.bid_id}-{row.code}"
        await self.care.add("record-attempt", {"attempt": row}, id=job_id)

    def record_event(self, row: EventRow) -> JobCall[Any]:
        """Keep an event that is no bid."""
        job_id = f"event-{row.auction_id}-{row.seq}"
        return self.persistence.call("record-event", {"event": row}, id=job_id)

    def update_auction(self, update: AuctionUpdate) -> JobCall[Any]:
        """Bring the row of an auction up to an event."""
        job_id = f"auction-{update.auction_id}-{update.seq}"
        return self.updates.call("update-auction", {"update": update}, id=job_id)

    def tell_outbid(self, row: OutbidRow) -> JobCall[Any]:
        """Tell somebody that another leads."""
        job_id = f"outbid-{row.auction_id}-{row.seq}"
        return self.notices.call("tell-outbid", {"outbid": row}, id=job_id)

    async def tell_outcome(self, auction_id: str) -> None:
        """Tell everybody concerned how an auction came out."""
        await self.notices.add("tell-outcome", _ref(auction_id), id=f"outcome-{auction_id}")

    async def start_at(self, auction_id: str, start_at: datetime) -> None:
        """Start an auction at its time."""
        await self.care.add(
            "start-auction", _ref(auction_id), id=f"start-auction-{auction_id}", run_at=start_at
        )

    async def finish_at(self, auction_id: str, end_at: datetime) -> None:
        """End an auction at its time; moves the job where there is one.

        One that has ended is replaced: it may have failed, and what it does it does once.
        """
        await _put(
            self.finalization, "finalize-auction", f"finalize-{auction_id}", auction_id, end_at
        )

    async def remind_at(self, auction_id: str, moment: datetime) -> None:
        """Tell watchers that the end is near; moves the job where there is one."""
        await _put(self.care, "ending-soon", f"ending-soon-{auction_id}", auction_id, moment)


async def _put(queue: Queue, name: str, job_id: str, auction_id: str, run_at: datetime) -> None:
    """Add a job for a moment, or move it there."""
    handle = await queue.add(name, _ref(auction_id), id=job_id, run_at=run_at, on_kept="replace")
    if handle.existing:
        # One that runs right now, or has just run, looks at the end by itself.
        with suppress(JobError):
            await handle.reschedule(run_at=run_at)


def _ref(auction_id: str) -> dict[str, AuctionRef]:
    return {"auction": AuctionRef(auction_id)}


def _backoff(attempts: int, delay_s: float) -> Retry:
    return Retry(attempts=attempts, backoff="exponential", delay=delay_s)
