"""A second chance: to whom, for how much, how long, and that it is taken once."""

import asyncio

import pytest

from arena.apps.auctions.actions.offering import answer, offer, show_offer
from arena.apps.auctions.actions.reconciling import reconcile
from arena.apps.auctions.errors import OfferNotFound, OfferOver, WrongStatus
from packages.arena.tests.apps.auctions.house import AuctionHouse

HOUR_S = 3_600


async def unsold(house: AuctionHouse) -> str:
    """An auction that ann led at 15.50 when it ended below its reserve."""
    auction_id = await house.sell(reserve_price=90_00, words={"premium_bps": 1_000})
    await house.bid(auction_id, "ann", "20.00")
    await house.bid(auction_id, "bob", "15.00")
    house.clock.advance(HOUR_S)
    await house.work()
    return auction_id


async def test_who_led_is_offered_it_at_the_price_that_everyone_saw(house: AuctionHouse) -> None:
    auction_id = await unsold(house)
    made = await offer(house.desk, auction_id, 48)
    assert (made.price, made.premium, made.state) == ("15.50", "1.55", "open")
    assert await offer(house.desk, auction_id, 1) == made
    for who in ("ann", "seller"):
        assert await show_offer(house.desk, auction_id, who) == made
    with pytest.raises(OfferNotFound):
        await show_offer(house.desk, auction_id, "bob")
    assert (await house.inbox("ann")).count("A second chance: A watch") == 1


async def test_who_accepts_owes_it_once(house: AuctionHouse) -> None:
    auction_id = await unsold(house)
    await offer(house.desk, auction_id, 48)
    with pytest.raises(OfferNotFound):
        await answer(house.desk, auction_id, "bob", "accepted")
    both = await asyncio.gather(
        *(answer(house.desk, auction_id, "ann", "accepted") for _ in range(2))
    )
    assert [each.state for each in both] == ["accepted", "accepted"]
    assert await house.invoice(auction_id) == ("ann", 15_50, 1_55)
    with pytest.raises(OfferOver, match="accepted"):
        await answer(house.desk, auction_id, "ann", "declined")
    assert (await house.inbox("seller")).count("Your offer was accepted: A watch") == 1
    assert await reconcile(house.desk) == []


@pytest.mark.parametrize("how", ["declined", "expired"])
async def test_an_offer_that_is_over_sells_nothing(house: AuctionHouse, how: str) -> None:
    auction_id = await unsold(house)
    await offer(house.desk, auction_id, 48)
    if how == "declined":
        await answer(house.desk, auction_id, "ann", "declined")
    else:
        house.clock.advance(48 * HOUR_S)
    with pytest.raises(OfferOver, match=how):
        await answer(house.desk, auction_id, "ann", "accepted")
    assert await house.invoice(auction_id) is None


async def test_only_what_ended_below_its_reserve_is_offered(house: AuctionHouse) -> None:
    running, empty = await house.sell(reserve_price=90_00), await house.sell()
    with pytest.raises(WrongStatus, match="only what ended with a bid below its reserve"):
        await offer(house.desk, running, 48)
    house.clock.advance(HOUR_S)
    await house.work()
    with pytest.raises(WrongStatus, match="NO_BIDS"):
        await offer(house.desk, empty, 48)
