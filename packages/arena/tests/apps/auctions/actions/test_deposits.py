"""Deposits: held at the first bid, captured once for the winner, released for all others."""

import pytest

from arena.apps.auctions.actions.publishing import cancel
from arena.base.money import USD, Money
from arena.services.ledger import OUTSIDE, WALLET, Journal, credit, debit
from arena.services.ledger.errors import InsufficientFunds
from packages.arena.tests.apps.auctions.house import AuctionHouse
from packages.backbeat.tests.support.private_server import PrivateServer


async def give(house: AuctionHouse, name: str, cents: int) -> None:
    money = Money(cents, USD)
    entries = (debit(OUTSIDE.of("bank", USD), money), credit(WALLET.of(f"user:{name}", USD), money))
    await house.ledger.post(Journal(f"pay-in-{name}", "pay-in", entries))


async def purse(house: AuctionHouse, name: str) -> tuple[int, int]:
    """What somebody has, and what of it is held."""
    balance = await house.ledger.balance(WALLET.of(f"user:{name}", USD))
    return balance.posted.amount, balance.held.amount


async def test_the_winners_is_captured_and_those_of_others_are_free(house: AuctionHouse) -> None:
    auction_id = await house.sell(words={"deposit": 5_00})
    for name in ("ann", "bob", "cid"):
        await give(house, name, 100_00)
    for name, amount in (("ann", "20.00"), ("bob", "30.00"), ("ann", "40.00"), ("cid", "1.00")):
        await house.bid(auction_id, name, amount)
    assert [await purse(house, name) for name in ("ann", "bob", "cid")] == [(100_00, 5_00)] * 3
    house.clock.advance(3_600)
    await house.work()
    await house.desk.jobs.finish_at(auction_id, house.clock.now())
    await house.work()  # once more: nothing is taken twice
    assert await purse(house, "ann") == (95_00, 0)
    assert [await purse(house, name) for name in ("bob", "cid")] == [(100_00, 0)] * 2
    assert (await house.ledger.verify()).broken == ()


async def test_who_has_not_enough_does_not_bid(house: AuctionHouse) -> None:
    auction_id = await house.sell(words={"deposit": 5_00})
    await give(house, "ann", 4_99)
    with pytest.raises(InsufficientFunds):
        await house.bid(auction_id, "ann", "20.00")
    assert (await house.live(auction_id)).bid_count == 0


async def test_what_is_called_off_gives_every_deposit_back(house: AuctionHouse) -> None:
    auction_id = await house.sell(words={"deposit": 5_00})
    await give(house, "ann", 5_00)
    await house.bid(auction_id, "ann", "20.00")
    await cancel(house.desk, auction_id, "a forgery")
    await house.work()
    assert await purse(house, "ann") == (5_00, 0)


async def test_a_deposit_is_held_once_also_if_the_server_of_the_bids_was_lost(
    house: AuctionHouse, valkey: PrivateServer
) -> None:
    auction_id = await house.sell(words={"deposit": 5_00})
    await give(house, "ann", 9_99)
    await house.bid(auction_id, "ann", "20.00")
    await house.work()
    valkey.client.flushall()
    assert (await house.bid(auction_id, "ann", "30.00")).accepted
    assert await purse(house, "ann") == (9_99, 5_00)
