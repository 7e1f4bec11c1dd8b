"""Who is told what of an auction, and that it is told once."""

from typing import Final

from arena.apps.auctions.actions.mine import start_watching
from arena.apps.auctions.actions.publishing import cancel
from packages.arena.tests.apps.auctions.house import AuctionHouse

HOUR_S: Final = 3_600


async def settle(house: AuctionHouse) -> None:
    """Work, and once more for what waited until all bids were kept."""
    await house.work()
    house.clock.advance(1)
    await house.work()


async def test_who_is_outbid_is_told_by_how_much(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    await house.bid(auction_id, "ann", "20.00")
    await house.bid(auction_id, "bob", "30.00")
    await house.work()
    (entry,) = (await house.notifications.inboxes.page("ann")).entries
    assert (entry.title, entry.body) == (
        "Outbid: A watch", "Somebody else leads with 20.50 USD."
    )  # fmt: skip
    assert await house.inbox("bob") == []


async def test_old_news_of_being_outbid_is_not_told(house: AuctionHouse) -> None:
    first, second = await house.sell(), await house.sell(reserve_price=80_00, buy_now_price=90_00)
    await house.bid(first, "ann", "20.00")
    await house.bid(first, "bob", "30.00")
    # Before anybody was told she leads again; and the other auction is over.
    await house.bid(first, "ann", "40.00")
    await house.bid(second, "ann", "20.00")
    await house.bid(second, "bob", "90.00")
    await house.work()
    assert "Outbid: A watch" not in await house.inbox("ann")
    assert await house.inbox("bob") == ["Outbid: A watch"]


async def test_the_end_is_told_to_everybody_once(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    await house.bid(auction_id, "ann", "20.00")
    await house.bid(auction_id, "bob", "30.00")
    await start_watching(house.desk, "eve", auction_id)
    house.clock.advance(HOUR_S - 300)
    await house.work()
    house.clock.advance(300)
    await settle(house)
    await house.desk.jobs.finish_at(auction_id, house.clock.now())
    await house.work()
    assert await house.inbox("bob") == ["You have won: A watch"]
    assert await house.inbox("seller") == ["Sold: A watch"]
    assert await house.inbox("ann") == ["Outbid: A watch", "Over: A watch"]
    assert await house.inbox("eve") == ["Ends soon: A watch", "Over: A watch"]


async def test_what_is_called_off_or_not_sold_is_told(house: AuctionHouse) -> None:
    unsold, void = await house.sell(reserve_price=90_00), await house.sell()
    await house.bid(unsold, "ann", "20.00")
    await house.bid(void, "bob", "20.00")
    await cancel(house.desk, void, "a forgery")
    house.clock.advance(HOUR_S)
    await settle(house)
    assert await house.inbox("ann") == ["Over: A watch"]
    assert await house.inbox("bob") == ["Called off: A watch"]
    assert sorted(await house.inbox("seller")) == ["Called off: A watch", "Not sold: A watch"]
