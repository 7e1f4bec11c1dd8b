"""What people see of auctions and bids. Maxima of others are secret until the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.masking import mask
from arena.apps.auctions.model.soft_close import Mode, SoftClose
from arena.apps.auctions.store.live import Placed, Seen
from arena.apps.auctions.store.tables import BidTable
from arena.base.money import CURRENCIES, Money
from backbeat.gateway.http import Shown


def amount(minor: int, currency: str) -> str:
    """An amount as JSON has it: "7500.00"."""
    return str(Money(minor, CURRENCIES[currency]))


class State(Shown):
    """How an auction stands, as everyone may see it. Times in ms since 1970, by the server."""

    auction_id: str
    seq: int
    status: str
    outcome: str | None
    currency: str
    current_bid: str
    min_next_bid: str
    total_bids: int
    leader: str | None
    you_lead: bool
    your_max: str | None
    reserve_met: bool
    buy_now_price: str | None
    start_time: int
    end_time: int
    original_end_time: int
    extensions: int
    server_time: int

    @classmethod
    def of(cls, seen: Seen, viewer: str | None) -> Self:
        """What somebody may see of it.

        Args:
            seen: How it stands.
            viewer: Who looks; None: somebody unknown.
        """
        auction, terms, currency = seen.auction, seen.auction.terms, seen.currency
        leads = viewer is not None and viewer == auction.leader
        buy_now = terms.buy_now_price if auction.buy_now_open else None
        return cls(
            auction_id=seen.id,
            seq=auction.seq,
            status=auction.status.value,
            outcome=None if auction.outcome is None else auction.outcome.value,
            currency=currency,
            current_bid=amount(auction.price, currency),
            min_next_bid=amount(auction.min_next, currency),
            total_bids=auction.bid_count,
            leader=None if auction.leader is None else mask(seen.id, auction.leader),
            you_lead=leads,
            your_max=amount(auction.leader_max, currency) if leads else None,
            reserve_met=auction.reserve_met,
            buy_now_price=None if buy_now is None else amount(buy_now, currency),
            start_time=terms.start_at_ms,
            end_time=auction.end_at_ms,
            original_end_time=terms.end_at_ms,
            extensions=auction.extensions,
            server_time=seen.at_ms,
        )


class ShownSoftClose(Shown):
    """How late bids move the end."""

    mode: Mode
    window_seconds: int
    extend_seconds: int
    max_extensions: int | None

    @classmethod
    def of(cls, rule: SoftClose) -> Self:
        """The rule of an auction."""
        return cls(
            mode=rule.mode,
            window_seconds=rule.window_ms // 1_000,
            extend_seconds=rule.extend_ms // 1_000,
            max_extensions=rule.max_extensions,
        )


class Item(Shown):
    """An auction with the words about what is sold.

    Attributes:
        premium_bps: What the buyer pays on top of the price, in hundredths of a per cent.
    """

    title: str
    text: str
    category: str
    increment_rule: str
    proxy: bool
    deposit: str
    premium_bps: int
    soft_close: ShownSoftClose
    images: list[str]
    state: State

    @classmethod
    def of(cls, lot: Lot, seen: Seen, viewer: str | None, images: Sequence[str]) -> Self:
        """What somebody may see of it."""
        words, terms = lot.description, lot.auction.terms
        return cls(
            title=words.title,
            text=words.text,
            category=words.category,
            increment_rule=terms.increments.rule,
            proxy=terms.proxy,
            deposit=amount(words.deposit, words.currency),
            premium_bps=words.premium_bps,
            soft_close=ShownSoftClose.of(terms.soft_close),
            images=list(images),
            state=State.of(seen, viewer),
        )


class Told(Shown):
    """The answer to a bid."""

    auction_id: str
    bid_id: str
    accepted: bool
    code: str
    seq: int
    price: str
    you_lead: bool
    min_next_bid: str
    end_time: int
    extended: bool
    server_time: int

    @classmethod
    def of(cls, auction_id: str, bid_id: str, placed: Placed, currency: str) -> Self:
        """The answer that the script gave."""
        answer = placed.answer
        return cls(
            auction_id=auction_id,
            bid_id=bid_id,
            accepted=answer.accepted,
            code=answer.code.value,
            seq=answer.seq,
            price=amount(answer.price, currency),
            you_lead=answer.you_lead,
            min_next_bid=amount(answer.min_next, currency),
            end_time=answer.end_at_ms,
            extended=answer.extended,
            server_time=placed.at_ms,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBid:
    """An accepted bid, wherever it was read. Amounts in minor units, the moment in ms since 1970.

    Attributes:
        auction_id: On which auction.
        seq: Of its event.
        bidder: Who made it.
        kind: What it meant: see `Kind`.
        offer: How far the bidder would go: a secret.
        price: The price that it made.
        at_ms: When.
        retracted: Whether it was taken back, as far as is known.
    """

    auction_id: str
    seq: int
    bidder: str
    kind: str
    offer: int
    price: int
    at_ms: int
    retracted: bool = False

    @classmethod
    def of(cls, row: BidTable, *, retracted: bool) -> Self:
        """As PostgreSQL has it."""
        return cls(
            auction_id=row.auction_id,
            seq=row.seq,
            bidder=row.bidder,
            kind=row.kind,
            offer=row.offer,
            price=row.price,
            at_ms=row.at_ms,
            retracted=retracted,
        )


class PastBid(Shown):
    """A bid of the history: the price that it made; its maximum only for who made it."""

    auction_id: str
    seq: int
    bidder: str
    yours: bool
    max_amount: str | None
    price: str
    kind: str
    retracted: bool
    time: int

    @classmethod
    def of(cls, bid: MadeBid, currency: str, viewer: str | None) -> Self:
        """What somebody may see of it."""
        yours = viewer is not None and bid.bidder == viewer
        return cls(
            auction_id=bid.auction_id,
            seq=bid.seq,
            bidder=mask(bid.auction_id, bid.bidder),
            yours=yours,
            max_amount=amount(bid.offer, currency) if yours else None,
            price=amount(bid.price, currency),
            kind=bid.kind,
            retracted=bid.retracted,
            time=bid.at_ms,
        )


def as_json(shown: Shown) -> dict[str, Any]:
    """For a socket: the same names as over HTTP."""
    return shown.model_dump(by_alias=True)
