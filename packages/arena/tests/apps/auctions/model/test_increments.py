"""By how much a bid has to exceed the price."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.increments import Increments
from packages.arena.tests.apps.auctions.sale import cents

# As the two houses publish them: the last price of a step, and the step.
EBAY = """0.99 0.05, 4.99 0.25, 24.99 0.50, 99.99 1, 249.99 2.50, 499.99 5, 999.99 10, 2499.99 25,
    4999.99 50, 9999999999 100"""
TRADE_ME = "20 0.50, 200 1, 1000 5, 5000 10, 25000 50, 9999999999 100"


def published_step(table: str, price: int) -> int:
    """The step at a price, as somebody finds it who reads the table from the top."""
    rows = [row.split() for row in table.split(",")]
    up_to = next(row for row in rows if Decimal(price) / 100 <= Decimal(row[0]))
    return int(Decimal(up_to[1]) * 100)


@pytest.mark.parametrize(("rule", "table"), [("ebay", EBAY), ("trade-me", TRADE_ME)])
@given(st.integers(1, 6_000_00) | st.integers(1, 30_000_00))
def test_the_tables_are_those_that_the_houses_publish(rule: str, table: str, price: int) -> None:
    assert Increments.of(rule).step(price) == published_step(table, price)


@pytest.mark.parametrize(
    ("rule", "price", "step"),
    [
        ("ebay", "0.99", "0.05"),
        ("ebay", "1.00", "0.25"),
        ("ebay", "5000.00", "100.00"),
        ("trade-me", "20.00", "0.50"),
        ("trade-me", "20.01", "1.00"),
        ("fixed:100", "77.77", "1.00"),
    ],
)
def test_steps_change_at_the_published_prices(rule: str, price: str, step: str) -> None:
    assert Increments.of(rule).step(cents(price)) == cents(step)


@pytest.mark.parametrize(
    "rule", ["", "eBay", "fixed", "fixed:", "fixed:0", "fixed:-1", "fixed:1.5"]
)
def test_an_unknown_rule_is_refused(rule: str) -> None:
    with pytest.raises(InvalidTerms, match="increment_rule"):
        Increments.of(rule)
