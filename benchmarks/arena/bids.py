"""Bids over sockets and over REST, on one auction and on many."""

from collections.abc import Iterator, Sequence
from statistics import quantiles
from typing import Final, Literal, NamedTuple

import msgspec

from benchmarks.arena.bidders_process import Outcome, Plan
from benchmarks.arena.house import MeasuredHouse, run_process
from benchmarks.arena.progress import Step

BIDDERS: Final = 64
PACE: Final = 1_000.0


class Kind(NamedTuple):
    """How bids come.

    Attributes:
        over: By which way.
        auctions: To how many.
        pace: So many a second, whether or not answers have come. None: as fast as they come.
    """

    over: Literal["sockets", "rest"]
    auctions: int
    pace: float | None = None


class BidFigures(msgspec.Struct):
    """What bids of one kind took.

    Attributes:
        over: How they came.
        auctions: On how many.
        pace: At which pace they were sent. None: each bidder waited for its answers.
        per_second: Bids answered in a second.
        p50_ms: Time until an accepted bid was answered, at the bidder; at a pace, from when it was
            to be sent.
        p99_ms: The same of the slowest hundredth.
        refused: Share of bids that a higher one overtook.
        server_us: Processor time of the serving process for each bid.
    """

    over: Literal["sockets", "rest"]
    auctions: int
    pace: float | None
    per_second: float
    p50_ms: float
    p99_ms: float
    refused: float
    server_us: float


async def measure_bids(
    house: MeasuredHouse, *, bids: int, auctions: int, step: Step
) -> list[BidFigures]:
    """Every kind, after a tenth of its bids that nobody counts.

    Args:
        house: Where.
        bids: How many over sockets; over REST a quarter of them.
        auctions: How many the many are.
        step: Told what is done.
    """
    found = []
    for kind in _kinds(auctions):
        step(_words(kind))
        ids = await house.sell(kind.auctions)
        some = bids if kind.over == "sockets" else bids // 4
        await _bid(house, kind, ids, some // 10, 1_00)
        before = house.cpu_s()
        outcome = await _bid(house, kind, ids, some, 1_00 * (some // 10) + 1_00)
        found.append(_figures(kind, some, outcome, house.cpu_s() - before))
    return found


def _kinds(auctions: int) -> Iterator[Kind]:
    yield Kind("sockets", 1, PACE)
    for over in ("sockets", "rest"):
        for count in (1, auctions):
            yield Kind(over, count)


def _words(kind: Kind) -> str:
    plural = "s" if kind.auctions > 1 else ""
    pace = "" if kind.pace is None else f" at {kind.pace:,.0f} a second"
    return f"bids over {kind.over} on {kind.auctions:,} auction{plural}{pace}"


async def _bid(
    house: MeasuredHouse, kind: Kind, ids: Sequence[str], bids: int, first: int
) -> Outcome:
    plan = Plan(
        at=house.at, over=kind.over, tokens=house.tokens[:BIDDERS], auctions=list(ids), bids=bids,
        first=first, per_second=kind.pace,
    )  # fmt: skip
    return await run_process("benchmarks.arena.bidders_process", plan, Outcome)


def _figures(kind: Kind, bids: int, outcome: Outcome, cpu_s: float) -> BidFigures:
    cuts = [1_000 * cut for cut in quantiles(outcome.seconds, n=100)]
    return BidFigures(
        over=kind.over,
        auctions=kind.auctions,
        pace=kind.pace,
        per_second=bids / outcome.took_s,
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        refused=outcome.refused / bids,
        server_us=cpu_s / bids * 1_000_000,
    )
