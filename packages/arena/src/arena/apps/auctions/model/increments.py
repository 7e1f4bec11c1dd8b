"""By how much a bid has to exceed the price: a fixed step, or steps that grow with it."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, Self

from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.bounds import MOST

Tier = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Increments:
    """Steps by price.

    Attributes:
        rule: What an auction names: `fixed:100`, `ebay` or `trade-me`.
        tiers: From which price on which step holds, ascending, the first from 0.
    """

    rule: str
    tiers: tuple[Tier, ...]

    @classmethod
    def of(cls, rule: str) -> Self:
        """The steps that a rule names.

        Raises:
            InvalidTerms: There is no such rule.
        """
        kind, _, step = rule.partition(":")
        if kind == "fixed" and step.isascii() and step.isdigit() and 0 < int(step) <= MOST:
            return cls(rule, ((0, int(step)),))
        if rule in _TABLES:
            return cls(rule, _TABLES[rule])
        known = ", ".join(sorted(_TABLES))
        raise InvalidTerms("increment_rule", f"{rule!r} is neither fixed:<minor units> nor {known}")

    def step(self, price: int) -> int:
        """The step at a price."""
        return self.tiers[bisect_right(self.tiers, price, key=lambda tier: tier[0]) - 1][1]

    def after(self, price: int) -> int:
        """The price one step up."""
        return price + self.step(price)


_TABLES: Final[dict[str, tuple[Tier, ...]]] = {
    # Each step holds from its price on: 0.99 takes 0.05, 1.00 takes 0.25.
    "ebay": (
        (0, 5), (1_00, 25), (5_00, 50), (25_00, 1_00), (100_00, 2_50), (250_00, 5_00),
        (500_00, 10_00), (1_000_00, 25_00), (2_500_00, 50_00), (5_000_00, 100_00),
    ),
    # Each step holds up to its price: 20.00 takes 0.50, 20.01 takes 1.00.
    "trade-me": (
        (0, 50), (20_01, 1_00), (200_01, 5_00), (1_000_01, 10_00), (5_000_01, 50_00),
        (25_000_01, 100_00),
    ),
}  # fmt: skip
