"""Money is whole numbers, read strictly, and a split loses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.base.errors import Invalid
from arena.base.money import INR, KRW, LARGEST, USD, USDC, InvalidAmount, Money, basis_points, split

AMOUNTS = st.integers(-LARGEST, LARGEST)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("7500.00", USD, 750_000),
        ("7500", USD, 750_000),
        ("0.01", USD, 1),
        ("-0.5", INR, -50),
        ("0", KRW, 0),
        ("12", KRW, 12),
        ("0.000001", USDC, 1),
    ],
)
def test_an_amount_is_read_to_the_unit(text: str, currency: object, amount: int) -> None:
    assert Money.parse(text, currency).amount == amount  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["7,500", "1e3", "7500.005", "", " 1", "1 ", "+1", "01", ".5", "5.", "NaN", "٣", "1_000",
     "0x10", "9" * 19, "9" * 10_000, "--1", "1.2.3"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmount):
        Money.parse(text, USD)


@given(AMOUNTS, st.sampled_from([USD, KRW, USDC]))
def test_what_is_written_reads_the_same(amount: int, currency: object) -> None:
    money = Money(amount, currency)  # type: ignore[arg-type]
    assert Money.parse(str(money), money.currency) == money


def test_currencies_do_not_mix() -> None:
    with pytest.raises(Invalid, match="not one currency"):
        Money(1, USD) + Money(1, INR)
    assert Money(1, USD) + Money(2, USD) - Money(4, USD) == -Money(1, USD)
    assert str(-Money(5, USD)) == "-0.05"


def test_more_than_a_column_holds_is_refused() -> None:
    with pytest.raises(InvalidAmount):
        Money(LARGEST, USD) + Money(1, USD)


@given(
    st.integers(0, 10**15),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=50).filter(any),
)
def test_the_parts_of_a_split_add_up(pool: int, weights: list[int]) -> None:
    parts = split(pool, weights)
    assert sum(parts) == pool
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        # What remains goes out in order, also to those whose share needed no rounding.
        assert 0 <= part - pool * weight // whole <= (weight > 0)


def test_what_remains_goes_out_in_order() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(5, [0, 1, 1]) == [0, 3, 2]
    with pytest.raises(Invalid):
        split(1, [0, 0])


def test_basis_points_round_down() -> None:
    assert basis_points(9_999, 500) == 499
