"""What becomes of a job by how its children end."""

from dataclasses import dataclass
from typing import Literal

from backbeat.errors import InvalidOption

OnFailure = Literal["fail", "continue", "ignore"]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many children of a job must succeed; it starts as soon as they have.

    Attributes:
        number: How many, from 1.
    """

    number: int

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.number < 1:
            raise InvalidOption(f"AtLeast({self.number}): at least 1")


@dataclass(frozen=True, slots=True)
class Share:
    """Such a share of the children of a job must succeed; it starts as soon as they have.

    Attributes:
        share: Above 0, at most 1; 0.8 of 7 children are 6. Counts in millionths.
    """

    share: float

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if not 1e-6 <= self.share <= 1:
            raise InvalidOption(f"Share({self.share}): above 0, and at most 1")
