"""The figures for people: tables for a terminal, and a page of the reference."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from rich.table import Table

from benchmarks.arena.report import Report

# Above it a run measures the machine's other work.
QUIET_CORES: Final = 0.2
PAGE: Final = Path(__file__).parents[2] / "docs/reference/benchmarks-arena.md"

BUSY: Final = """
**The machine was busy with other work: these figures are to be taken again, and say little.**
"""
SCRIPT_WORDS: Final = """\
64 bidders, each waiting for its answer, over two connections as of two serving processes: over a
single one, client and server would take turns. Every bid counts, and the rate for bidders is off.
*Server* is the server's own mean time of the script. `FOR UPDATE` is the same rule in plain SQL,
over as many connections as there are bidders. The goal is 15,000 bids a second at the script."""
BIDS_WORDS: Final = """\
64 people who have signed in, in a process of their own, each waiting for its answer, bid at one
serving process. *Paced* bids are sent at that rate, whether or not answers have come, and their
times count from when they were due: the goal is a p99 below 50 ms at 1,000 a second over sockets on
one auction. The rate for bidders is off; the rates of requests and events are counted and not
reached. Nobody looks, and no worker runs: the process puts what follows from each bid into the
queues itself. *Overtaken* are bids that came after a higher one and are refused; their answers are
not among the times. *Process* is the processor time of the serving process for a bid."""
VIEWERS_WORDS: Final = """\
Viewers of one auction, in two processes. The times are those from the moment at which a bid was
sent until the first and until the last viewer had heard of it. A room is told of bids at most ten
times a second, so a bid may wait 100 ms for the next message. *Process* is the processor time of
the serving process for a message to one viewer."""
SEALS_WORDS: Final = """\
Journals of two postings each, and one worker process that seals twice a second. The goal is never
to be more than a second behind. The times are the age of the oldest journal under no seal, looked
at ten times a second."""


class Rows(NamedTuple):
    """One table.

    Attributes:
        title: What it is about.
        heads: Of its columns.
        rows: What is in them.
        words: What a reader has to know.
    """

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    words: str


def tables(report: Report) -> Iterator[Table]:
    """For a terminal."""
    for each in _all(report):
        table = Table(*each.heads, title=each.title)
        for row in each.rows:
            table.add_row(*row)
        yield table


def render(report: Report) -> str:
    """The page."""
    parts = "\n".join(_part(each) for each in _all(report))
    foreign = ", ".join(f"{part} {cores:.1f}" for part, cores in report.foreign_cores.items())
    busy = max(report.foreign_cores.values(), default=0.0) > QUIET_CORES
    return f"""<!-- Written by benchmarks/arena: measure again, do not edit. -->
# Benchmark of Arena

Taken on {report.taken_on} by `python -m benchmarks.arena --publish`. Stores, server and clients are
processes on one machine and share its cores:
{report.machine}; {report.server}, which writes its log every second;
the embedded PostgreSQL with `fsync` on. Cores that other programs took meanwhile: {foreign}.
{BUSY if busy else ""}
{parts}"""


def _part(rows: Rows) -> str:
    line = "|---|" + "--:|" * (len(rows.heads) - 1)
    body = "\n".join("| " + " | ".join(row) + " |" for row in rows.rows)
    return f"## {rows.title}\n\n| {' | '.join(rows.heads)} |\n{line}\n{body}\n\n{rows.words}\n"


def _all(report: Report) -> Iterator[Rows]:
    if report.script:
        yield _script(report)
    if report.bids:
        yield _bids(report)
    if report.viewers is not None:
        yield _viewers(report)
    if report.seals is not None:
        yield _seals(report)


def _script(report: Report) -> Rows:
    rows = [
        (
            each.name, f"{each.per_second:,.0f}", f"{each.p50_ms:.2f}", f"{each.p99_ms:.2f}",
            "-" if each.server_us is None else f"{each.server_us:.0f}",
        )
        for each in report.script
    ]  # fmt: skip
    return Rows(
        "Bids through the script",
        ("bids", "bids/s", "p50 ms", "p99 ms", "server µs"),
        rows,
        SCRIPT_WORDS,
    )


def _bids(report: Report) -> Rows:
    rows = [
        (
            f"{each.over}, {each.auctions:,} auction{'s' if each.auctions > 1 else ''}"
            + ("" if each.pace is None else f", paced at {each.pace:,.0f}/s"),
            f"{each.per_second:,.0f}", f"{each.p50_ms:.1f}", f"{each.p99_ms:.1f}",
            f"{each.refused:.1%}", f"{each.server_us:.0f}",
        )
        for each in report.bids
    ]  # fmt: skip
    return Rows(
        "Bids over sockets and REST",
        ("over", "bids/s", "p50 ms", "p99 ms", "overtaken", "process µs"),
        rows,
        BIDS_WORDS,
    )


def _viewers(report: Report) -> Rows:
    found = report.viewers
    assert found is not None
    row = (
        f"{found.viewers:,}", f"{found.bids_per_second:.1f}", f"{found.messages_per_second:.1f}",
        f"{found.first_p50_ms:.0f}", f"{found.last_p50_ms:.0f}", f"{found.last_p99_ms:.0f}",
        f"{found.missed}", f"{found.server_us:.0f}",
    )  # fmt: skip
    return Rows(
        "What viewers wait for",
        (
            "viewers", "bids/s", "messages/s", "first p50 ms", "last p50 ms", "last p99 ms",
            "missed", "process µs",
        ),
        [row],
        VIEWERS_WORDS,
    )  # fmt: skip


def _seals(report: Report) -> Rows:
    found = report.seals
    assert found is not None
    row = (
        f"{found.postings_per_second:,.0f}", f"{found.lag_p50_s:.2f}", f"{found.lag_p99_s:.2f}",
        f"{found.lag_max_s:.2f}", f"{found.all_sealed_after_s:.2f}",
    )  # fmt: skip
    return Rows(
        "How far seals are behind",
        ("postings/s", "p50 s", "p99 s", "max s", "all sealed after s"),
        [row],
        SEALS_WORDS,
    )
