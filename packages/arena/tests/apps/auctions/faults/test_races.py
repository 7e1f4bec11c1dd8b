"""Everybody at once: bids against bids, against kills and lost replies, and against the end."""

import asyncio
from collections import Counter
from typing import Final

from sqlalchemy import select

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.model.bids import Code
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.replaying import replay
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.store.bids import timed_bids
from arena.apps.auctions.store.tables import AuctionTable, BidTable
from arena.base.clock import now_ms
from arena.base.db import Database
from packages.arena.tests.apps.auctions.faults.crowd import (
    PROCESSES,
    Sent,
    Workers,
    becomes,
    bid_all_at_once,
    bidding_desk,
    sell,
    workers,
)
from packages.arena.tests.apps.auctions.sale import HOUR_MS, terms
from packages.backbeat.tests.support.fault_report import size
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy

SEED: Final = 11
BIDS: Final = size(ci=600, long=10_000)
AUCTIONS: Final = size(ci=40, long=1_000)
OPEN: Final = "SELECT count(*) FROM auctions WHERE status <> 'ended'"


async def test_a_crowd_leaves_what_its_bids_say_one_after_the_other(
    valkey: PrivateServer, database: Database
) -> None:
    with FaultProxy(valkey.socket, seed=SEED) as proxy:
        desks = [bidding_desk(proxy.url, database) for _ in range(PROCESSES)]
        held = terms(start_at_ms=now_ms(), end_at_ms=now_ms() + HOUR_MS, reserve_price=100_00)
        auction_id = await sell(desks[0], held)
        async with workers(valkey.url, database) as crew:
            await crew.start()
            proxy.inject("cut_reply", b"EVALSHA", times=None, chance=0.05)
            bidding = asyncio.create_task(bid_all_at_once(desks, [auction_id], BIDS, SEED))
            await _kill_until(bidding, crew)
            proxy.clear()
            accepted = [each for each in bidding.result() if each.placed.answer.accepted]
            for desk in desks:
                await desk.relay.settled()
            await desks[0].relay.bring_all()
            await becomes(database, "SELECT count(*) FROM auction_bids", len(accepted))
        seen = await desks[0].live.read(auction_id)
        for desk in desks:
            await desk.jobs.persistence.app.connections.close()
    assert proxy.fired > 0
    assert crew.kills > 1
    assert await _ids(database) == Counter(each.bid.id for each in accepted)
    async with database.reading() as session:
        again = replay(held, await timed_bids(session, auction_id))
    assert again.refused == ()
    assert seen is not None
    assert again.auction == seen.auction


async def test_auctions_that_close_at_once_take_no_bid_after_it(
    valkey: PrivateServer, database: Database
) -> None:
    desks = [bidding_desk(valkey.url, database) for _ in range(PROCESSES)]
    async with workers(valkey.url, database) as crew:
        await crew.start()
        end_ms = now_ms() + size(ci=15_000, long=90_000)
        held = terms(start_at_ms=now_ms(), end_at_ms=end_ms, increments=Increments.of("fixed:1"))
        ids = await _sell_all(desks, held)
        sent: list[Sent] = []
        while not sent or sent[-1].placed.answer.code is not Code.AUCTION_ENDED:
            sent += await bid_all_at_once(desks, ids, 640, SEED + len(sent))
        await becomes(database, OPEN, 0)
        accepted = [each for each in sent if each.placed.answer.accepted]
        await becomes(database, "SELECT count(*) FROM auction_bids", len(accepted))
    for desk in desks:
        await desk.relay.settled()
        await desk.jobs.persistence.app.connections.close()
    assert max(each.placed.at_ms for each in accepted) < end_ms
    assert any(each.placed.answer.code is Code.AUCTION_ENDED for each in sent)
    assert await _ids(database) == Counter(each.bid.id for each in accepted)
    await _each_has_one_end(database, ids)


async def _sell_all(desks: list[Desk], held: Terms) -> list[str]:
    """Publish every auction, through each desk some."""

    async def some(desk: Desk, count: int) -> list[str]:
        return [await sell(desk, held) for _ in range(count)]

    parts = await asyncio.gather(*(some(desk, AUCTIONS // PROCESSES) for desk in desks))
    return [auction_id for part in parts for auction_id in part]


async def _kill_until(bidding: "asyncio.Task[list[Sent]]", crew: Workers) -> None:
    """Kill workers for as long as people bid, and twice at least; leave one that works."""
    while not bidding.done() or crew.kills < 2:
        await crew.kill()
        await crew.start()
    await bidding


async def _ids(database: Database) -> Counter[str]:
    async with database.reading() as session:
        return Counter(await session.scalars(select(BidTable.id)))


async def _each_has_one_end(database: Database, ids: list[str]) -> None:
    """The row of each says what its bids say, and has one winner and one invoice, or none."""
    async with database.reading() as session:
        for auction_id in ids:
            row = await session.get(AuctionTable, auction_id)
            bids = await timed_bids(session, auction_id)
            assert row is not None
            assert row.status == "ended"
            assert (row.outcome == "SOLD") == bool(bids) == (row.winner is not None)
            if bids:
                best = max(bids, key=lambda timed: timed.bid.max_amount)
                assert (row.winner, row.leader_max) == (best.bid.bidder, best.bid.max_amount)
                assert row.bid_count == len(bids)
