"""What went wrong in the original, one test a fault: none of it can happen here."""

from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from arena.apps.auctions.jobs import AuctionUpdate
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.model.bounds import MOST
from arena.apps.auctions.model.lots import Description, Lot
from arena.apps.auctions.model.soft_close import SoftClose
from arena.apps.auctions.model.states import Outcome, Status
from arena.apps.auctions.store.bids import insert_bid
from arena.apps.auctions.store.lots import insert_lot
from backbeat.testing import Ran
from packages.arena.tests.apps.auctions.house import AuctionHouse
from packages.arena.tests.apps.auctions.sale import terms

if TYPE_CHECKING:
    from backbeat import JobHandle

HOUR_S: Final = 3_600
LATE: Final = SoftClose(mode="append")


def of(ran: list[Ran], name: str) -> list[Ran]:
    return [each for each in ran if each.name == name]


async def test_1_a_late_bid_is_accepted_and_moves_the_end_in_one_step(house: AuctionHouse) -> None:
    auction_id = await house.sell(soft_close=LATE)
    house.clock.advance(HOUR_S - 10)
    # The process dies with the bid accepted: nothing but the script has run.
    placed = await house.desk.live.place(auction_id, Bid("one", "ann", 20_00))
    assert placed.answer.extended
    assert (await house.live(auction_id)).end_at_ms == placed.answer.end_at_ms
    (_, bid) = await house.desk.live.events(auction_id, 1)
    assert bid.number("end_at_ms") - bid.number("end_before_ms") == 30_000


async def test_2_the_end_moves_and_the_job_for_it_uses_no_attempt(house: AuctionHouse) -> None:
    auction_id = await house.sell(soft_close=LATE)
    await house.work()
    house.clock.advance(HOUR_S - 1)
    for number in range(6):
        # No relay: the job still stands at the end before, and runs too early each time.
        bid = Bid(str(number), "ab"[number % 2], (20 + 10 * number) * 100)
        placed = await house.desk.live.place(auction_id, bid)
        assert placed.answer.extended
        house.clock.advance(29)
        early = of(await house.work(), "finalize-auction")
        assert {each.outcome for each in early} <= {"snoozed"}
        assert {each.attempt for each in early} <= {1}
    house.clock.advance(31)
    (last,) = of(await house.work(), "finalize-auction")[-1:]
    assert (last.outcome, last.attempt) == ("completed", 1)
    assert (await house.row(auction_id)).status is Status.ENDED


async def test_3_a_reserve_that_was_not_met_sells_nothing(house: AuctionHouse) -> None:
    auction_id = await house.sell(reserve_price=30_00)
    await house.bid(auction_id, "ann", "29.99")
    house.clock.advance(HOUR_S)
    await house.work()
    row = await house.row(auction_id)
    assert (row.outcome, row.winner, row.leader) == (Outcome.RESERVE_NOT_MET, None, "ann")
    assert await house.invoice(auction_id) is None


@pytest.mark.parametrize("amount", [7_500_00, 7_500_01, MOST - 1, MOST])
async def test_4_amounts_keep_their_cents(house: AuctionHouse, amount: int) -> None:
    auction_id = await house.sell(starting_price=amount, proxy=False)
    placed = await house.desk.live.place(auction_id, Bid("one", "ann", amount))
    house.clock.advance(HOUR_S)
    await house.work()
    assert placed.answer.price == amount
    assert (await house.row(auction_id)).price == amount
    assert await house.invoice(auction_id) == ("ann", amount, 0)


async def test_5_a_bid_that_is_sent_again_counts_once(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    first = await house.bid(auction_id, "ann", "20.00", "one")
    again = await house.bid(auction_id, "ann", "20.00", "one")
    assert again == first
    await house.work()
    assert await house.count("auction_bids") == 1
    # The worker is killed between insert and acknowledgement: the job runs once more.
    handle: JobHandle[str] = house.desk.jobs.persistence.handle(f"bid-{auction_id}-one")
    assert await handle.retry()
    (ran,) = await house.work()
    assert (ran.outcome, ran.result) == ("completed", "already_persisted")
    assert await house.count("auction_bids") == 1


async def test_6_an_older_price_never_replaces_a_newer_one(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    for bidder, amount in (("ann", "20.00"), ("bob", "30.00"), ("ann", "50.00")):
        await house.bid(auction_id, bidder, amount)
    await house.work()
    newest = await house.row(auction_id)
    late = AuctionUpdate(
        auction_id=auction_id, seq=2, current_bid=10_00, highest_bidder_id="bob",
        highest_max=20_00, total_bids=1, end_time=newest.end_at_ms, extensions=0,
    )  # fmt: skip
    await house.desk.jobs.updates.add_many([house.desk.jobs.update_auction(late)])
    (ran,) = await house.work()
    assert ran.result == "newer_known"
    assert await house.row(auction_id) == newest


async def test_7_the_clock_counts_milliseconds(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    house.clock.advance(HOUR_S - 0.001)
    assert (await house.bid(auction_id, "ann", "20.00")).accepted
    house.clock.advance(0.001)
    assert (await house.bid(auction_id, "bob", "90.00")).code is Code.AUCTION_ENDED


async def test_8_the_database_itself_refuses_a_seller_that_leads(house: AuctionHouse) -> None:
    auction = Auction.on(terms())
    wrong = Auction(
        terms=auction.terms, status=Status.ACTIVE, end_at_ms=auction.end_at_ms,
        leader=auction.terms.seller, leader_max=20_00, price=20_00, bid_count=1, seq=2,
    )  # fmt: skip
    lot = Lot(str(uuid4()), Description(title="A watch"), wrong)
    with pytest.raises(IntegrityError, match="ck_auctions_seller"):
        async with house.desk.database.transaction() as session:
            await insert_lot(session, lot)


async def test_9_an_end_whose_job_is_gone_is_found(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    await house.bid(auction_id, "ann", "20.00")
    await house.work()
    await house.desk.jobs.finalization.handle(f"finalize-{auction_id}").remove()
    house.clock.advance(HOUR_S + 12)
    await house.work()
    assert (await house.row(auction_id)).outcome is Outcome.SOLD


async def test_10_two_bids_never_have_one_number(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    await house.bid(auction_id, "ann", "20.00", "one")
    await house.work()
    row = {
        "auction_id": auction_id, "seq": 2, "bidder": "bob", "kind": "MANUAL", "offer": 1,
        "price": 1, "leader": "bob", "price_before": 0, "at_ms": 1, "origin": "",
    }  # fmt: skip
    async with house.desk.database.transaction() as session:
        assert await insert_bid(session, id="two", **row) == "duplicate"
        assert await insert_bid(session, id="one", **row) == "already_persisted"
    assert await house.count("auction_bids") == 1


async def test_11_a_crash_before_the_jobs_are_added_loses_nothing(house: AuctionHouse) -> None:
    auction_id = await house.sell()
    await house.work()
    for number in range(5):
        # The process dies each time: no relay of it ever runs.
        await house.desk.live.place(
            auction_id, Bid(str(number), "ab"[number % 2], 20_00 + number * 5_00)
        )
    assert await house.work() == []
    house.clock.advance(10)  # the sweep of any other process
    await house.work()
    assert await house.count("auction_bids") == 5
    assert await house.row(auction_id) == await house.live(auction_id)
