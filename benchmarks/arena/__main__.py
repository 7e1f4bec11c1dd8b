"""Measures Arena, in at most a quarter of an hour.

    python -m benchmarks.arena [--only script,bids,viewers,seals] [--publish] [--json]

`--publish` writes `docs/reference/benchmarks-arena.md`, which takes all parts.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
import uvloop
from rich.console import Console

from backbeat.cli.bench.exclusive import alone
from backbeat.cli.bench.foreign import ForeignLoad
from backbeat.cli.bench.machine import describe_machine
from backbeat.cli.bench.server import BenchServer, private_server
from backbeat.cli.bench.signals import stoppable
from backbeat.server.binary import Binary, find_binary
from benchmarks.arena.bids import BIDDERS, measure_bids
from benchmarks.arena.house import measured_house
from benchmarks.arena.page import PAGE, render, tables
from benchmarks.arena.progress import Step, progress
from benchmarks.arena.report import Report
from benchmarks.arena.seals import measure_seals
from benchmarks.arena.viewers import measure_viewers
from benchmarks.auctions import measure_plain, measure_script

PARTS: Final = ("script", "bids", "viewers", "seals")
STEPS: Final = {"script": 2, "bids": 5, "viewers": 2, "seals": 1}


def main() -> int:
    """Measure, show, and publish if asked."""
    options = _options()
    out, notes, binary = Console(), Console(stderr=True), find_binary()
    report = _begun(options, binary)
    steps = sum(STEPS[each] for each in options.only)
    with stoppable(), alone(notes.print), progress(notes, steps) as step:
        for part in options.only:
            with private_server(binary) as server, ForeignLoad(server.probe) as load:
                uvloop.run(_measure(part, server, options, report, step))
            report.foreign_cores[part] = round(load.cores or 0.0, 1)
    if options.json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    else:
        out.print(*tables(report), sep="\n")
    if options.publish:
        PAGE.write_text(render(report), encoding="utf-8")
        notes.print(f"written: {PAGE.name}")
    return 0


async def _measure(
    part: str, server: BenchServer, options: argparse.Namespace, report: Report, step: Step
) -> None:
    match part:
        case "script":
            step("bids through the script")
            report.script = await measure_script(server.url, options.bids * 2, options.auctions)
            step("the same rule in plain SQL")
            # It has an event loop of its own.
            plain = asyncio.to_thread(measure_plain, options.bids // 5, options.auctions)
            report.script += await plain
        case "bids":
            async with measured_house(server, BIDDERS) as house:
                report.bids = await measure_bids(
                    house, bids=options.bids, auctions=options.auctions, step=step
                )
        case "viewers":
            async with measured_house(server, BIDDERS) as house:
                report.viewers = await measure_viewers(
                    house, viewers=options.viewers, per_second=20, seconds=options.seconds,
                    step=step,
                )  # fmt: skip
        case _:
            report.seals = await measure_seals(
                server.url, per_second=2_000, seconds=options.seconds, step=step
            )


def _begun(options: argparse.Namespace, binary: Binary) -> Report:
    machine = describe_machine()
    return Report(
        taken_on=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=f"{machine['processor']}, {machine['cores']} cores, {machine['system']}",
        server=str(binary),
        seconds=options.seconds,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", type=_parts, default=PARTS, help=f"of {', '.join(PARTS)}")
    parser.add_argument("--bids", type=int, default=25_000, help="over sockets; the script twice")
    parser.add_argument("--auctions", type=int, default=1_000, help="how many the many are")
    parser.add_argument("--viewers", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=60, help="of viewers and of seals")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--publish", action="store_true", help="write the page")
    options = parser.parse_args()
    if options.publish and set(options.only) != set(PARTS):
        parser.error("--publish takes all parts: leave out --only")
    return options


def _parts(text: str) -> Sequence[str]:
    parts = text.split(",")
    for part in parts:
        if part not in PARTS:
            raise argparse.ArgumentTypeError(f"{part!r} is none of {', '.join(PARTS)}")
    return parts


if __name__ == "__main__":
    sys.exit(main())
