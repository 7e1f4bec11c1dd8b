"""What is stored of ended auctions is what their bids say."""

from sqlalchemy import update

from arena.apps.auctions.actions.reconciling import Difference, reconcile
from arena.apps.auctions.store.tables import AuctionTable
from packages.arena.tests.apps.auctions.house import AuctionHouse


async def test_a_row_that_says_something_else_is_found(house: AuctionHouse) -> None:
    ids = [await house.sell(reserve_price=30_00) for _ in range(3)]
    for auction_id in ids:
        await house.bid(auction_id, "ann", "20.00")
        await house.bid(auction_id, "bob", "40.00")
    house.clock.advance(3_600)
    await house.work()
    assert await reconcile(house.desk) == []
    async with house.desk.database.transaction() as session:
        wrong = update(AuctionTable).where(AuctionTable.id == ids[1]).values(price=29_99)
        await session.execute(wrong)
    assert await reconcile(house.desk) == [Difference(ids[1], "price", 29_99, 30_00)]
