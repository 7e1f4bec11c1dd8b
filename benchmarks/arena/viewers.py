"""What viewers wait for: many look at one auction on which bids come steadily."""

import asyncio
import subprocess
import sys
from asyncio.subprocess import Process
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import msgspec

from benchmarks.arena.bidders_process import Outcome, Plan
from benchmarks.arena.house import MeasuredHouse, run_process
from benchmarks.arena.progress import Step
from benchmarks.arena.viewers_process import Heard, Watch

PROCESSES: Final = 2
BIDDERS: Final = 4


class ViewerFigures(msgspec.Struct):
    """How long after a bid was sent those who look hear of it.

    Attributes:
        viewers: How many look.
        bids_per_second: How many bids came.
        messages_per_second: How many messages each viewer got of them.
        first_p50_ms: Until the first viewer heard of it, in the middle.
        last_p50_ms: Until the last one did, in the middle.
        last_p99_ms: Until the last one did, of the slowest hundredth of bids.
        missed: Bids of which not every viewer heard.
        server_us: Processor time of the serving process for each message that it sent.
    """

    viewers: int
    bids_per_second: float
    messages_per_second: float
    first_p50_ms: float
    last_p50_ms: float
    last_p99_ms: float
    missed: int
    server_us: float


async def measure_viewers(
    house: MeasuredHouse, *, viewers: int, per_second: float, seconds: float, step: Step
) -> ViewerFigures:
    """Let them look, and bid.

    Args:
        house: Where.
        viewers: How many look.
        per_second: How many bids come.
        seconds: For how long.
        step: Told what is done.
    """
    (auction_id,) = await house.sell(1)
    step(f"{viewers:,} viewers come")
    watch = Watch(at=house.at, auction=auction_id, viewers=viewers // PROCESSES)
    processes = [await _start(watch) for _ in range(PROCESSES)]
    for process in processes:
        assert process.stdout is not None
        await process.stdout.readline()
    step(f"{per_second:g} bids a second before {viewers:,} viewers")
    before = house.cpu_s()
    bids = int(per_second * seconds)
    plan = Plan(
        at=house.at, over="sockets", tokens=house.tokens[:BIDDERS], auctions=[auction_id],
        bids=bids, first=1_00, per_second=per_second,
    )  # fmt: skip
    outcome = await run_process("benchmarks.arena.bidders_process", plan, Outcome)
    # What was told last has still to arrive; the house tells ten times a second.
    await asyncio.sleep(1)
    cpu_s = house.cpu_s() - before
    heard = _together([await _end(process) for process in processes])
    return _figures(viewers, outcome, heard, cpu_s)


async def _start(watch: Watch) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.arena.viewers_process",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(watch) + b"\n")
    return process


async def _end(process: Process) -> list[Heard]:
    said, _ = await process.communicate(b"")
    return msgspec.json.decode(said, type=list[Heard])


def _together(parts: Iterable[list[Heard]]) -> list[Heard]:
    """What all viewers of all processes heard, the first message first."""
    same: defaultdict[int, list[Heard]] = defaultdict(list)
    for part in parts:
        for each in part:
            same[each.last].append(each)
    return [
        Heard(
            min(each.first for each in those),
            last,
            sum(each.viewers for each in those),
            min(each.earliest for each in those),
            max(each.latest for each in those),
        )
        for last, those in sorted(same.items())
    ]


def _figures(viewers: int, outcome: Outcome, heard: list[Heard], cpu_s: float) -> ViewerFigures:
    whole = [each for each in heard if each.viewers == viewers // PROCESSES * PROCESSES]
    of = {seq: each for each in whole for seq in range(each.first, each.last + 1)}
    told = [(sent, of[seq]) for seq, sent in outcome.sent.items() if seq in of]
    firsts = sorted(each.earliest - sent for sent, each in told)
    lasts = sorted(each.latest - sent for sent, each in told)
    return ViewerFigures(
        viewers=viewers,
        bids_per_second=len(outcome.sent) / outcome.took_s,
        messages_per_second=len(heard) / outcome.took_s,
        first_p50_ms=1_000 * firsts[len(firsts) // 2],
        last_p50_ms=1_000 * lasts[len(lasts) // 2],
        last_p99_ms=1_000 * lasts[int(0.99 * len(lasts))],
        missed=len(outcome.sent) - len(told),
        server_us=cpu_s / sum(each.viewers for each in heard) * 1_000_000,
    )
