"""The price rules against a second formulation, which looks at everybody's maximum at once."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Bid
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.replaying import Timed, replay
from packages.arena.tests.apps.auctions.sale import START_MS, Sale, terms

RULES = ("ebay", "trade-me", "fixed:100", "fixed:7")
AMOUNTS = st.integers(1, 300_00) | st.sampled_from([9_99, 10_00, 10_50, 20_00, 30_00])
BIDS = st.lists(st.tuples(st.sampled_from("ABCD"), AMOUNTS), max_size=25)
RESERVES = st.none() | st.integers(10_00, 200_00)


@dataclass
class House:
    """An auction house that keeps a sorted list of maxima instead of a leader.

    The highest maximum leads, of equal ones that which came first. The price is one step above the
    best of the others, no more than the leader would pay, and it never falls.
    """

    increments: Increments
    reserve: int | None
    price: int = 0
    maxima: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def ranking(self) -> list[str]:
        return sorted(self.maxima, key=self.maxima.__getitem__)

    @property
    def leader(self) -> str | None:
        return next(iter(self.ranking), None)

    def bid(self, number: int, bidder: str, most: int) -> bool:
        raises = bidder == self.leader
        least = self.price + self.increments.step(self.price) if self.maxima else 10_00
        if most <= -self.maxima[bidder][0] if raises else most < least:
            return False
        # A raise keeps its place among equals, as nobody is its equal.
        self.maxima[bidder] = (-most, number)
        tops = [-self.maxima[who][0] for who in self.ranking]
        if len(tops) == 1:
            self.price = max(self.price, 10_00)
        elif not raises:
            self.price = max(self.price, min(tops[0], self.increments.after(tops[1])))
        if self.reserve is not None and tops[0] >= self.reserve:
            self.price = max(self.price, self.reserve)
        return True


@given(BIDS, st.sampled_from(RULES), RESERVES)
def test_both_formulations_agree_after_each_bid(
    bids: list[tuple[str, int]], rule: str, reserve: int | None
) -> None:
    sale = Sale(increments=Increments.of(rule), reserve_price=reserve)
    house = House(Increments.of(rule), reserve)
    for number, (bidder, most) in enumerate(bids):
        answer = sale.live.place(Bid(str(number), bidder, most), START_MS)
        assert answer.accepted == house.bid(number, bidder, most)
        assert (answer.leader, answer.price) == (house.leader, house.price)


@given(BIDS, st.sampled_from(RULES), RESERVES, st.booleans())
def test_what_always_holds(
    bids: list[tuple[str, int]], rule: str, reserve: int | None, proxy: bool
) -> None:
    sale = Sale(increments=Increments.of(rule), reserve_price=reserve, proxy=proxy)
    counted = []
    for number, (bidder, most) in enumerate(bids):
        before = sale.auction
        bid = Bid(str(number), bidder, most)
        if sale.live.place(bid, START_MS).accepted:
            counted.append(Timed(bid, START_MS))
        _hold(before, sale.auction)
    again = replay(
        terms(increments=Increments.of(rule), reserve_price=reserve, proxy=proxy), counted
    )
    assert again.refused == ()
    if counted:
        assert again.auction == sale.auction


def _hold(before: Auction, after: Auction) -> None:
    assert before.price <= after.price <= after.leader_max
    assert before.leader_max <= after.leader_max
    assert (after.leader is None) == (after.price == 0)
    moved = (after.price, after.leader_max) != (before.price, before.leader_max)
    assert after.bid_count - before.bid_count == moved
