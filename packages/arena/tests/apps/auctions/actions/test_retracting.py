"""A bid that is taken back: who leads then, what the history says, and when it cannot be."""

import itertools
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from arena.apps.auctions.actions.looking import history
from arena.apps.auctions.actions.reconciling import reconcile
from arena.apps.auctions.actions.retracting import judge_without, retract
from arena.apps.auctions.errors import AuctionNotFound, BidNotFound, Rushed, WrongStatus
from arena.apps.auctions.model.events import EventKind
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.retracting import Retraction
from arena.apps.auctions.model.soft_close import SoftClose
from arena.apps.auctions.model.states import Outcome
from arena.apps.auctions.store import bids
from arena.apps.auctions.store.held_bids import held_retractions
from arena.apps.auctions.store.live import LiveStore
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


@pytest.mark.parametrize("together", [1, 2, 3, 1_000])
async def test_it_stays_taken_back_when_the_server_is_lost(
    house: AuctionHouse, valkey: PrivateServer, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bids, "TOGETHER", together)
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


async def test_what_came_meanwhile_is_judged_with_the_others(house: AuctionHouse) -> None:
    """More bids than are read in one part, and people who bid on in between."""
    auction_id, first = await house.sell(increments=Increments.of("fixed:100")), str(uuid4())
    await house.bid(auction_id, "mallory", "5000.00", first)
    for number in range(520):
        await house.bid(auction_id, "ab"[number % 2], f"{11 + 2 * number}.00")
    judged = await judge_without(house.desk.live, auction_id, first, {}, ())
    assert isinstance(judged, Retraction)
    for bidder, amount in (("carl", "3000.00"), ("mallory", "6000.00"), ("dora", "4000.00")):
        await house.bid(auction_id, bidder, amount)
    other = await judge_without(house.desk.live, auction_id, first, {}, ())
    assert isinstance(other, Retraction)
    assert await house.desk.live.retract(auction_id, judged, "why") == "RETRACTED"
    assert await house.desk.live.retract(auction_id, other, "twice does it once") == "KNOWN"
    events = await house.desk.live.events(auction_id, 1)
    assert [each.kind for each in events].count(EventKind.RETRACTED) == 1
    live = await house.live(auction_id)
    assert (live.leader, live.leader_max, live.price) == ("mallory", 6_000_00, 4_001_00)
    assert live.bid_count == 523


async def test_two_that_are_taken_back_at_once_are_judged_one_after_the_other(
    house: AuctionHouse,
) -> None:
    auction_id, anns, bobs = await three_bids(house)
    judged = await judge_without(house.desk.live, auction_id, anns, {}, ())
    assert isinstance(judged, Retraction)
    await retract(house.desk, auction_id, bobs, "a stolen card")
    assert await house.desk.live.retract(auction_id, judged, "hers, too") == "MOVED"
    await retract(house.desk, auction_id, anns, "hers, too")
    assert (await house.live(auction_id)).bid_count == 1


async def test_who_cannot_keep_up_with_the_bids_is_told_to_come_again(
    house: AuctionHouse, valkey: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    auction_id, anns, _ = await three_bids(house)
    (stream,) = valkey.client.keys(f"*events:{auction_id}")
    offers = itertools.count(100)

    async def meanwhile(live: LiveStore, auction_id: str) -> set[str]:
        """So many bids that the stream of events, which is bounded, has lost the first of them."""
        await house.bid(auction_id, f"dora-{next(offers)}", f"{next(offers) * 100}.00")
        valkey.client.xtrim(stream, maxlen=0, approximate=False)
        return await held_retractions(live, auction_id)

    with monkeypatch.context() as patch:
        patch.setattr("arena.apps.auctions.actions.retracting.held_retractions", meanwhile)
        with pytest.raises(Rushed, match="try again in a moment"):
            await retract(house.desk, auction_id, anns, "why")
    before = await house.live(auction_id)
    await retract(house.desk, auction_id, anns, "why")
    after = await house.live(auction_id)
    assert (before.bid_count, after.bid_count) == (8, 7)


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
