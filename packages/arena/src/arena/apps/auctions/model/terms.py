"""What an auction is held on: fixed once it is published."""

from dataclasses import dataclass, field

from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.bounds import MOST
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.soft_close import SoftClose

SECOND_MS = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """The terms of one auction. Amounts in minor units, moments in ms since 1970.

    Attributes:
        seller: Who may not bid.
        start_at_ms: No bid counts before.
        end_at_ms: No bid counts from then on, unless `soft_close` has moved it.
        starting_price: The least first bid.
        reserve_price: Below this nothing is sold. Defaults to None.
        buy_now_price: Who bids this much while the option is open has bought. Defaults to None.
        increments: By how much a bid has to exceed the price. Defaults to eBay's table.
        proxy: Whether a bid is a secret maximum up to which the house bids; else it is the price.
            Defaults to True.
        soft_close: How late bids move the end. Defaults to 30 s in the last 30 s.
        pace_ms: The least time between two bids of one bidder; 0: any. Defaults to 1 s.
    """

    seller: str
    start_at_ms: int
    end_at_ms: int
    starting_price: int
    reserve_price: int | None = None
    buy_now_price: int | None = None
    increments: Increments = field(default_factory=lambda: Increments.of("ebay"))
    proxy: bool = True
    soft_close: SoftClose = field(default_factory=SoftClose)
    pace_ms: int = SECOND_MS

    def __post_init__(self) -> None:
        """Refuse terms that contradict each other.

        Raises:
            InvalidTerms: Names the first term that does not fit.
        """
        if not 0 < self.starting_price <= MOST:
            raise InvalidTerms("starting_price", "must be more than 0")
        if self.reserve_price is not None and not self.starting_price <= self.reserve_price <= MOST:
            raise InvalidTerms("reserve_price", "must be no less than the starting price")
        least = self.reserve_price or self.starting_price
        if self.buy_now_price is not None and not least <= self.buy_now_price <= MOST:
            raise InvalidTerms("buy_now_price", "must be no less than starting and reserve price")
        if not 0 < self.start_at_ms < self.end_at_ms:
            raise InvalidTerms("end_at", "must be after the start")
        hard_end_ms = self.soft_close.hard_end_ms
        if hard_end_ms is not None and hard_end_ms < self.end_at_ms:
            raise InvalidTerms("soft_close.hard_end_ms", "must be no earlier than the end")
        if not 0 <= self.pace_ms <= 60 * SECOND_MS:
            raise InvalidTerms("pace_ms", "must be from 0 to a minute")
