"""How each job is done: thin, over the actions.

While PostgreSQL is away no job is lost and none uses an attempt: the breaker is opened, and what
was claimed is put off.
"""

import logging
from collections.abc import Awaitable
from typing import Final, TypeVar

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.finishing import finish, sweep
from arena.apps.auctions.actions.following_up import NotYet
from arena.apps.auctions.actions.reconciling import reconcile
from arena.apps.auctions.actions.recording import keep_attempt, keep_bid, keep_event, update_auction
from arena.apps.auctions.actions.reminding import remind_watchers, tell_outbid, tell_outcome
from arena.apps.auctions.actions.restoring import load
from arena.apps.auctions.jobs import (
    POSTGRES,
    AttemptRow,
    AuctionRef,
    AuctionUpdate,
    BidRow,
    EventRow,
    OutbidRow,
)
from arena.base.db import DatabaseAway
from backbeat import Backbeat, Snooze, cron, every

T = TypeVar("T")

log: Final = logging.getLogger(__name__)

SWEEP_S: Final = 10
PAUSE_S: Final = 5.0


def declare_handlers(app: Backbeat, desk: Desk) -> None:
    """Declare the handlers of auctions, and the sweep."""
    _declare_recording(app, desk)
    _declare_finishing(app, desk)


def _declare_recording(app: Backbeat, desk: Desk) -> None:
    jobs = desk.jobs

    @jobs.persistence.job("persist-bid", timeout=30, breaker=POSTGRES)
    async def persist_bid(bid: BidRow) -> str | Snooze:
        return await _unless_away(app, keep_bid(desk, bid))

    @jobs.persistence.job("record-event", timeout=30, breaker=POSTGRES)
    async def record_event(event: EventRow) -> str | Snooze:
        return await _unless_away(app, keep_event(desk, event))

    @jobs.care.job("record-attempt", timeout=30, breaker=POSTGRES)
    async def record_attempt(attempt: AttemptRow) -> Snooze | None:
        return await _unless_away(app, keep_attempt(desk, attempt))

    @jobs.updates.job("update-auction", timeout=30, breaker=POSTGRES)
    async def update(update: AuctionUpdate) -> str | Snooze:
        return await _unless_away(app, update_auction(desk, update))


def _declare_finishing(app: Backbeat, desk: Desk) -> None:
    jobs = desk.jobs

    @jobs.finalization.job("finalize-auction", timeout=60, breaker=POSTGRES)
    async def finalize(auction: AuctionRef) -> str | Snooze:
        told = await _unless_away(app, finish(desk, auction.auction_id))
        return _later(told) if isinstance(told, NotYet) else told

    @jobs.care.job("start-auction", timeout=30)
    async def start(auction: AuctionRef) -> str:
        status = await desk.live.start(auction.auction_id)
        desk.relay.nudge(auction.auction_id)
        return status or "unknown"

    @jobs.care.job("ending-soon", timeout=30, breaker=POSTGRES)
    async def remind(auction: AuctionRef) -> int | Snooze:
        told = await _unless_away(app, remind_watchers(desk, auction.auction_id))
        return _later(told) if isinstance(told, NotYet) else told

    @jobs.notices.job("tell-outbid", timeout=30, breaker=POSTGRES)
    async def outbid(outbid: OutbidRow) -> bool | Snooze:
        told = tell_outbid(desk, outbid.auction_id, outbid.seq, outbid.bidder_id)
        return await _unless_away(app, told)

    @jobs.notices.job("tell-outcome", timeout=120, breaker=POSTGRES)
    async def outcome(auction: AuctionRef) -> bool | Snooze:
        told = await _unless_away(app, tell_outcome(desk, auction.auction_id))
        return _later(told) if isinstance(told, NotYet) else told

    @jobs.care.job("sweep", timeout=60)
    async def sweep_up() -> int | Snooze:
        return await _unless_away(app, sweep(desk))

    @jobs.care.job("load", timeout=300)
    async def load_all() -> int | Snooze:
        return await _unless_away(app, load(desk))

    @jobs.care.job("reconcile", timeout=600, breaker=POSTGRES)
    async def compare() -> int | Snooze:
        found = await _unless_away(app, reconcile(desk))
        if isinstance(found, Snooze):
            return found
        for each in found:
            log.error("auction differs from its bids", extra={"difference": each})
        return len(found)

    app.schedule("auctions-reconcile", cron("0 3 * * *"), compare.call())
    app.schedule("auctions-sweep", every(SWEEP_S), sweep_up.call(), overlap="skip", missed="skip")
    app.schedule("auctions-load", every(60), load_all.call(), overlap="skip")


def _later(not_yet: NotYet) -> Snooze:
    """It is too early, as where late bids have put the end off: no attempt is used."""
    return Snooze(max(not_yet.left_ms, 1) / 1_000)


async def _unless_away(app: Backbeat, work: Awaitable[T]) -> T | Snooze:
    """What the work gives; where PostgreSQL is away, the breaker opens and the job waits."""
    try:
        return await work
    except DatabaseAway:
        await app.breaker(POSTGRES.name).open(PAUSE_S)
        return Snooze(PAUSE_S)
