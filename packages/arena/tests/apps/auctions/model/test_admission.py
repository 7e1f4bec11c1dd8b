"""Who may bid, when, and how often; and what the same bid is told again."""

import pytest

from arena.apps.auctions.model.bids import Bid, Code
from packages.arena.tests.apps.auctions.sale import Sale


def test_a_bid_comes_between_start_and_end() -> None:
    sale = Sale()
    sale.now_ms -= 1
    assert sale.bid("A", "20.00").code is Code.AUCTION_NOT_ACTIVE
    sale.now_ms += 1
    assert sale.bid("A", "20.00").accepted
    sale.now_ms = sale.auction.end_at_ms - 1
    assert sale.bid("B", "30.00").accepted
    sale.now_ms += 1
    assert sale.bid("A", "90.00").code is Code.AUCTION_ENDED


def test_a_late_bid_has_one_answer_before_and_after_the_end_was_noted_down() -> None:
    sale = Sale()
    sale.now_ms = sale.auction.end_at_ms
    before = sale.bid("A", "20.00").code
    sale.live.finish(sale.now_ms)
    assert before is sale.bid("A", "20.00").code is Code.AUCTION_ENDED


def test_no_bid_counts_once_the_auction_was_called_off() -> None:
    sale = Sale()
    sale.live.cancel()
    assert sale.bid("A", "20.00").code is Code.AUCTION_NOT_ACTIVE


def test_seller_and_blocked_bidders_may_not_bid() -> None:
    sale = Sale(blocked=("mallory",))
    assert sale.bid("seller", "20.00").code is Code.SELLER_CANNOT_BID
    assert sale.bid("mallory", "20.00").code is Code.BIDDER_BLOCKED


def test_a_bidder_bids_once_a_second() -> None:
    sale = Sale(pace_ms=1_000)
    assert sale.bid("A", "20.00").accepted
    sale.now_ms += 999
    assert sale.bid("A", "21.00").code is Code.RATE_LIMIT_EXCEEDED
    assert sale.bid("B", "22.00").accepted
    sale.now_ms += 1
    assert sale.bid("A", "23.00").accepted


def test_a_refusal_by_price_counts_for_the_rate() -> None:
    sale = Sale(pace_ms=1_000)
    assert sale.bid("A", "0.01").code is Code.BID_TOO_LOW
    assert sale.bid("A", "20.00").code is Code.RATE_LIMIT_EXCEEDED


@pytest.mark.parametrize("amount", ["20.00", "0.01"])
def test_the_same_bid_is_told_the_same_and_counts_once(amount: str) -> None:
    sale = Sale(pace_ms=1_000)
    first = sale.bid("A", amount, bid_id="one")
    sale.now_ms += 5_000
    sale.bid("B", "30.00")
    assert sale.bid("A", amount, bid_id="one") == first
    assert sale.auction.bid_count == 1 + first.accepted


def test_a_bid_that_was_not_judged_is_judged_when_it_comes_again() -> None:
    sale = Sale(pace_ms=1_000)
    sale.bid("A", "20.00")
    assert sale.bid("A", "30.00", bid_id="again").code is Code.RATE_LIMIT_EXCEEDED
    sale.now_ms += 1_000
    assert sale.bid("A", "30.00", bid_id="again").accepted


def test_the_id_of_another_bid_tells_nothing_about_it() -> None:
    sale = Sale()
    sale.bid("A", "20.00", bid_id="one")
    for bid in (Bid("one", "B", 20_00), Bid("one", "A", 21_00)):
        answer = sale.live.place(bid, sale.now_ms)
        assert (answer.code, answer.leader, answer.price) == (Code.BID_ID_REUSED, None, 0)
