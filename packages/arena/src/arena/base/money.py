"""Money: whole numbers of minor units. There is no float anywhere on its way.

Amounts are strings in JSON ("7500.00"), ints in Python and in the database.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from typing_extensions import override

from arena.base.errors import Invalid

# What a 64-bit column holds.
LARGEST: Final = 2**63 - 1
_CURRENCY: Final = re.compile(r"[A-Z][A-Z0-9]{2,7}")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,18})(?:\.([0-9]{1,18}))?")


class InvalidAmount(Invalid):
    """An amount is none, or larger than any account may hold."""

    code = "INVALID_AMOUNT"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency, or a token.

    Attributes:
        code: Three to eight capitals or digits: "USD", "USDC".
        scale: Digits after the point: 2 for cents, 6 for micro-USDC, 0 for won.
    """

    code: str
    scale: int

    def __post_init__(self) -> None:
        """Refuse what is no currency.

        Raises:
            Invalid: The code is none, or the scale is not between 0 and 18.
        """
        if not _CURRENCY.fullmatch(self.code) or not 0 <= self.scale <= 18:
            raise Invalid(f"{self.code!r} with {self.scale} digits is no currency")


USD: Final = Currency("USD", 2)
EUR: Final = Currency("EUR", 2)
INR: Final = Currency("INR", 2)
KRW: Final = Currency("KRW", 0)
USDC: Final = Currency("USDC", 6)
CURRENCIES: Final = {each.code: each for each in (USD, EUR, INR, KRW, USDC)}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency. May be negative: what leaves an account.

    Attributes:
        amount: Minor units, within 64 bits.
        currency: Of what.
    """

    amount: int
    currency: Currency

    def __post_init__(self) -> None:
        """Refuse what no column holds.

        Raises:
            InvalidAmount: It is beyond 64 bits.
        """
        if not -LARGEST <= self.amount <= LARGEST:
            raise InvalidAmount(f"{self.amount} minor units are more than an account may hold")

    @classmethod
    def parse(cls, text: str, currency: Currency) -> Self:
        """Read an amount as people and JSON write it: "7500.00", "7500", "-0.5".

        Args:
            text: Digits, and at most as many after a point as the currency has.
            currency: Of what.

        Raises:
            InvalidAmount: It is written otherwise ("7,500", "1e3", "7500.005" cents), or too large.
        """
        found = _DECIMAL.fullmatch(text)
        fraction = (found[1] or "") if found else ""
        if found is None or len(fraction) > currency.scale:
            raise InvalidAmount(
                f"{text[:40]!r} is no amount of {currency.code}: write digits, then at most"
                f" {currency.scale} after a point"
            )
        whole = text.partition(".")[0]
        return cls(int(whole + fraction.ljust(currency.scale, "0")), currency)

    @override
    def __str__(self) -> str:
        """As JSON has it: always with all digits of the currency, without its name."""
        scale = self.currency.scale
        sign, digits = "-" if self.amount < 0 else "", str(abs(self.amount)).rjust(scale + 1, "0")
        return sign + (f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other).amount

    def _same(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise Invalid(f"{other.currency.code} and {self.currency.code} are not one currency")
        return other


def split(pool: int, weights: Sequence[int]) -> list[int]:
    """Divide a pool by weights; the parts add up to it.

    Each gets its share rounded down; what remains is handed out one unit each, in order.

    Args:
        pool: Minor units, not negative.
        weights: One for each part, not negative, not all zero.

    Raises:
        Invalid: The pool or the weights are not so.
    """
    whole = sum(weights)
    if pool < 0 or whole <= 0 or min(weights) < 0:
        raise Invalid(f"{pool} cannot be divided by the weights {list(weights)[:20]}")
    parts = [pool * weight // whole for weight in weights]
    entitled = [place for place, weight in enumerate(weights) if weight]
    # Less than one unit each was rounded off, so at most one comes back to each.
    for place in entitled[: pool - sum(parts)]:
        parts[place] += 1
    return parts


def basis_points(amount: int, points: int) -> int:
    """A share of an amount in hundredths of a per cent, rounded down, towards zero.

    Args:
        amount: Minor units, not negative.
        points: 10,000 is all of it.
    """
    return amount * points // 10_000
