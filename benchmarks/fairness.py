"""How long small tenants wait behind a large one, with and without groups.

    python -m benchmarks.fairness [--backlog N] [--publish]

A large tenant has a backlog, three small ones add a thousand jobs each behind it, and a fourth
comes with one job while the worker is busy. `--publish` writes
`docs/reference/benchmarks-fairness.md` and its picture.
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import track

from backbeat import Backbeat, Worker
from backbeat.cli.bench.exclusive import alone
from backbeat.cli.bench.server import private_server
from backbeat.cli.bench.signals import stoppable
from backbeat.server.binary import find_binary
from benchmarks.lines import Panel, line_chart

REFERENCE: Final = Path(__file__).parents[1] / "docs" / "reference"
PICTURE: Final = "benchmarks-fairness.svg"
LARGE, LATE = "large", "late"
SMALL: Final = ("small-1", "small-2", "small-3")
EACH: Final = 1_000
SLOTS: Final = 10
WATCHED: Final = 6_000
LATE_AT: Final = 2_000
POINTS: Final = 40
BATCH: Final = 1_000


@dataclass(frozen=True)
class Setting:
    """A way to line tenants up.

    Attributes:
        title: For people.
        grouped: Whether a tenant is a group.
        weights: Of the groups that do not have 1.
    """

    title: str
    grouped: bool = True
    weights: Mapping[str, int] = field(default_factory=dict)


SETTINGS: Final = (
    Setting("in one line", grouped=False),
    Setting("in groups, in turns"),
    Setting("in groups, small-1 of weight 3", weights={SMALL[0]: 3}),
)


@dataclass
class Order:
    """Who was started, in order.

    Attributes:
        starts: A tenant a start.
        late_added: Starts before the late tenant's add was answered.
    """

    starts: list[str] = field(default_factory=list)
    late_added: int = 0

    def before_first(self, tenant: str) -> int | None:
        """Jobs of others that were started while the first of a tenant's waited; None: it waits."""
        if tenant not in self.starts:
            return None
        return self.starts.index(tenant) - (self.late_added if tenant == LATE else 0)

    def line(self, tenant: str) -> list[float]:
        """How many of a tenant's jobs had started, at places along the way."""
        places = [WATCHED * point // POINTS for point in range(POINTS + 1)]
        return [float(self.starts[:place].count(tenant)) for place in places]


def main() -> None:
    """Measure, show, and publish if asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--backlog", type=int, default=1_000_000)
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()
    console, found = Console(), {}
    with stoppable(), alone(console.print):
        for setting in SETTINGS:
            console.rule(setting.title)
            with private_server(find_binary()) as server:
                found[setting.title] = asyncio.run(_measure(setting, server.url, arguments.backlog))
    lines = list(_table(found))
    console.print("\n".join(lines))
    if arguments.publish:
        _publish(found, arguments.backlog, lines)


async def _measure(setting: Setting, url: str, backlog: int) -> Order:
    app, order = Backbeat(url), Order()
    enough = asyncio.Event()
    queue = app.queue("tenants")

    @queue.job(group="{tenant}" if setting.grouped else None)
    async def work(tenant: str) -> None:
        order.starts.append(tenant)
        if len(order.starts) >= WATCHED:
            enough.set()
        elif len(order.starts) == LATE_AT:
            await work.enqueue(LATE)
            order.late_added = len(order.starts)

    async with app:
        for name, weight in setting.weights.items():
            await queue.groups.configure(name, weight=weight)
        for tenant, count in ((LARGE, backlog), *((small, EACH) for small in SMALL)):
            await _add(queue, [work.call(tenant)] * BATCH, count, tenant)
        async with Worker(app, concurrency=SLOTS):
            await enough.wait()
    return order


async def _add(queue: Any, calls: list[Any], count: int, tenant: str) -> None:
    for added in track(range(0, count, BATCH), description=f"adding: {tenant}"):
        await queue.add_many(calls[: min(BATCH, count - added)])


def _table(found: Mapping[str, Order]) -> Iterator[str]:
    tenants = (*SMALL, LATE)
    yield "| | " + " | ".join(tenants) + " |"
    yield "|---|" + "---:|" * len(tenants)
    for title, order in found.items():
        waits = (order.before_first(tenant) for tenant in tenants)
        cells = (f"{wait:,}" if wait is not None else "not in time" for wait in waits)
        yield f"| {title} | " + " | ".join(cells) + " |"


def _publish(found: Mapping[str, Order], backlog: int, table: list[str]) -> None:
    panels = [
        Panel(title, [(tenant, order.line(tenant)) for tenant in (LARGE, *SMALL)])
        for title, order in found.items()
    ]
    title = "Jobs started, by tenant"
    picture = line_chart(title, panels, f"from left to right: the first {WATCHED:,} starts")
    (REFERENCE / PICTURE).write_text(picture, encoding="utf-8")
    page = [
        "<!-- Written by benchmarks/fairness.py: measure again, do not edit. -->",
        "# Fair shares",
        "",
        f"Taken on {datetime.now(UTC):%Y-%m-%d}: a tenant has {backlog:,} jobs waiting. Behind"
        f" them three small ones add {EACH:,} each, and a late one comes with one job while a"
        f" worker with {SLOTS} slots is busy.",
        "",
        f"![{title}]({PICTURE})",
        "",
        "Jobs of others that were started while the first job of a tenant waited. Before the late"
        " one come those that the worker had claimed already, which are no more than it has slots:",
        "",
        *table,
        "",
    ]
    (REFERENCE / "benchmarks-fairness.md").write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
