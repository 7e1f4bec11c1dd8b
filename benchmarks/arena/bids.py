"""Bids over sockets and over REST, on one auction and on many."""

from collections.abc import Iterator, Sequence
from statistics import quantiles
from typing import Literal

import msgspec

from benchmarks.arena.bidders_process import Outcome, Plan
from benchmarks.arena.house import MeasuredHouse, run_process
from benchmarks.arena.progress import Step

BIDDERS = 64


class BidFigures(msgspec.Struct):
    """What bids of one kind took.

    Attributes:
        over: How they came.
        auctions: On how many.
        per_second: Bids answered in a second.
        p50_ms: Time until an accepted bid was answered, at the bidder.
        p99_ms: The same of the slowest hundredth.
        refused: Share of bids that a higher one overtook.
        server_us: Processor time of the serving process for each bid.
    """

    over: Literal["sockets", "rest"]
    auctions: int
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
    for over, count in _kinds(auctions):
        step(f"bids over {over} on {count:,} auction{'s' if count > 1 else ''}")
        ids = await house.sell(count)
        some = bids if over == "sockets" else bids // 4
        await _bid(house, over, ids, some // 10, 1_00)
        before = house.cpu_s()
        outcome = await _bid(house, over, ids, some, 1_00 * (some // 10) + 1_00)
        found.append(_figures(over, count, some, outcome, house.cpu_s() - before))
    return found


def _kinds(auctions: int) -> Iterator[tuple[Literal["sockets", "rest"], int]]:
    for over in ("sockets", "rest"):
        for count in (1, auctions):
            yield over, count


async def _bid(
    house: MeasuredHouse,
    over: Literal["sockets", "rest"],
    ids: Sequence[str],
    bids: int,
    first: int,
) -> Outcome:
    plan = Plan(
        at=house.at, over=over, tokens=house.tokens[:BIDDERS], auctions=list(ids), bids=bids,
        first=first,
    )  # fmt: skip
    said = await run_process("benchmarks.arena.bidders_process", plan)
    return msgspec.json.decode(said, type=Outcome)


def _figures(
    over: Literal["sockets", "rest"], auctions: int, bids: int, outcome: Outcome, cpu_s: float
) -> BidFigures:
    cuts = [1_000 * cut for cut in quantiles(outcome.seconds, n=100)]
    return BidFigures(
        over=over,
        auctions=auctions,
        per_second=bids / outcome.took_s,
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        refused=outcome.refused / bids,
        server_us=cpu_s / bids * 1_000_000,
    )
