"""The newest bids, by masked names."""

from typing import Final

from arena.apps.auctions.actions.showing import PastBid
from arena.apps.auctions.model.bids import Kind
from arena.apps.auctions.pages.hall import Sight
from arena.apps.auctions.pages.words import moment
from backbeat.pages.look import nothing
from backbeat.pages.table import Column, Row, fill, table

COLUMNS: Final = (
    Column("price", "Price", "number"),
    Column("bidder", "Bidder"),
    Column("kind", "Bid"),
    Column("at", "When, UTC"),
)
_KINDS: Final = {Kind.MANUAL: "by hand", Kind.PROXY_MAX: "maximum", Kind.BUY_NOW: "bought at once"}


class History:
    """The newest bids first; one's own with the maximum, which nobody else sees."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._none = nothing("gavel", "Nobody has bid yet", "Whoever bids first leads.")
        self._bids = table(COLUMNS, [], key="seq")

    def show(self, sight: Sight, viewer: str | None) -> None:
        """Fit to what it is now."""
        currency = sight.seen.currency
        rows = [_row(PastBid.of(bid, currency, viewer)) for bid in sight.bids]
        fill(self._bids, rows)
        self._none.set_visibility(not rows)
        self._bids.set_visibility(bool(rows))


def _row(bid: PastBid) -> Row:
    kind = _KINDS.get(Kind(bid.kind), bid.kind)
    if bid.retracted:
        kind += ", taken back"
    return {
        "seq": bid.seq, "price": bid.price, "at": moment(bid.time),
        "bidder": f"{bid.bidder} (you)" if bid.yours else bid.bidder,
        "kind": f"{kind} {bid.max_amount}" if bid.max_amount else kind,
    }  # fmt: skip
