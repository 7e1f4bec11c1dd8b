"""The amount that a page has filled in by itself, and since when."""

from dataclasses import dataclass
from typing import Final, Self

REACTION_S: Final = 0.6


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A minimum that follows the price, also under somebody's finger.

    Attributes:
        amount: What stands in the field; empty: nothing yet.
        since: When it took the place of another one, in seconds of any clock.
    """

    amount: str = ""
    since: float = float("-inf")

    def changed(self, amount: str, now: float) -> Self:
        """Another amount. The first one surprises nobody: the field was empty."""
        return type(self)(amount, now if self.amount else self.since)

    def surprises(self, pressed: str, now: float) -> bool:
        """Whether who presses with this amount meant the one before.

        It stands there for less time than somebody takes to see that it is another one.
        """
        return pressed == self.amount and now - self.since < REACTION_S
