"""What is sold: the words about it, what it takes to bid, and how the auction stands."""

from dataclasses import dataclass

from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bounds import MOST


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What people read and what they owe besides the price.

    Attributes:
        title: Up to 200 characters.
        text: Up to 10,000 characters. Defaults to none.
        category: Up to 60 characters. Defaults to "other".
        currency: Of every amount. Defaults to USD.
        deposit: Minor units that a bidder has to have held before the first bid; 0: none.
        premium_bps: What the buyer pays on top, in hundredths of a per cent. Defaults to none.
    """

    title: str
    text: str = ""
    category: str = "other"
    currency: str = "USD"
    deposit: int = 0
    premium_bps: int = 0

    def __post_init__(self) -> None:
        """Refuse what is too long or out of bounds.

        Raises:
            InvalidTerms: Names the first field that does not fit.
        """
        for field, value, most in (
            ("title", self.title, 200), ("text", self.text, 10_000), ("category", self.category, 60)
        ):  # fmt: skip
            if len(value) > most:
                raise InvalidTerms(field, f"must have at most {most} characters")
        if not self.title.strip():
            raise InvalidTerms("title", "must not be empty")
        if not 0 <= self.deposit <= MOST:
            raise InvalidTerms("deposit", "must not be negative")
        if not 0 <= self.premium_bps <= 10_000:
            raise InvalidTerms("premium_bps", "must be from 0 to 10,000")


@dataclass(frozen=True, slots=True)
class Lot:
    """An auction and what is sold in it."""

    id: str
    description: Description
    auction: Auction
