"""How an auction begins, comes out, or is called off."""

from dataclasses import replace

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.states import LIVE, Outcome, Status


def started(auction: Auction, now_ms: int) -> Auction:
    """The auction, active if its start has come.

    Its first bid starts it as well: that a job is late shall keep nobody from bidding.
    """
    if auction.status is not Status.SCHEDULED or now_ms < auction.terms.start_at_ms:
        return auction
    return replace(auction, status=Status.ACTIVE, seq=auction.seq + 1)


def finished(auction: Auction, now_ms: int) -> Auction:
    """The auction, ended if its end has come. What has ended stays as it is."""
    if auction.status not in LIVE or now_ms < auction.end_at_ms:
        return auction
    active = started(auction, now_ms)
    return replace(active, status=Status.ENDED, outcome=outcome_of(active), seq=active.seq + 1)


def called_off(auction: Auction) -> Auction:
    """The auction, cancelled: its bids are void. What has ended stays as it is."""
    if auction.status not in LIVE:
        return auction
    return replace(auction, status=Status.CANCELLED, outcome=Outcome.CANCELLED, seq=auction.seq + 1)


def outcome_of(auction: Auction) -> Outcome:
    """How it comes out if no further bid is made."""
    if auction.leader is None:
        return Outcome.NO_BIDS
    return Outcome.SOLD if auction.reserve_met else Outcome.RESERVE_NOT_MET
