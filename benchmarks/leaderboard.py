"""What exact ranks cost beside a bare sorted set: ZADD and ZREVRANK, in one run on one server.

    python -m benchmarks.leaderboard [--entries N] [--calls N] [--publish]

`--publish` writes `docs/reference/benchmarks-leaderboard.md`; no figure there is typed by hand.
"""

import argparse
import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from arena.services.leaderboard import Board, Leaderboards, Row, Rules, Set
from backbeat import Backbeat
from backbeat.cli.bench.exclusive import alone
from backbeat.cli.bench.foreign import ForeignLoad
from backbeat.cli.bench.machine import describe_machine, describe_versions
from backbeat.cli.bench.server import BenchServer, private_server
from backbeat.server.binary import Binary, find_binary

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks-leaderboard.md"
KEY: Final = "bare"
MOST_POINTS: Final = 10_000_000
HEADS: Final = (
    "calls/s",
    "p50 ms",
    "p99 ms",
    "server p50 µs",
    "server p99 µs",
    "server CPU µs",
    "rewrites",
)
_BATCH: Final = 1_000

Call = Callable[[int], Awaitable[Any]]


@dataclass(frozen=True)
class Figures:
    """One kind of call, one after the other.

    Attributes:
        name: Of the call.
        seconds: Each, as the caller sees it.
        server_p50_us: What the server itself counted.
        server_p99_us: What the server itself counted.
        cpu_us: CPU that the server used, all in all, for one call.
        rewrites: How often the server began to rewrite its log of writes meanwhile.
    """

    name: str
    seconds: list[float]
    server_p50_us: float
    server_p99_us: float
    cpu_us: float
    rewrites: int

    def row(self) -> list[str]:
        """In the order of the heads."""
        cuts = [1_000 * cut for cut in quantiles(self.seconds, n=100)]
        rate = len(self.seconds) / sum(self.seconds)
        return [
            f"{rate:,.0f}",
            f"{cuts[49]:.3f}",
            f"{cuts[98]:.3f}",
            f"{self.server_p50_us:.0f}",
            f"{self.server_p99_us:.0f}",
            f"{self.cpu_us:.0f}",
            str(self.rewrites),
        ]


@dataclass(frozen=True)
class Found:
    """All of a run."""

    calls: list[Figures]
    filling: dict[str, float]
    bytes_per_entry: dict[str, float]
    foreign: float | None


def main() -> None:
    """Measure, show, and publish if asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()
    console, binary = Console(), find_binary()
    with alone(console.print), private_server(binary) as server, ForeignLoad(server.probe) as load:
        measured = asyncio.run(_measure(server, arguments.entries, arguments.calls, console))
    found = Found(*measured, foreign=load.cores)
    table = Table("call", *HEADS)
    for figures in found.calls:
        table.add_row(figures.name, *figures.row())
    console.print(table, found.filling, found.bytes_per_entry)
    if arguments.publish:
        PAGE.write_text("\n".join(_page(found, arguments, binary)) + "\n", "utf-8")
        console.print(f"written: {PAGE.name}")


async def _measure(
    server: BenchServer, entries: int, calls: int, console: Console
) -> tuple[list[Figures], dict[str, float], dict[str, float]]:
    app, bare = Backbeat(url=server.url), Redis.from_url(server.url)
    board = await Leaderboards(app).open("bench", Rules("competition", most_entries=2 * entries))
    filling: dict[str, float] = {}
    size: dict[str, float] = {}
    for name, fill in (("sorted set", _fill_bare(bare, entries)), ("board", _fill(board, entries))):
        console.print(f"fill the {name} with {entries:,}")
        before, begun = await _memory(bare), time.perf_counter()
        await fill
        filling[name] = time.perf_counter() - begun
        size[name] = (await _memory(bare) - before) / entries
    found = []
    for name, call in _calls(board, bare, entries):
        console.print(f"{calls:,} times {name}")
        found.append(await _time(bare, name, call, calls))
    await app.close()
    await bare.aclose()
    return found, filling, size


def _calls(board: Board, bare: Redis, entries: int) -> Iterator[tuple[str, Call]]:
    chance = random.Random(1)

    def who() -> str:
        return f"player-{chance.randrange(entries)}"

    def points() -> int:
        return chance.randrange(MOST_POINTS)

    yield "bare ZADD", lambda _: bare.zadd(KEY, {who(): points()})
    yield "update of one", lambda number: board.update(f"u{number}", Set(who(), points()))
    yield "bare ZREVRANK", lambda _: bare.zrevrank(KEY, who())
    yield "rank of one", lambda _: board.standing(who())
    yield "bare ZREVRANGE 0 9", lambda _: bare.zrevrange(KEY, 0, 9, withscores=True)
    yield "top 10", lambda _: board.top(10)
    yield "around one, 5 and 5", lambda _: board.around(who(), 5)


async def _time(bare: Redis, name: str, call: Call, calls: int) -> Figures:
    for number in range(-500, 0):
        await call(number)
    await _settle(bare)
    await bare.config_resetstat()
    seconds, cpu, rewrites = [], await _cpu(bare), await _rewrites(bare)
    for number in range(calls):
        begun = time.perf_counter()
        await call(number)
        seconds.append(time.perf_counter() - begun)
    stats = await bare.info("latencystats")
    command = "evalsha" if not name.startswith("bare") else name.split()[1].lower()
    cuts = str(stats[f"latency_percentiles_usec_{command}"])
    p50, p99 = (float(re.findall(rf"'?p{cut}'?[=:]\s*([\d.]+)", cuts)[0]) for cut in (50, 99))
    cpu_us = (await _cpu(bare) - cpu) / calls * 1_000_000
    return Figures(name, seconds, p50, p99, cpu_us, await _rewrites(bare) - rewrites)


async def _settle(bare: Redis) -> None:
    """Wait until the server does not write its log anew: three would be at work on two cores."""
    while (await bare.info("persistence"))["aof_rewrite_in_progress"]:  # noqa: ASYNC110 - silent
        await asyncio.sleep(0.1)


async def _rewrites(bare: Redis) -> int:
    return int((await bare.info("persistence"))["aof_rewrites"])


async def _fill_bare(bare: Redis, entries: int) -> None:
    chance = random.Random(0)
    for first in range(0, entries, _BATCH):
        some = {
            f"player-{n}": chance.randrange(MOST_POINTS)
            for n in range(first, min(first + _BATCH, entries))
        }
        await bare.zadd(KEY, some)


async def _fill(board: Board, entries: int) -> None:
    chance = random.Random(0)
    await board.rebuild(Row(f"player-{n}", chance.randrange(MOST_POINTS)) for n in range(entries))


async def _cpu(bare: Redis) -> float:
    used = await bare.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


async def _memory(bare: Redis) -> int:
    return int((await bare.info("memory"))["used_memory"])


def _page(found: Found, arguments: argparse.Namespace, binary: Binary) -> Iterator[str]:
    machine, versions = describe_machine(), describe_versions()
    yield "<!-- Written by benchmarks/leaderboard.py: measure again, do not edit. -->"
    yield "# What exact ranks cost"
    yield ""
    yield (
        f"Taken on {datetime.now(UTC):%Y-%m-%d} on a private server ({binary}) that writes its log"
        f" every second, with {arguments.entries:,} entries in the board and as many in the bare"
        f" sorted set beside it; {arguments.calls:,} calls of each kind, one after the other, from"
        " one process over TCP of the loopback. The server's own times have no way and no client in"
        " them, and its CPU, with reading, writing and the log of writes, no other programs. A bare"
        " sorted set is exact up to 2^53, orders equal points by name, knows no shared ranks, and"
        " does an update that comes twice twice."
    )
    yield ""
    yield "| call | " + " | ".join(HEADS) + " |"
    yield "|---|" + "---:|" * len(HEADS)
    for figures in found.calls:
        yield f"| {figures.name} | " + " | ".join(figures.row()) + " |"
    yield ""
    yield "| filled with all entries | s | bytes an entry |"
    yield "|---|---:|---:|"
    for name, seconds in found.filling.items():
        yield f"| {name} | {seconds:.1f} | {found.bytes_per_entry[name]:.0f} |"
    yield ""
    yield "The board was filled by a rebuild from rows, 1,000 in a call."
    yield ""
    yield f"- {machine['processor']}, {machine['cores']} cores, {machine['system']}"
    yield "- " + ", ".join(f"{name} {version}" for name, version in versions.items())
    if found.foreign is not None:
        yield f"- other programs took {found.foreign:.1f} cores during the run"


if __name__ == "__main__":
    main()
