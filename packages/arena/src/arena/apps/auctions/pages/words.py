"""What pages say of auctions, in words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from arena.apps.auctions.actions.showing import Told
from arena.apps.auctions.model.bids import Code
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.masking import mask
from arena.apps.auctions.model.states import Outcome, Status
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.store.live import Seen
from arena.base.money import CURRENCIES, Money


def money(minor: int, currency: str) -> str:
    """An amount as people read it: "1,250.00 USD"."""
    whole, point, rest = str(Money(minor, CURRENCIES[currency])).partition(".")
    return f"{int(whole):,}{point}{rest} {currency}"


def moment(at_ms: int) -> str:
    """A moment in UTC, to the second."""
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def soft_close(terms: Terms) -> str:
    """The rule by which late bids put the end off."""
    rule = terms.soft_close
    if rule.mode == "none":
        return "The end stays, whenever bids come"
    window, extend = rule.window_ms / 1_000, rule.extend_ms / 1_000
    late = f"A bid in the last {window:g} s"
    if rule.mode == "append":
        said = f"{late} puts the end off by {extend:g} s"
    else:
        said = f"{late} leaves {extend:g} s at least"
    most = rule.max_extensions
    return said if most is None else f"{said}, {most} times at most"


def premium(bps: int) -> str:
    """What the buyer pays on top of the price."""
    return f"the buyer pays {bps / 100:g} % on top of the price" if bps else "none"


def outcome(seen: Seen, viewer: str | None) -> tuple[str, str]:
    """How an auction came out: in short, and what that means for who looks."""
    auction = seen.auction
    price = money(auction.price, seen.currency)
    if auction.status is Status.CANCELLED:
        return "Called off", "The house called it off: no bid counts."
    if auction.winner is not None:
        if auction.winner == viewer:
            return "You won", f"You bought it for {price}."
        return "Sold", f"{mask(seen.id, auction.winner)} bought it for {price}."
    if auction.outcome is Outcome.RESERVE_NOT_MET:
        return "Not sold", f"The highest bid, {price}, did not meet the reserve."
    return "Not sold", "Nobody bid."


def refusal(told: Told, lot: Lot) -> str:
    """Why a bid does not count, and what to do."""
    currency = lot.description.currency
    return _REFUSALS[Code(told.code)].format(
        least=f"{told.min_next_bid} {currency}",
        deposit=money(lot.description.deposit, currency),
    )


_REFUSALS: Final[Mapping[Code, str]] = {
    Code.AUCTION_NOT_FOUND: "There is no such auction any more: go back to the list.",
    Code.BID_ID_REUSED: "This bid was changed on its way: load the page again, then bid.",
    Code.INVALID_BID_AMOUNT: "This is more than anybody may bid: bid less.",
    Code.AUCTION_NOT_ACTIVE: "No bid counts before the start: wait for it.",
    Code.AUCTION_ENDED: "It is over: your bid came after the end.",
    Code.SELLER_CANNOT_BID: "This is your own auction: sellers do not bid.",
    Code.BIDDER_BLOCKED: "You may not bid on this auction: ask the house.",
    Code.DEPOSIT_REQUIRED: "It takes a deposit of {deposit} to bid here: pay it in, then bid.",
    Code.RATE_LIMIT_EXCEEDED: "Your last bid was a moment ago: wait a second, then bid again.",
    Code.ALREADY_LEADING: "You lead already: bid more than your maximum to raise it.",
    Code.BID_TOO_LOW: "This is too low by now: bid at least {least}.",
}
