"""An auction as the server of the jobs holds it: its terms, and its state, in msgpack.

The scripts unpack both in one step each; as fields of text they would take half the time of a bid.
"""

from dataclasses import asdict
from itertools import chain
from typing import Any, Final, NamedTuple

import msgspec

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.soft_close import SoftClose
from arena.apps.auctions.model.states import Outcome, Status
from arena.apps.auctions.model.terms import Terms

_SOFT_CLOSE: Final = tuple(SoftClose.__dataclass_fields__)


class Held(NamedTuple):
    """An auction, and what else is held with it.

    Attributes:
        auction: Its terms and its state.
        currency: Of its amounts.
        deposit: Whether who bids must have left one.
    """

    auction: Auction
    currency: str
    deposit: bool


def pack(held: Held) -> tuple[bytes, bytes]:
    """Terms by the names that the scripts know, without those that are None, and the state."""
    of = held.auction.terms
    terms = {
        "seller": of.seller,
        "start_at_ms": of.start_at_ms,
        "first_end_at_ms": of.end_at_ms,
        "starting_price": of.starting_price,
        "reserve_price": of.reserve_price,
        "buy_now_price": of.buy_now_price,
        "increment_rule": of.increments.rule,
        "tiers": list(chain.from_iterable(of.increments.tiers)),
        "proxy": of.proxy,
        "pace_ms": of.pace_ms,
        **asdict(of.soft_close),
        "currency": held.currency,
        "deposit": held.deposit,
    }
    known = {name: value for name, value in terms.items() if value is not None}
    return msgspec.msgpack.encode(known), msgspec.msgpack.encode(_state(held.auction))


def unpack(terms: bytes, state: bytes) -> Held:
    """What was packed, however bids have changed it since."""
    held = msgspec.msgpack.decode(terms)
    status, outcome, price, leader, most, bid_count, seq, end_at_ms, extensions = (
        msgspec.msgpack.decode(state)
    )
    auction = Auction(
        terms=_terms(held),
        status=Status(status),
        price=price,
        leader=leader or None,
        leader_max=most,
        bid_count=bid_count,
        seq=seq,
        end_at_ms=end_at_ms,
        extensions=extensions,
        outcome=Outcome(outcome) if outcome else None,
    )
    return Held(auction, held["currency"], held["deposit"])


def _state(auction: Auction) -> tuple[str | int, ...]:
    """In the order in which `read_auction` reads it and `write_state` writes it."""
    return (
        auction.status.value,
        "" if auction.outcome is None else auction.outcome.value,
        auction.price,
        auction.leader or "",
        auction.leader_max,
        auction.bid_count,
        auction.seq,
        auction.end_at_ms,
        auction.extensions,
    )


def _terms(held: dict[str, Any]) -> Terms:
    soft_close: dict[str, Any] = {name: held.get(name) for name in _SOFT_CLOSE}
    return Terms(
        seller=held["seller"],
        start_at_ms=held["start_at_ms"],
        end_at_ms=held["first_end_at_ms"],
        starting_price=held["starting_price"],
        reserve_price=held.get("reserve_price"),
        buy_now_price=held.get("buy_now_price"),
        increments=Increments.of(held["increment_rule"]),
        proxy=held["proxy"],
        soft_close=SoftClose(**soft_close),
        pace_ms=held["pace_ms"],
    )
