"""Late bids put the end off: the worked times."""

from typing import Any, Final

import pytest

from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.soft_close import Mode, SoftClose
from packages.arena.tests.apps.auctions.sale import HOUR_MS, START_MS, Sale

END_MS: Final = START_MS + HOUR_MS


def sale_at(mode: Mode, left_ms: int, **rule: int) -> Sale:
    sale = Sale(soft_close=SoftClose(mode=mode, **rule), increments=Increments.of("fixed:100"))
    sale.now_ms = END_MS - left_ms
    return sale


@pytest.mark.parametrize(
    ("mode", "left_ms", "moved_ms"),
    [
        ("append", 30_001, 0), ("append", 30_000, 30_000), ("append", 20_000, 30_000),
        ("reset", 30_001, 0), ("reset", 30_000, 0), ("reset", 20_000, 10_000),
        ("none", 1, 0),
    ],
)  # fmt: skip
def test_a_late_bid_moves_the_end(mode: Mode, left_ms: int, moved_ms: int) -> None:
    sale = sale_at(mode, left_ms)
    answer = sale.bid("A", "20.00")
    assert (answer.extended, answer.end_at_ms) == (moved_ms > 0, END_MS + moved_ms)
    assert sale.auction.extensions == (moved_ms > 0)


def test_the_next_late_bid_moves_it_from_where_it_is() -> None:
    sale = sale_at("append", 20_000)
    sale.bid("A", "20.00")
    sale.now_ms = END_MS + 5_000
    assert sale.bid("B", "30.00").end_at_ms == END_MS + 60_000


def test_a_chain_of_a_hundred_extensions() -> None:
    sale = sale_at("append", 1)
    for number in range(100):
        sale.bid("AB"[number % 2], f"{20 + number * 5}.00")
        sale.now_ms = sale.auction.end_at_ms - 1
    assert (sale.auction.extensions, sale.auction.end_at_ms) == (100, END_MS + 100 * 30_000)
    sale.now_ms += 1
    assert sale.bid("A", "9999.00").code == "AUCTION_ENDED"


def test_the_end_never_passes_the_hard_end() -> None:
    sale = sale_at("append", 1, hard_end_ms=END_MS + 10_000)
    assert sale.bid("A", "20.00").end_at_ms == END_MS + 10_000
    assert not sale.bid("B", "30.00").extended
    assert sale.auction.extensions == 1


def test_the_end_moves_no_more_often_than_allowed() -> None:
    sale = sale_at("append", 1, max_extensions=1)
    assert sale.bid("A", "20.00").extended
    sale.now_ms = sale.auction.end_at_ms - 1
    assert not sale.bid("B", "30.00").extended


def test_a_silent_raise_moves_nothing_and_a_lost_bid_that_raises_the_price_does() -> None:
    sale = sale_at("append", 40_000)
    sale.bid("A", "50.00")
    sale.now_ms = END_MS - 20_000
    assert not sale.bid("A", "60.00").extended
    assert sale.bid("B", "30.00").extended


@pytest.mark.parametrize(
    "rule",
    [{"mode": "snipe"}, {"window_ms": 0}, {"extend_ms": 86_400_001}, {"max_extensions": -1}],
)
def test_a_rule_that_cannot_be_meant_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(InvalidTerms, match="soft_close"):
        SoftClose(**rule)
