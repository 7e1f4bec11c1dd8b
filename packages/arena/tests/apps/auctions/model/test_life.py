"""From draft to its end: states, outcomes, and terms that contradict each other."""

import pytest

from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.finishing import called_off, finished, started
from arena.apps.auctions.model.soft_close import SoftClose
from arena.apps.auctions.model.states import MOVES, Outcome, Status, can_move
from packages.arena.tests.apps.auctions.sale import HOUR_MS, START_MS, Sale, terms

END_MS = START_MS + HOUR_MS


def test_every_status_has_its_moves_and_two_are_final() -> None:
    assert set(MOVES) == set(Status)
    assert {status for status in Status if not MOVES[status]} == {Status.ENDED, Status.CANCELLED}
    assert can_move(Status.DRAFT, Status.SCHEDULED)
    assert not can_move(Status.ENDED, Status.ACTIVE)


def test_an_auction_starts_once_and_not_before_its_time() -> None:
    auction = Auction.on(terms())
    assert started(auction, START_MS - 1) is auction
    active = started(auction, START_MS)
    assert (active.status, active.seq) == (Status.ACTIVE, 1)
    assert started(active, START_MS + 1) is active


def test_an_auction_ends_once_and_not_before_its_time() -> None:
    active = started(Auction.on(terms()), START_MS)
    assert finished(active, END_MS - 1) is active
    ended = finished(active, END_MS)
    assert (ended.status, ended.outcome, ended.seq) == (Status.ENDED, Outcome.NO_BIDS, 2)
    assert finished(ended, END_MS + 1) is ended
    assert called_off(ended) is ended


def test_an_auction_whose_start_was_missed_still_ends() -> None:
    ended = finished(Auction.on(terms()), END_MS)
    assert (ended.status, ended.seq) == (Status.ENDED, 2)


def test_below_the_reserve_nobody_wins() -> None:
    sale = Sale(reserve_price=30_00)
    sale.bid("A", "29.99")
    ended = sale.live.finish(END_MS)
    assert (ended.outcome, ended.winner) == (Outcome.RESERVE_NOT_MET, None)


def test_what_is_called_off_has_no_winner() -> None:
    sale = Sale()
    sale.bid("A", "20.00")
    off = sale.live.cancel()
    assert (off.status, off.outcome, off.winner) == (Status.CANCELLED, Outcome.CANCELLED, None)
    assert finished(off, END_MS) is off


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("starting_price", {"starting_price": 0}),
        ("starting_price", {"starting_price": 10**12}),
        ("reserve_price", {"reserve_price": 9_99}),
        ("buy_now_price", {"buy_now_price": 9_99}),
        ("buy_now_price", {"reserve_price": 30_00, "buy_now_price": 20_00}),
        ("end_at", {"end_at_ms": START_MS}),
        ("hard_end", {"soft_close": SoftClose(hard_end_ms=END_MS - 1)}),
        ("pace_ms", {"pace_ms": -1}),
    ],
)
def test_terms_that_contradict_each_other_are_refused(field: str, given: dict[str, object]) -> None:
    with pytest.raises(InvalidTerms, match=field):
        terms(**given)
