"""Proxy bids, bids by hand, the reserve, and buying at once: the worked numbers."""

from arena.apps.auctions.model.bids import Answer, Code
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.states import Outcome, Status
from packages.arena.tests.apps.auctions.sale import Sale


def standing(answer: Answer) -> tuple[str, str | None, int]:
    return (answer.code, answer.leader, answer.price)


def too_low(answer: Answer) -> tuple[bool, int]:
    return (answer.code is Code.BID_TOO_LOW, answer.min_next)


def test_a_day_of_proxy_bids_with_a_reserve() -> None:
    sale = Sale(starting_price=10_00, reserve_price=30_00)
    assert standing(sale.bid("A", "20.00")) == ("ACCEPTED", "A", 10_00)
    assert (sale.auction.reserve_met, sale.auction.min_next) == (False, 10_50)
    assert standing(sale.bid("B", "15.00")) == ("ACCEPTED", "A", 15_50)
    assert standing(sale.bid("C", "20.00")) == ("ACCEPTED", "A", 20_00)
    assert too_low(sale.bid("D", "20.25")) == (True, 20_50)
    assert standing(sale.bid("D", "50.00")) == ("ACCEPTED", "D", 30_00)
    assert standing(sale.bid("E", "49.99")) == ("ACCEPTED", "D", 50_00)
    assert too_low(sale.bid("F", "50.50")) == (True, 51_00)
    assert standing(sale.bid("F", "51.00")) == ("ACCEPTED", "F", 51_00)
    assert standing(sale.bid("D", "60.00")) == ("ACCEPTED", "D", 52_00)


def test_a_leader_is_outbid_by_less_than_a_full_step() -> None:
    sale = Sale(starting_price=60_00)
    sale.bid("G", "100.00")
    assert standing(sale.bid("H", "100.75")) == ("ACCEPTED", "H", 100_75)


def test_published_examples_of_others() -> None:
    sale = Sale(starting_price=3_00, increments=Increments.of("fixed:100"))
    assert standing(sale.bid("John", "7.00")) == ("ACCEPTED", "John", 3_00)
    assert standing(sale.bid("Jane", "6.00")) == ("ACCEPTED", "John", 7_00)


def test_a_first_bid_has_to_reach_the_starting_price() -> None:
    sale = Sale(starting_price=1)
    assert sale.auction.min_next == 1
    assert standing(sale.bid("A", "0.01")) == ("ACCEPTED", "A", 1)
    assert too_low(Sale(starting_price=10_00).bid("A", "9.99")) == (True, 10_00)


def test_a_leader_raises_in_silence_and_never_lowers() -> None:
    sale = Sale()
    sale.bid("A", "20.00")
    raised = sale.bid("A", "40.00")
    assert standing(raised) == ("ACCEPTED", "A", 10_00)
    assert standing(sale.bid("A", "40.00")) == ("ALREADY_LEADING", "A", 10_00)
    assert standing(sale.bid("A", "30.00")) == ("ALREADY_LEADING", "A", 10_00)
    assert sale.auction.leader_max == 40_00


def test_a_raise_that_meets_the_reserve_is_seen() -> None:
    sale = Sale(reserve_price=30_00)
    sale.bid("A", "20.00")
    assert standing(sale.bid("A", "30.00")) == ("ACCEPTED", "A", 30_00)


def test_a_reserve_that_is_met_to_the_cent_sells() -> None:
    sale = Sale(reserve_price=30_00)
    sale.bid("A", "30.00")
    ended = sale.live.finish(sale.auction.end_at_ms)
    assert (ended.outcome, ended.winner, ended.price) == (Outcome.SOLD, "A", 30_00)


def test_by_hand_the_bid_is_the_price_and_the_leader_may_raise() -> None:
    sale = Sale(proxy=False, increments=Increments.of("fixed:100"))
    assert standing(sale.bid("A", "20.00")) == ("ACCEPTED", "A", 20_00)
    assert too_low(sale.bid("B", "20.99")) == (True, 21_00)
    assert standing(sale.bid("B", "21.00")) == ("ACCEPTED", "B", 21_00)
    assert too_low(sale.bid("B", "21.50")) == (True, 22_00)
    assert standing(sale.bid("B", "25.00")) == ("ACCEPTED", "B", 25_00)


def test_buying_at_once_ends_the_auction() -> None:
    sale = Sale(buy_now_price=80_00)
    answer = sale.bid("A", "90.00")
    assert standing(answer) == ("ACCEPTED", "A", 80_00)
    assert sale.auction.status is Status.ENDED
    assert (sale.auction.winner, sale.auction.end_at_ms) == ("A", sale.now_ms)
    assert sale.bid("B", "95.00").code is Code.AUCTION_ENDED


def test_without_a_reserve_the_first_bid_closes_the_option() -> None:
    sale = Sale(buy_now_price=80_00)
    sale.bid("A", "20.00")
    assert standing(sale.bid("B", "80.00")) == ("ACCEPTED", "B", 20_50)


def test_the_option_stays_open_until_the_reserve_is_met() -> None:
    sale = Sale(reserve_price=50_00, buy_now_price=80_00)
    sale.bid("A", "20.00")
    assert standing(sale.bid("B", "80.00")) == ("ACCEPTED", "B", 80_00)
    met = Sale(reserve_price=50_00, buy_now_price=80_00)
    met.bid("A", "50.00")
    assert standing(met.bid("B", "80.00")) == ("ACCEPTED", "B", 51_00)


def test_nobody_is_told_that_the_price_to_buy_at_once_is_too_low() -> None:
    sale = Sale(reserve_price=30_00, buy_now_price=30_00)
    sale.bid("A", "29.99")
    sale.bid("B", "29.50")
    assert sale.auction.min_next == 30_99
    assert standing(sale.bid("C", "30.00")) == ("ACCEPTED", "C", 30_00)


def test_an_amount_is_refused_before_everything_else() -> None:
    sale = Sale()
    sale.now_ms = sale.auction.end_at_ms
    assert sale.bid("seller", "0").code is Code.INVALID_BID_AMOUNT
