"""A process dies after PostgreSQL has committed and before the queue was told."""

import asyncio
import signal
import sys
from collections import Counter
from typing import TYPE_CHECKING
from uuid import uuid4

from arena.apps.auctions.actions.bidding import place_bid
from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.offering import answer, offer
from arena.apps.auctions.model.bids import Bid
from arena.base.clock import now_ms
from arena.base.db import Database
from packages.arena.tests.apps.auctions.actions.test_offering import unsold
from packages.arena.tests.apps.auctions.faults.crowd import (
    PATIENCE_S,
    address_of,
    becomes,
    bidding_desk,
    kept_bids,
    sell,
    workers,
)
from packages.arena.tests.apps.auctions.house import AuctionHouse
from packages.arena.tests.apps.auctions.sale import HOUR_MS, terms
from packages.backbeat.tests.support.private_server import PrivateServer

if TYPE_CHECKING:
    from backbeat import JobHandle


async def test_a_bid_is_kept_once_by_two_workers_of_which_one_was_killed(
    valkey: PrivateServer, database: Database
) -> None:
    desk = bidding_desk(valkey.url, database)
    auction_id = await sell(desk, terms(start_at_ms=now_ms(), end_at_ms=now_ms() + HOUR_MS))
    async with workers(valkey.url, database) as crew:
        # The first bid brings the start of the auction with it, which is not what this is about.
        first = await _bid(desk, auction_id, "ann", 20_00)
        await crew.start()
        await becomes(database, "SELECT count(*) FROM auction_events", 2)
        await crew.kill()

        second = await _bid(desk, auction_id, "bob", 30_00)
        await crew.start("--dies")
        assert await crew.ended() == -signal.SIGKILL
        assert await kept_bids(database) == Counter([first, second])
        handle: JobHandle[str] = desk.jobs.persistence.handle(f"bid-{auction_id}-{second}")
        assert (await handle.info()).state == "active"

        await crew.start()
        assert await handle.result(timeout=PATIENCE_S) == "already_persisted"
    assert await kept_bids(database) == Counter([first, second])
    await desk.jobs.persistence.app.connections.close()


async def test_who_is_offered_it_and_who_sold_it_are_told_though_the_process_was_killed(
    valkey: PrivateServer, database: Database
) -> None:
    async with AuctionHouse.open(valkey.url, database) as house:
        auction_id = await unsold(house)
        for what, who, title in (
            ("offer", "ann", "A second chance: A watch"),
            ("accept", "seller", "Your offer was accepted: A watch"),
        ):
            await _do_and_die(valkey, database, house, auction_id, what)
            assert (await house.inbox(who)).count(title) == 1
        # Done again it is as it was.
        await offer(house.desk, auction_id, 48)
        assert (await answer(house.desk, auction_id, "ann", "accepted")).state == "accepted"
        assert await house.invoice(auction_id) == ("ann", 15_50, 1_55)
        for who in ("ann", "seller"):
            told = await house.inbox(who)
            assert len(told) == len(set(told))


async def _do_and_die(
    valkey: PrivateServer, database: Database, house: AuctionHouse, auction_id: str, what: str
) -> None:
    module = "packages.arena.tests.apps.auctions.faults.offering_process"
    given = (valkey.url, address_of(database), str(house.clock()), auction_id, what)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *given)
    assert await process.wait() == -signal.SIGKILL


async def _bid(desk: Desk, auction_id: str, bidder: str, offer: int) -> str:
    bid = Bid(str(uuid4()), bidder, offer)
    assert (await place_bid(desk, auction_id, bid)).answer.accepted
    await desk.relay.settled()
    return bid.id
