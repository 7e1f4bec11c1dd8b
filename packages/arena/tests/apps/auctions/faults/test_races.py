"""Everybody at once: bids against bids, against kills and lost replies, and against the end."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from arena.apps.auctions.actions.bidding import place_bid
from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.model.events import EventKind
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.replaying import replay
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.store.bids import timed_bids
from arena.apps.auctions.store.tables import AuctionTable, InvoiceTable
from arena.base.clock import now_ms
from arena.base.db import Database
from packages.arena.tests.apps.auctions.faults.crowd import (
    CLIENTS,
    PROCESSES,
    Sent,
    Workers,
    becomes,
    bid_all_at_once,
    bidding_desk,
    comes,
    kept_bids,
    sell,
    workers,
)
from packages.arena.tests.apps.auctions.sale import HOUR_MS, terms
from packages.arena.tests.support.together import together
from packages.backbeat.tests.support.fault_report import (
    LONG,
    Finding,
    beyond,
    distribution,
    publish,
    size,
)
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy

SEED: Final = 11
BIDS: Final = size(ci=600, long=10_000)
WORKERS: Final = size(ci=1, long=8)
KILLS: Final = size(ci=2, long=20)
AUCTIONS: Final = size(ci=40, long=1_000)
OPEN_FOR_MS: Final = size(ci=15_000, long=75_000)
RUSH_MS: Final = size(ci=2_000, long=8_000)
CLOSED_AFTER_S: Final = 5.0
# More than anybody else offers, so who buys wins whatever was bid before.
BUY_NOW: Final = 50_000_00
BIDS_KEPT: Final = "SELECT count(*) FROM auction_bids"
OPEN: Final = "SELECT count(*) FROM auctions WHERE status <> 'ended'"
Test = Callable[..., Coroutine[Any, Any, None]]


def _alone_where_it_is_long(test: Test) -> Test:
    """Only the long form counts seconds, and must have nothing beside it."""
    return pytest.mark.fault(test) if LONG else test


@pytest.mark.timeout(1_200 if LONG else 300)
async def test_a_crowd_leaves_what_its_bids_say_one_after_the_other(
    valkey: PrivateServer, database: Database
) -> None:
    with FaultProxy(valkey.socket, seed=SEED) as proxy:
        desks = [bidding_desk(proxy.url, database) for _ in range(PROCESSES)]
        held = terms(
            start_at_ms=now_ms(), end_at_ms=now_ms() + HOUR_MS, increments=Increments.of("fixed:1"),
            reserve_price=BUY_NOW, buy_now_price=BUY_NOW,
        )  # fmt: skip
        auction_id = await sell(desks[0], held)
        async with workers(valkey.url, database) as crew:
            for _ in range(WORKERS):
                await crew.start()
            proxy.inject("cut_reply", b"EVALSHA", times=None, chance=0.05)
            bidding = asyncio.create_task(bid_all_at_once(desks, [auction_id], BIDS, SEED))
            await _kill_until(bidding, crew)
            buyers = await together(_buy(desks, auction_id, number) for number in range(CLIENTS))
            proxy.clear()
            sent = [*bidding.result(), *buyers]
            accepted = [each for each in sent if each.placed.answer.accepted]
            for desk in desks:
                await desk.relay.settled()
            await desks[0].relay.bring_all()
            await becomes(database, BIDS_KEPT, len(accepted))
            await becomes(database, OPEN, 0)
        seen = await desks[0].live.read(auction_id)
        for desk in desks:
            await desk.jobs.persistence.app.connections.close()
    publish(
        Finding(
            "auction: bids of 64 clients, replies cut, workers killed", len(sent), SEED,
            figures={"accepted": len(accepted), "replies cut": proxy.fired, "kills": crew.kills},
        )
    )  # fmt: skip
    assert proxy.fired > 0
    assert crew.kills >= KILLS
    assert await kept_bids(database) == Counter(each.bid.id for each in accepted)
    async with database.reading() as session:
        again = replay(held, await timed_bids(session, auction_id))
        row = await session.get(AuctionTable, auction_id)
        invoices = await session.scalar(select(func.count()).select_from(InvoiceTable))
    assert again.refused == ()
    assert seen is not None
    assert again.auction == seen.auction
    # One of 64 who wanted to buy it at one moment has it, and nobody else.
    (bought,) = [each for each in buyers if each.placed.answer.accepted]
    assert row is not None
    assert (row.winner, row.price, invoices) == (bought.bid.bidder, BUY_NOW, 1)


@_alone_where_it_is_long
@pytest.mark.timeout(1_200 if LONG else 300)
async def test_auctions_that_close_at_once_take_no_bid_after_it(
    valkey: PrivateServer, database: Database
) -> None:
    desks = [bidding_desk(valkey.url, database) for _ in range(PROCESSES)]
    async with workers(valkey.url, database) as crew:
        for _ in range(2):
            await crew.start()
        end_ms = now_ms() + OPEN_FOR_MS
        held = terms(start_at_ms=now_ms(), end_at_ms=end_ms, increments=Increments.of("fixed:1"))
        ids = await _sell_all(desks, held)
        await comes(end_ms - RUSH_MS)
        sent: list[Sent] = []
        while not sent or sent[-1].placed.answer.code is not Code.AUCTION_ENDED:
            lowest = 10_00 + 1_00 * len(sent)
            sent += await bid_all_at_once(desks, ids, 640, SEED + len(sent), lowest=lowest)
        await becomes(database, OPEN, 0)
        rows_s = (now_ms() - end_ms) / 1_000
        accepted = [each for each in sent if each.placed.answer.accepted]
        await becomes(database, BIDS_KEPT, len(accepted))
    late = [(await _closed_at(desks[0], each) - end_ms) / 1_000 for each in ids]
    for desk in desks:
        await desk.relay.settled()
        await desk.jobs.persistence.app.connections.close()
    publish(
        Finding(
            "auctions that close in one second, under bids", len(ids), SEED,
            violations=beyond(late, CLOSED_AFTER_S), seconds=distribution(late),
            figures={
                "bids": len(sent), "accepted": len(accepted), "rows and invoices after s": rows_s,
            },
        )
    )  # fmt: skip
    assert max(each.placed.at_ms for each in accepted) < end_ms
    assert any(each.placed.answer.code is Code.AUCTION_ENDED for each in sent)
    assert min(late) >= 0
    if LONG:
        assert max(late) <= CLOSED_AFTER_S
    assert await kept_bids(database) == Counter(each.bid.id for each in accepted)
    await _each_has_one_end(database, ids)


async def _sell_all(desks: list[Desk], held: Terms) -> list[str]:
    """Publish every auction, through each desk some."""

    async def some(desk: Desk, count: int) -> list[str]:
        return [await sell(desk, held) for _ in range(count)]

    parts = await asyncio.gather(*(some(desk, AUCTIONS // PROCESSES) for desk in desks))
    return [auction_id for part in parts for auction_id in part]


async def _kill_until(bidding: "asyncio.Task[list[Sent]]", crew: Workers) -> None:
    """Kill workers for as long as people bid, and so often at least; leave as many that work."""
    while not bidding.done() or crew.kills < KILLS:
        await crew.kill()
        await crew.start()
    await bidding


async def _buy(desks: Sequence[Desk], auction_id: str, number: int) -> Sent:
    bid = Bid(str(uuid4()), f"bidder-{number}", BUY_NOW)
    placed = await place_bid(desks[number % len(desks)], auction_id, bid)
    return Sent(auction_id, bid, placed)


async def _closed_at(desk: Desk, auction_id: str) -> int:
    """When the server of the bids ended an auction, by its own clock."""
    *_, last = await desk.live.events(auction_id, 1)
    assert last.kind is EventKind.ENDED
    return last.at_ms


async def _each_has_one_end(database: Database, ids: list[str]) -> None:
    """The row of each says what its bids say, and has one winner and one invoice, or none."""
    async with database.reading() as session:
        for auction_id in ids:
            row = await session.get(AuctionTable, auction_id)
            bids = await timed_bids(session, auction_id)
            assert row is not None
            assert row.status == "ended"
            assert (row.outcome == "SOLD") == bool(bids) == (row.winner is not None)
            assert (await session.get(InvoiceTable, auction_id) is not None) == bool(bids)
            if bids:
                best = max(bids, key=lambda timed: timed.bid.max_amount)
                assert (row.winner, row.leader_max) == (best.bid.bidder, best.bid.max_amount)
                assert row.bid_count == len(bids)
