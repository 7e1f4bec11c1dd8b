"""A bid that is taken back: who leads then, what the history says, and when it cannot be."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from arena.apps.auctions.actions.looking import history
from arena.apps.auctions.actions.reconciling import reconcile
from arena.apps.auctions.actions.retracting import retract
from arena.apps.auctions.errors import AuctionNotFound, BidNotFound, WrongStatus
from arena.apps.auctions.model.events import EventKind
from arena.apps.auctions.model.soft_close import SoftClose
from arena.apps.auctions.model.states import Outcome
from arena.apps.auctions.store.tables import EventTable
from packages.arena.tests.apps.auctions.house import AuctionHouse
from packages.backbeat.tests.support.private_server import PrivateServer

HOUR_S = 3_600


async def three_bids(house: AuctionHouse) -> tuple[str, str, str]:
    """An auction on which ann, bob and carl bid; ann's bid, and bob's, which leads."""
    anns, bobs = str(uuid4()), str(uuid4())
    auction_id = await house.sell(soft_close=SoftClose(mode="append"))
    house.clock.advance(HOUR_S - 10)
    await house.bid(auction_id, "ann", "20.00", anns)
    await house.bid(auction_id, "bob", "90.00", bobs)
    await house.bid(auction_id, "carl", "50.00")
    return auction_id, anns, bobs


async def test_without_a_bid_the_others_decide_and_the_end_stays(house: AuctionHouse) -> None:
    auction_id, _, bobs = await three_bids(house)
    before = await house.live(auction_id)
    await retract(house.desk, auction_id, bobs, "a stolen card")
    await retract(house.desk, auction_id, bobs, "twice does it once")
    live = await house.live(auction_id)
    assert (live.leader, live.leader_max, live.price, live.bid_count) == ("carl", 50_00, 20_50, 2)
    assert (live.end_at_ms, live.extensions) == (before.end_at_ms, before.extensions)
    assert live.seq == before.seq + 1
    await house.work()
    assert await house.row(auction_id) == live
    async with house.desk.database.reading() as session:
        events = select(func.count()).where(EventTable.kind == EventKind.RETRACTED.value)
        assert await session.scalar(events) == 1


async def test_the_history_keeps_it_and_comparing_finds_nothing(house: AuctionHouse) -> None:
    auction_id, _, bobs = await three_bids(house)
    await retract(house.desk, auction_id, bobs, "a stolen card")
    await house.bid(auction_id, "ann", "60.00")
    await house.work()
    shown = await history(house.desk, auction_id, before_seq=None, limit=10, viewer=None)
    assert [bid.retracted for bid in shown] == [False, False, True, False]
    house.clock.advance(HOUR_S)
    await house.work()
    row = await house.row(auction_id)
    assert (row.outcome, row.winner, row.price) == (Outcome.SOLD, "ann", 51_00)
    assert await reconcile(house.desk) == []


async def test_it_stays_taken_back_when_the_server_is_lost(
    house: AuctionHouse, valkey: PrivateServer
) -> None:
    auction_id, anns, bobs = await three_bids(house)
    await retract(house.desk, auction_id, bobs, "a stolen card")
    await house.work()
    valkey.client.flushall()
    await retract(house.desk, auction_id, bobs, "known from the rows alone")
    live = await house.live(auction_id)
    assert (live.leader, live.price, live.bid_count) == ("carl", 20_50, 2)
    # And one that was made before the loss can still be taken back.
    await retract(house.desk, auction_id, anns, "hers, too")
    live = await house.live(auction_id)
    assert (live.leader, live.price, live.bid_count) == ("carl", 10_00, 1)


async def test_without_its_only_bid_an_auction_has_none(house: AuctionHouse) -> None:
    auction_id, only = await house.sell(), str(uuid4())
    await house.bid(auction_id, "ann", "20.00", only)
    await house.work()
    await retract(house.desk, auction_id, only, "a slip")
    await house.work()
    row = await house.row(auction_id)
    assert (row.leader, row.price, row.bid_count, row.min_next) == (None, 0, 0, 10_00)
    house.clock.advance(HOUR_S)
    await house.work()
    assert (await house.row(auction_id)).outcome is Outcome.NO_BIDS


async def test_what_cannot_be_taken_back_is_refused(house: AuctionHouse) -> None:
    auction_id, _, bobs = await three_bids(house)
    with pytest.raises(BidNotFound, match="'none'"):
        await retract(house.desk, auction_id, "none", "why")
    with pytest.raises(AuctionNotFound):
        await retract(house.desk, "none", bobs, "why")
    house.clock.advance(HOUR_S)
    with pytest.raises(WrongStatus, match="ended"):
        await retract(house.desk, auction_id, bobs, "too late")
    await house.work()
    with pytest.raises(WrongStatus, match="ended"):
        await retract(house.desk, auction_id, bobs, "too late")
