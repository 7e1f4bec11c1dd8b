"""An auction for a test, and what is said of it in the units of people."""

from typing import Any

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Answer, Bid
from arena.apps.auctions.model.live import LiveAuction
from arena.apps.auctions.model.soft_close import SoftClose
from arena.apps.auctions.model.terms import Terms
from arena.base.money import USD, Money

START_MS = 1_000_000
HOUR_MS = 3_600_000
NO_SOFT_CLOSE = SoftClose(mode="none")


def terms(**given: Any) -> Terms:
    """Terms of an hour without soft close and pace, but for what is given."""
    usual: dict[str, Any] = {
        "seller": "seller",
        "start_at_ms": START_MS,
        "end_at_ms": START_MS + HOUR_MS,
        "starting_price": 10_00,
        "soft_close": NO_SOFT_CLOSE,
        "pace_ms": 0,
    }
    return Terms(**(usual | given))


def cents(amount: str) -> int:
    """Cents of an amount such as "20.00"."""
    return Money.parse(amount, USD).amount


class Sale:
    """A live auction on which people bid one after the other."""

    def __init__(self, blocked: tuple[str, ...] = (), **given: Any) -> None:
        """Open an auction on terms."""
        self.live = LiveAuction(Auction.on(terms(**given)), blocked)
        self.now_ms = START_MS
        self._bids = 0

    def bid(self, bidder: str, amount: str, *, bid_id: str = "") -> Answer:
        """Bid an amount such as "20.00" now."""
        self._bids += 1
        bid = Bid(bid_id or f"bid-{self._bids}", bidder, cents(amount))
        return self.live.place(bid, self.now_ms)

    @property
    def auction(self) -> Auction:
        """What it has come to."""
        return self.live.auction
