"""What a room is told of an event. Every message has `seq` and the server's time."""

from typing import Any

from arena.apps.auctions.actions.showing import amount
from arena.apps.auctions.model.events import Event, EventKind
from arena.apps.auctions.model.masking import mask

Message = tuple[str, dict[str, Any]]


def room_of(auction_id: str) -> str:
    """The room of everybody who looks at an auction."""
    return f"auction:{auction_id}"


def person_of(user_id: str) -> str:
    """The room of one person, on all their devices."""
    return f"auctions:user:{user_id}"


def messages(event: Event) -> list[Message]:
    """What everybody in the room of the auction is told."""
    if event.kind is EventKind.BID:
        moved = event.facts["end_at_ms"] != event.facts["end_before_ms"]
        bought = event.facts["bid_kind"] == "BUY_NOW"
        return [_new_bid(event), *([_extended(event)] if moved and not bought else [])]
    if event.kind is EventKind.RETRACTED:
        return [_retracted(event)]
    status = "active" if event.kind is EventKind.STARTED else event.kind.value
    changed = ("auction:status_changed", _head(event) | {"status": status})
    return [changed] if event.kind is EventKind.STARTED else [changed, _ended(event)]


def outbid(event: Event) -> tuple[str, Message] | None:
    """Who is told that somebody else leads now, and what; None where nobody is."""
    before = event.facts.get("leader_before", "")
    if event.kind is not EventKind.BID or before in ("", event.facts["leader"]):
        return None
    return person_of(before), ("OUTBID", _head(event) | {"currentBid": _money(event, "price")})


def _new_bid(event: Event) -> Message:
    facts = event.facts
    bid = {
        "amount": _money(event, "price"),
        "bidderId": mask(event.auction_id, facts["bidder"]),
        "leaderId": mask(event.auction_id, facts["leader"]),
        "timestamp": event.at_ms,
        "totalBids": event.number("bid_count"),
    }
    return "UPDATE_BID", _head(event) | {"bid": bid, "endTime": event.number("end_at_ms")}


def _retracted(event: Event) -> Message:
    leader = event.facts["leader"]
    return "BID_RETRACTED", _head(event) | {
        "currentBid": _money(event, "price"),
        "leaderId": mask(event.auction_id, leader) if leader else None,
        "totalBids": event.number("bid_count"),
        "reason": event.facts["reason"],
    }


def _extended(event: Event) -> Message:
    return "AUCTION_EXTENDED", _head(event) | {
        "oldEndTime": event.number("end_before_ms"),
        "newEndTime": event.number("end_at_ms"),
        "extendedBy": event.number("end_at_ms") - event.number("end_before_ms"),
    }


def _ended(event: Event) -> Message:
    winner = event.facts["winner"]
    return "AUCTION_ENDED", _head(event) | {
        "outcome": event.facts["outcome"],
        "winnerId": mask(event.auction_id, winner) if winner else None,
        "winningBid": _money(event, "price") if winner else None,
        "totalBids": event.number("bid_count"),
        "endTime": event.number("end_at_ms"),
    }


def _head(event: Event) -> dict[str, Any]:
    return {"auctionId": event.auction_id, "seq": event.seq, "serverTime": event.at_ms}


def _money(event: Event, name: str) -> str:
    return amount(event.number(name), event.facts["currency"])
