"""Whether a large backlog slows the engine down: round trips and the longest script."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from backbeat.cli.bench.figures import percentile
from backbeat.cli.bench.hand import Hand
from backbeat.cli.bench.operators import drain_some, run_operators_commands
from backbeat.cli.bench.probe import Probe
from backbeat.cli.bench.report import BacklogFigures
from backbeat.cli.bench.server import BenchServer, private_server
from backbeat.cli.bench.slowlog import longest_scripts, start_slowlog
from backbeat.cli.bench.track import Step
from backbeat.engine.calls.control import MOST_IDS
from backbeat.server.binary import Binary

_TURNS: Final = 3
_CYCLES: Final = 1_000
_LEAST_CYCLES: Final = 20
_BATCH: Final = 100
_LOAD: Final = 500
_DAY_MS: Final = 86_400_000
_LOOK_S: Final = 0.1
_SETTLE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Round trips, milliseconds.

    Attributes:
        add_ms_p99: Of adding one job.
        tick_ms_p99: Of ending 100 jobs and claiming 100.
    """

    add_ms_p99: float
    tick_ms_p99: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One comparison.

    Attributes:
        empty: Pace of the empty queue.
        full: Pace of the queue with the backlog.
        longest: Milliseconds of the longest run of each script with the backlog.
    """

    empty: Pace
    full: Pace
    longest: dict[str, float]


def measure_backlog(binary: Binary, jobs: int, step: Step) -> BacklogFigures:
    """Pile up jobs on one server and measure there and on an empty one, by turns.

    Args:
        binary: Program of the server.
        jobs: Jobs of each kind: waiting, delayed, completed.
        step: Told what is going on.
    """
    with (
        private_server(binary) as idle,
        private_server(binary) as server,
        Hand(idle.url) as light,
        Hand(server.url) as heavy,
    ):
        bytes_each = _pile_up(server, heavy, jobs, step)
        _settle(server.probe)
        turns = []
        for number in range(1, _TURNS + 1):
            step(f"backlog: turn {number} of {_TURNS}")
            turns.append(_turn(server.probe, light, heavy, jobs))
        drained = [_drain_turn(server.probe, heavy, first=turn is turns[0]) for turn in turns]
    longest = [turn.longest | drain for turn, drain in zip(turns, drained, strict=True)]
    return _compared(jobs, turns, longest, bytes_each)


def _turn(probe: Probe, light: Hand, heavy: Hand, jobs: int) -> Turn:
    # A small backlog, as in a test, is measured for a shorter time and must last for three turns.
    cycles = max(_LEAST_CYCLES, min(_CYCLES, jobs // _BATCH))
    empty = measure_pace(light, cycles)
    start_slowlog(probe)
    full = measure_pace(heavy, cycles)
    run_operators_commands(heavy, max(1, min(MOST_IDS, jobs // 10)))
    return Turn(empty, full, longest_scripts(probe))


def _drain_turn(probe: Probe, heavy: Hand, *, first: bool) -> dict[str, float]:
    start_slowlog(probe)
    drain_some(heavy, first=first)
    return longest_scripts(probe)


def measure_pace(hand: Hand, cycles: int) -> Pace:
    """Add 100 jobs and claim 100, over and over, so that the backlog stays as it is."""
    adds_ms, ticks_ms = [], []
    ids: list[str] = []
    ticket = 0
    for _ in range(cycles):
        first, rest = hand.jobs(1), hand.jobs(_BATCH - 1)
        began = time.perf_counter()
        hand.add(first)
        added = time.perf_counter()
        hand.add(rest)
        resumed = time.perf_counter()
        claim = hand.tick(_BATCH, ids, ticket)
        ticked = time.perf_counter()
        ids, ticket = [job[0] for job in claim.jobs], claim.ticket
        adds_ms.append((added - began) * 1e3)
        ticks_ms.append((ticked - resumed) * 1e3)
    hand.tick(0, ids, ticket)
    return Pace(percentile(adds_ms, 0.99), percentile(ticks_ms, 0.99))


def _pile_up(server: BenchServer, hand: Hand, jobs: int, step: Step) -> float:
    """Completed first, then delayed, then waiting; gives the bytes of memory per job."""
    before = server.probe.account()
    # As many are kept as there are, so that trimming goes on while we measure.
    hand.command("configure", ["keep_completed", jobs])
    step(f"backlog: completing {jobs:,} jobs")
    _complete(hand, jobs)
    step(f"backlog: adding {jobs:,} delayed jobs")
    _add(hand, jobs, due_ms=time.time_ns() // 1_000_000 + _DAY_MS)
    step(f"backlog: adding {jobs:,} waiting jobs")
    _add(hand, jobs)
    return server.probe.account().since(before).memory / (3 * jobs)


def _complete(hand: Hand, jobs: int) -> None:
    ids: list[str] = []
    ticket = 0
    for size in _portions(jobs):
        hand.add(hand.jobs(size))
        claim = hand.tick(size, ids, ticket)
        ids, ticket = [job[0] for job in claim.jobs], claim.ticket
    hand.tick(0, ids, ticket)


def _add(hand: Hand, jobs: int, *, due_ms: int = 0) -> None:
    for number, size in enumerate(_portions(jobs)):
        # Spread over the day, as real ones are: equal scores would be ordered by id.
        hand.add(hand.jobs(size, due_ms=due_ms and due_ms + number))


def _portions(jobs: int) -> list[int]:
    return [min(_LOAD, jobs - done) for done in range(0, jobs, _LOAD)]


def _settle(probe: Probe) -> None:
    """Let the server end the rewrite of its log that the pile has set off."""
    end = time.monotonic() + _SETTLE_S
    while time.monotonic() < end:
        info = probe.info("persistence")
        if info["aof_rewrite_in_progress"] == info["aof_rewrite_scheduled"] == "0":
            return
        time.sleep(_LOOK_S)


def _compared(
    jobs: int, turns: Sequence[Turn], scripts_ms: Sequence[Mapping[str, float]], bytes_each: float
) -> BacklogFigures:
    longest = _quietest(scripts_ms)
    name = max(longest, key=longest.__getitem__, default="none over 0.1 ms")
    add, add_empty, tick, tick_empty = (
        median(values)
        for values in (
            [turn.full.add_ms_p99 for turn in turns],
            [turn.empty.add_ms_p99 for turn in turns],
            [turn.full.tick_ms_p99 for turn in turns],
            [turn.empty.tick_ms_p99 for turn in turns],
        )
    )
    return BacklogFigures(
        jobs=jobs,
        add_ms_p99=add,
        add_ms_p99_empty=add_empty,
        tick_ms_p99=tick,
        tick_ms_p99_empty=tick_empty,
        add_ratio=add / add_empty,
        tick_ratio=tick / tick_empty,
        longest_script_ms=longest.get(name, 0.0),
        longest_script=name,
        script_ms_max=longest,
        script_ms_worst=_worst(scripts_ms),
        bytes_per_job=bytes_each,
    )


def _quietest(turns: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """What a script needs comes back in every turn; what only disturbed the server does not."""
    return {name: min(turn.get(name, 0.0) for turn in turns) for name in _worst(turns)}


def _worst(turns: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = sorted({name for turn in turns for name in turn})
    return {name: max(turn.get(name, 0.0) for turn in turns) for name in names}
