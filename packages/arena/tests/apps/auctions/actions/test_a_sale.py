"""An auction from its draft to its invoice, through every store and queue."""

from itertools import groupby
from typing import Final

import pytest

from arena.apps.auctions.actions.blocking import block
from arena.apps.auctions.actions.publishing import cancel, publish
from arena.apps.auctions.errors import AuctionNotFound, WrongStatus
from arena.apps.auctions.model.bids import Code
from arena.apps.auctions.model.states import Outcome, Status
from arena.apps.auctions.store.live import SLOTS, slot_of
from packages.arena.tests.apps.auctions.house import AuctionHouse
from packages.backbeat.tests.support.private_server import PrivateServer

HOUR_S: Final = 3_600


async def test_bids_are_kept_and_the_row_follows(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    assert (await house.bid(auction_id, "ann", "20.00")).accepted
    assert (await house.bid(auction_id, "bob", "15.00")).accepted
    await house.work()
    live = await house.live(auction_id)
    assert await house.row(auction_id) == live
    assert (live.status, live.price, live.leader) == (Status.ACTIVE, 15_50, "ann")
    assert await house.count("auction_bids") == 2
    assert await house.count("auction_events") == 3


async def test_auctions_that_end_at_one_moment_end_with_the_first_of_them(
    house: AuctionHouse,
) -> None:
    ids = sorted([await house.sell() for _ in range(2 * len(SLOTS) + 1)], key=slot_of)
    slots = [list(neighbours) for _, neighbours in groupby(ids, slot_of)]
    neighbours = max(slots, key=len)
    assert len(neighbours) > 2
    later = await house.sell(end_at_ms=house.clock() + 2 * HOUR_S * 1_000)
    await house.bid(neighbours[0], "ann", "20.00")
    house.clock.advance(HOUR_S)
    assert await house.desk.live.finish(neighbours[-1]) is not None
    assert {(await house.live(each)).status for each in neighbours} == {Status.ENDED}
    assert (await house.live(later)).status is Status.SCHEDULED
    await house.work()
    assert (await house.row(neighbours[0])).outcome is Outcome.SOLD
    assert await house.invoice(neighbours[0]) == ("ann", 10_00, 0)
    assert (await house.row(neighbours[-1])).outcome is Outcome.NO_BIDS


async def test_the_winner_gets_one_invoice(house: AuctionHouse) -> None:
    auction_id = await house.sell(words={"premium_bps": 1_250})
    await house.bid(auction_id, "ann", "20.00")
    house.clock.advance(HOUR_S)
    await house.work()
    row = await house.row(auction_id)
    assert (row.status, row.outcome, row.winner) == (Status.ENDED, Outcome.SOLD, "ann")
    assert await house.invoice(auction_id) == ("ann", 10_00, 1_25)
    await house.desk.jobs.finish_at(auction_id, house.clock.now())
    await house.work()
    assert await house.count("auction_invoices") == 1


async def test_nobody_bid(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    house.clock.advance(HOUR_S)
    await house.work()
    row = await house.row(auction_id)
    assert (row.status, row.outcome, row.winner) == (Status.ENDED, Outcome.NO_BIDS, None)
    assert await house.count("auction_invoices") == 0


async def test_buying_at_once_ends_it_everywhere(house: AuctionHouse) -> None:
    auction_id = await house.sell(buy_now_price=80_00)
    await house.bid(auction_id, "ann", "80.00")
    await house.work()
    row = await house.row(auction_id)
    assert (row.status, row.winner, row.price) == (Status.ENDED, "ann", 80_00)
    assert await house.invoice(auction_id) == ("ann", 80_00, 0)


async def test_an_auction_starts_at_its_time(house: AuctionHouse) -> None:
    start_ms = house.clock() + 60_000
    auction_id = await house.sell(start_at_ms=start_ms, end_at_ms=start_ms + 60_000)
    assert (await house.bid(auction_id, "ann", "20.00")).code is Code.AUCTION_NOT_ACTIVE
    house.clock.advance(60)
    await house.work()
    assert (await house.row(auction_id)).status is Status.ACTIVE


async def test_what_is_called_off_is_void(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    await house.bid(auction_id, "ann", "20.00")
    await cancel(house.desk, auction_id, "a forgery")
    await house.work()
    row = await house.row(auction_id)
    assert (row.status, row.outcome, row.winner) == (Status.CANCELLED, Outcome.CANCELLED, None)
    assert await house.count("auction_invoices") == 0
    with pytest.raises(WrongStatus, match="cancelled"):
        await publish(house.desk, auction_id)


async def test_what_has_ended_is_not_called_off(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    house.clock.advance(HOUR_S)
    await house.work()
    with pytest.raises(WrongStatus, match="ended"):
        await cancel(house.desk, auction_id, "too late")


async def test_publishing_twice_does_it_once(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    await house.bid(auction_id, "ann", "20.00")
    await publish(house.desk, auction_id)
    assert (await house.live(auction_id)).bid_count == 1
    with pytest.raises(AuctionNotFound):
        await publish(house.desk, "nothing")


async def test_refused_bids_are_kept_apart_from_those_that_count(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    assert (await house.bid(auction_id, "seller", "20.00")).code is Code.SELLER_CANNOT_BID
    assert (await house.bid(auction_id, "ann", "1.00")).code is Code.BID_TOO_LOW
    await house.work()
    assert await house.count("auction_bid_attempts") == 2
    assert await house.count("auction_bids") == 0


async def test_who_is_blocked_stays_blocked(house: AuctionHouse, valkey: PrivateServer) -> None:
    auction_id = await house.sell()
    assert (await house.bid(auction_id, "mallory", "20.00")).accepted
    await block(house.desk, auction_id, "mallory")
    assert (await house.bid(auction_id, "mallory", "30.00")).code is Code.BIDDER_BLOCKED
    await house.work()
    valkey.client.flushall()
    assert (await house.bid(auction_id, "mallory", "30.00")).code is Code.BIDDER_BLOCKED
