"""An auction while people bid on it: who may, how often, and what was answered before."""

from collections.abc import Iterable

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bidding import bid_on
from arena.apps.auctions.model.bids import REMEMBERED, Answer, Bid, Code
from arena.apps.auctions.model.bounds import MOST
from arena.apps.auctions.model.finishing import called_off, finished, started
from arena.apps.auctions.model.retracting import without
from arena.apps.auctions.model.states import Status


class LiveAuction:
    """The atomic bid function, in one process. The server's has the same answers.

    Attributes:
        auction: What it has come to.
        blocked: Who may not bid.
        depositors: Whose deposit is held; None: nobody needs one.
    """

    def __init__(
        self,
        auction: Auction,
        blocked: Iterable[str] = (),
        depositors: Iterable[str] | None = None,
    ) -> None:
        """Take bids on an auction."""
        self.auction = auction
        self.depositors = None if depositors is None else set(depositors)
        self.blocked = frozenset(blocked)
        self._answers: dict[str, tuple[Bid, Answer]] = {}
        self._retracted: set[str] = set()
        self._last_bid_ms: dict[str, int] = {}

    def place(self, bid: Bid, now_ms: int) -> Answer:
        """Judge a bid and let it count if it may.

        The order is a promise: known id, amount, status, end, seller, blocked, deposit,
        rate, price.

        Args:
            bid: The bid.
            now_ms: When it came; never before the last one.
        """
        if bid.id in self._answers:
            before, answer = self._answers[bid.id]
            return answer if before == bid else Answer(code=Code.BID_ID_REUSED)
        self.auction = started(self.auction, now_ms)
        end_before_ms = self.auction.end_at_ms
        code = self._admit(bid, now_ms)
        if code is Code.ACCEPTED:
            code = self._judge(bid, now_ms)
        answer = self._told(code, bid, extended=self.auction.end_at_ms > end_before_ms)
        if code in REMEMBERED:
            self._answers[bid.id] = (bid, answer)
        return answer

    def finish(self, now_ms: int) -> Auction:
        """End the auction if its end has come."""
        self.auction = finished(self.auction, now_ms)
        return self.auction

    def retract(self, bid_id: str, now_ms: int) -> str:
        """Take a bid back; what the server's script says of it."""
        if self.auction.status is not Status.ACTIVE:
            return self.auction.status.value
        if now_ms >= self.auction.end_at_ms:
            return Status.ENDED.value
        if bid_id in self._retracted:
            return "KNOWN"
        accepted = {bid.id: bid for bid, answer in self._answers.values() if answer.accepted}
        if bid_id not in accepted:
            return "UNKNOWN"
        self._retracted.add(bid_id)
        left = [bid for each, bid in accepted.items() if each not in self._retracted]
        self.auction = without(self.auction, left)
        return "RETRACTED"

    def cancel(self) -> Auction:
        """Call the auction off, unless it has ended."""
        self.auction = called_off(self.auction)
        return self.auction

    def _admit(self, bid: Bid, now_ms: int) -> Code:
        """Whether the price rules are asked at all."""
        auction, terms = self.auction, self.auction.terms
        if not 0 < bid.max_amount <= MOST:
            return Code.INVALID_BID_AMOUNT
        if auction.status is Status.ENDED:
            # As before the end was noted down: a bid that is too late has one answer.
            return Code.AUCTION_ENDED
        if auction.status is not Status.ACTIVE:
            return Code.AUCTION_NOT_ACTIVE
        if now_ms >= auction.end_at_ms:
            return Code.AUCTION_ENDED
        if bid.bidder == terms.seller:
            return Code.SELLER_CANNOT_BID
        if bid.bidder in self.blocked:
            return Code.BIDDER_BLOCKED
        if self.depositors is not None and bid.bidder not in self.depositors:
            return Code.DEPOSIT_REQUIRED
        last_ms = self._last_bid_ms.get(bid.bidder)
        if last_ms is not None and now_ms - last_ms < terms.pace_ms:
            return Code.RATE_LIMIT_EXCEEDED
        return Code.ACCEPTED

    def _judge(self, bid: Bid, now_ms: int) -> Code:
        """Ask the price rules; what they refuse counts for the rate as well."""
        self._last_bid_ms[bid.bidder] = now_ms
        after = bid_on(self.auction, bid, now_ms)
        if isinstance(after, Code):
            return after
        self.auction = after
        return Code.ACCEPTED

    def _told(self, code: Code, bid: Bid, *, extended: bool) -> Answer:
        auction = self.auction
        return Answer(
            code=code,
            seq=auction.seq,
            price=auction.price,
            leader=auction.leader,
            you_lead=auction.leader == bid.bidder,
            min_next=auction.min_next,
            end_at_ms=auction.end_at_ms,
            extended=extended,
        )
