"""An auction as fields of text, as the server of the jobs holds it."""

from collections.abc import Mapping
from typing import cast

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.soft_close import Mode, SoftClose
from arena.apps.auctions.model.states import Outcome, Status
from arena.apps.auctions.model.terms import Terms

Fields = Mapping[str, str]


def to_fields(auction: Auction) -> dict[str, str]:
    """Terms and state by the names that the scripts know; '' is what is not set."""
    terms, close = auction.terms, auction.terms.soft_close
    values = {
        "seller": terms.seller,
        "start_at_ms": terms.start_at_ms,
        "first_end_at_ms": terms.end_at_ms,
        "starting_price": terms.starting_price,
        "reserve_price": terms.reserve_price,
        "buy_now_price": terms.buy_now_price,
        "increment_rule": terms.increments.rule,
        "tiers": ",".join(f"{price}:{step}" for price, step in terms.increments.tiers),
        "proxy": int(terms.proxy),
        "pace_ms": terms.pace_ms,
        "mode": close.mode,
        "window_ms": close.window_ms,
        "extend_ms": close.extend_ms,
        "max_extensions": close.max_extensions,
        "hard_end_ms": close.hard_end_ms,
        "status": auction.status,
        "outcome": auction.outcome,
        "price": auction.price,
        "leader": auction.leader,
        "leader_max": auction.leader_max,
        "bid_count": auction.bid_count,
        "seq": auction.seq,
        "end_at_ms": auction.end_at_ms,
        "extensions": auction.extensions,
    }
    return {name: "" if value is None else str(value) for name, value in values.items()}


def from_fields(fields: Fields) -> Auction:
    """The auction that was stored as these fields."""
    return Auction(
        terms=_terms(fields),
        status=Status(fields["status"]),
        price=int(fields["price"]),
        leader=fields["leader"] or None,
        leader_max=int(fields["leader_max"]),
        bid_count=int(fields["bid_count"]),
        seq=int(fields["seq"]),
        end_at_ms=int(fields["end_at_ms"]),
        extensions=int(fields["extensions"]),
        outcome=Outcome(fields["outcome"]) if fields["outcome"] else None,
    )


def _terms(fields: Fields) -> Terms:
    return Terms(
        seller=fields["seller"],
        start_at_ms=int(fields["start_at_ms"]),
        end_at_ms=int(fields["first_end_at_ms"]),
        starting_price=int(fields["starting_price"]),
        reserve_price=_number(fields["reserve_price"]),
        buy_now_price=_number(fields["buy_now_price"]),
        increments=Increments.of(fields["increment_rule"]),
        proxy=fields["proxy"] == "1",
        soft_close=SoftClose(
            mode=cast("Mode", fields["mode"]),
            window_ms=int(fields["window_ms"]),
            extend_ms=int(fields["extend_ms"]),
            max_extensions=_number(fields["max_extensions"]),
            hard_end_ms=_number(fields["hard_end_ms"]),
        ),
        pace_ms=int(fields["pace_ms"]),
    )


def _number(text: str) -> int | None:
    return int(text) if text else None
