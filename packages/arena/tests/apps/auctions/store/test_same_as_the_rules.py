"""The scripts against the rules, step by step: same answers, same state, same events."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from arena.apps.auctions.actions.retracting import judge_without
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Bid
from arena.apps.auctions.model.bounds import MOST
from arena.apps.auctions.model.events import Event, EventKind
from arena.apps.auctions.model.finishing import started
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.live import LiveAuction
from arena.apps.auctions.model.replaying import Retracted, Timed, replay
from arena.apps.auctions.model.retracting import Retraction
from arena.apps.auctions.model.soft_close import MODES, SoftClose
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.store.live import LiveStore
from backbeat import Backbeat
from backbeat.testing import FakeClock, application

# The first moment is half a second before the start.
START_MS = FakeClock()() + 500
LENGTH_MS = 60_000
PEOPLE = ("ann", "bob", "123", "ann", "bob", "123", "seller", "mallory")
WHATS = ["bid"] * 40 + ["retract"] * 3 + ["rush"] * 8 + ["start", "finish", "finish", "cancel"]
EDGES_MS = (30_001, 30_000, 30_000, 1, 0)


@dataclass(frozen=True)
class Step:
    """Time passes; then somebody bids, or the auction is to start, end, or be called off.

    Attributes:
        after_ms: How long.
        left_ms: If so much is left until the end after less than that, it is exactly so much.
        what: What is done.
        bid_id: The bid, if it is one.
        bidder: Who bids.
        near: From what the amount is counted.
        by: How much more it is.
    """

    after_ms: int
    left_ms: int
    what: str
    bid_id: str
    bidder: str
    near: str
    by: int

    def bid_on(self, auction: Auction) -> Bid:
        """The bid of this step, where the rules have their edges."""
        terms = auction.terms
        amount = {
            "minimum": auction.min_next,
            "maximum": auction.leader_max,
            "reserve": terms.reserve_price or 0,
            "option": terms.buy_now_price or 0,
            "bound": MOST,
        }[self.near]
        return Bid(self.bid_id, self.bidder, amount + self.by)


def steps() -> st.SearchStrategy[list[Step]]:
    each = st.builds(
        Step,
        after_ms=st.sampled_from([0, 0, 0, 1, 500, 999, 1_000, 1_000, 20_000, 50_000]),
        left_ms=st.sampled_from(EDGES_MS),
        what=st.sampled_from(WHATS),
        bid_id=st.integers(0, 60).map(str),
        bidder=st.sampled_from(PEOPLE),
        near=st.sampled_from(["minimum"] * 6 + ["maximum"] * 4 + ["reserve", "option", "bound"]),
        by=st.sampled_from([-1, 0, 0, 0, 1, 50, 5_00]),
    )
    return st.lists(each, min_size=20, max_size=40)


@st.composite
def all_terms(draw: st.DrawFn) -> Terms:
    reserve = draw(st.none() | st.integers(10_00, 60_00))
    dearest = st.integers(reserve or 10_00, 200_00)
    end_ms = START_MS + LENGTH_MS
    return Terms(
        seller="seller",
        start_at_ms=START_MS,
        end_at_ms=end_ms,
        starting_price=10_00,
        reserve_price=reserve,
        buy_now_price=draw(st.none() | dearest),
        increments=Increments.of(draw(st.sampled_from(["ebay", "trade-me", "fixed:100"]))),
        proxy=draw(st.booleans()),
        pace_ms=draw(st.sampled_from([0, 1_000])),
        soft_close=SoftClose(
            mode=draw(st.sampled_from([*MODES, "append"])),
            max_extensions=draw(st.none() | st.integers(0, 3)),
            hard_end_ms=draw(st.none() | st.integers(end_ms, end_ms + 60_000)),
        ),
    )


@dataclass
class Pair:
    """The model and the store of one auction, told the same."""

    store: LiveStore
    live: LiveAuction
    clock: FakeClock
    accepted: list[str] = field(default_factory=list)
    auction_id: str = field(default_factory=lambda: str(uuid4()))

    async def take(self, step: Step) -> None:
        to_edge_ms = self.live.auction.end_at_ms - step.left_ms - self.clock()
        in_reach = 0 <= to_edge_ms < step.after_ms
        self.clock.advance(timedelta(milliseconds=to_edge_ms if in_reach else step.after_ms))
        await getattr(self, f"_{step.what}")(step)
        seen = await self.store.read(self.auction_id)
        assert seen is not None
        assert seen.auction == self.live.auction

    async def _bid(self, step: Step) -> None:
        bid = step.bid_on(self.live.auction)
        expected = self.live.place(bid, self.clock())
        placed = await self.store.place(self.auction_id, bid)
        assert placed.answer == expected
        if expected.accepted:
            self.accepted.append(bid.id)
        assert placed.at_ms == self.clock()

    async def _start(self, _: Step) -> None:
        self.live.auction = started(self.live.auction, self.clock())
        assert await self.store.start(self.auction_id) == self.live.auction.status

    async def _finish(self, _: Step) -> None:
        after = self.live.finish(self.clock())
        told = await self.store.finish(self.auction_id)
        assert told == (after.status, after.end_at_ms, self.clock())

    async def _retract(self, step: Step) -> None:
        bid_id = self._some_bid(step)
        assert await self._let_count(await self._judge(bid_id)) == self._expected(bid_id)

    async def _rush(self, step: Step) -> None:
        """Somebody bids between the judging of the others and the step that lets it count."""
        bid_id = self._some_bid(step)
        judged = await self._judge(bid_id)
        await self._bid(step)
        if isinstance(judged, Retraction):
            assert await self._let_count(judged) == self._expected(bid_id)

    async def _judge(self, bid_id: str) -> Retraction | str:
        return await judge_without(self.store, self.auction_id, bid_id, {}, ())

    async def _let_count(self, judged: Retraction | str) -> str:
        if isinstance(judged, Retraction):
            return await self.store.retract(self.auction_id, judged, "why not")
        return judged

    def _expected(self, bid_id: str) -> str:
        return self.live.retract(bid_id, self.clock())

    def _some_bid(self, step: Step) -> str:
        known = self.accepted if step.by >= 0 else ()
        return known[int(step.bid_id) % len(known)] if known else step.bid_id

    async def _cancel(self, _: Step) -> None:
        assert await self.store.cancel(self.auction_id, "why not") == self.live.cancel().status


@settings(max_examples=40, deadline=None)
@given(terms=all_terms(), taken=steps(), deposit=st.booleans())
def test_the_scripts_do_what_the_rules_say(
    url: str, terms: Terms, taken: list[Step], deposit: bool
) -> None:
    async def compare() -> None:
        declared = Backbeat()
        async with application(declared, url=url) as clock:
            store = LiveStore(declared)
            depositors = {"ann", "123"} if deposit else None
            pair = Pair(store, LiveAuction(Auction.on(terms), {"mallory"}, depositors), clock)
            assert await store.open(
                pair.auction_id, pair.live.auction, deposit=deposit, blocked={"mallory"}
            )
            for bidder in depositors or ():
                assert await store.note_deposit(pair.auction_id, bidder)
            for step in taken:
                await pair.take(step)
            events = await store.events(pair.auction_id, 1)
            _agree(events, pair.live.auction)

    asyncio.run(compare())


def _agree(events: list[Event], auction: Auction) -> None:
    """The events alone tell the story: numbered without gaps, and replayed they end the same."""
    assert [event.seq for event in events] == list(range(1, auction.seq + 1))
    changes = [event for event in events if event.kind in (EventKind.BID, EventKind.RETRACTED)]
    again = replay(auction.terms, [_retold(event) for event in changes])
    assert again.refused == ()
    if not changes:
        return
    same = replace(again.auction, status=auction.status, outcome=auction.outcome, seq=auction.seq)
    assert same == auction
    last = changes[-1]
    assert (last.number("price"), last.facts["leader"] or None) == (auction.price, auction.leader)


def _retold(event: Event) -> Timed | Retracted:
    facts = event.facts
    if event.kind is EventKind.RETRACTED:
        return Retracted(facts["bid"])
    return Timed(Bid(facts["bid"], facts["bidder"], event.number("offer")), event.at_ms)
