"""PostgreSQL away, or the server where people bid lost: what goes on, and what comes back."""

from typing import Final

import pytest

from arena.apps.auctions.actions.finishing import sweep
from arena.apps.auctions.actions.restoring import SEQ_GAP, load
from arena.apps.auctions.jobs import POSTGRES
from arena.apps.auctions.model.states import Outcome, Status
from arena.base.db import DatabaseAway
from packages.arena.tests.apps.auctions.house import AuctionHouse
from packages.arena.tests.support.databases import Databases
from packages.backbeat.tests.support.private_server import PrivateServer

HOUR_S: Final = 3_600


async def test_bidding_goes_on_while_postgresql_is_away_for_five_minutes(
    valkey: PrivateServer, own_databases: Databases
) -> None:
    async with own_databases.fresh() as database, AuctionHouse.open(valkey.url, database) as house:
        auction_id = await house.sell()
        await house.work()
        own_databases.server.close()
        with pytest.raises(DatabaseAway):
            await sweep(house.desk)
        for minute in range(5):
            assert (await house.bid(auction_id, "ab"[minute % 2], f"{20 + minute * 5}.00")).accepted
            house.clock.advance(60)
            ran = [each for each in await house.work() if "bid" in each.name]
            assert {each.outcome for each in ran} <= {"snoozed", "released"}
            assert {each.attempt for each in ran} <= {1}
            assert (await house.app.breaker(POSTGRES.name).info()).state != "closed"
        own_databases.server.ensure()
        for _ in range(3):
            house.clock.advance(60)
            await house.work()
        assert await house.count("auction_bids") == 5
        assert await house.row(auction_id) == await house.live(auction_id)


async def test_all_comes_back_when_the_server_with_the_bids_is_lost(
    house: AuctionHouse, valkey: PrivateServer
) -> None:
    auction_id = await house.sell(reserve_price=30_00)
    for bidder, amount in (("ann", "20.00"), ("bob", "40.00"), ("ann", "50.00")):
        await house.bid(auction_id, bidder, amount)
    await house.work()
    before = await house.live(auction_id)
    valkey.client.flushall()
    assert await house.desk.live.read(auction_id) is None
    # The next bid brings the auction back, and is judged by what it stood at.
    assert (await house.bid(auction_id, "cid", "41.00")).code == "BID_TOO_LOW"
    after = await house.live(auction_id)
    assert (after.price, after.leader, after.leader_max) == (before.price, "ann", 50_00)
    assert (after.seq, after.status) == (before.seq + SEQ_GAP, Status.ACTIVE)
    house.clock.advance(HOUR_S)
    await house.work()
    assert (await house.row(auction_id)).outcome is Outcome.SOLD


async def test_a_start_of_a_worker_brings_back_what_nobody_asks_for(
    house: AuctionHouse, valkey: PrivateServer
) -> None:
    ids = [await house.sell() for _ in range(3)]
    valkey.client.flushall()
    assert await load(house.desk) == 3
    assert [(await house.live(each)).status for each in ids] == [Status.SCHEDULED] * 3
    house.clock.advance(HOUR_S)
    await house.work()
    assert [(await house.row(each)).outcome for each in ids] == [Outcome.NO_BIDS] * 3


async def test_an_end_that_only_postgresql_knows_of_is_found(
    house: AuctionHouse, valkey: PrivateServer
) -> None:
    auction_id = await house.sell()
    await house.bid(auction_id, "ann", "20.00")
    await house.work()
    house.clock.advance(HOUR_S + 5)
    valkey.client.flushall()
    assert await sweep(house.desk) == 1
    await house.work()
    assert (await house.row(auction_id)).outcome is Outcome.SOLD
