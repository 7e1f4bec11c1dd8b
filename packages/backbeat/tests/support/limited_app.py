"""The application that workers run while they are killed under locks and shared limits.

Its events tell every claim with the server's time. What its sections do is in a SQLite file.
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from backbeat.app.application import Backbeat
from backbeat.app.job import Job
from backbeat.values import Keep, Rate

WINDOW: Final = Rate(40, per=0.4)
BUCKET: Final = Rate(100, per=1.0, burst=15)
GPU: Final = 4
PARTITIONS: Final = 4
_LITTLE: Final = Keep(completed=0, failed=None)
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS sections (key TEXT, fence INTEGER, began REAL, ended REAL)"
)


def build(url: str | None = None) -> Backbeat:
    """The application.

    Args:
        url: Address of the server. Defaults to that of the environment.
    """
    app = Backbeat(url, keep=_LITTLE)
    app.limit("window", rate=WINDOW)
    app.limit("bucket", rate=BUCKET)
    app.limit("gpu", max_running=GPU)
    for name, limit in (("windowed", "window"), ("bucketed", "bucket"), ("slotted", "gpu")):
        queue = app.queue(name, limits=[limit], events="all", max_stalled=1_000_000)
        queue.job("work")(work)
    spread: dict[str, Any] = {"partitions": PARTITIONS, "partition_by": "{key}", "events": "all"}
    bounds: dict[str, dict[str, Any]] = {"slots": {"max_running": GPU}, "window": {"rate": WINDOW}}
    for name, bound in bounds.items():
        queue = app.queue(f"spread-{name}", max_stalled=1_000_000, **spread, **bound)
        queue.job("span")(span)
    app.queue("locked", max_stalled=1_000_000).job("section", lock="{key}")(section)
    return app


async def work(ms: int) -> None:
    """Take some time."""
    await asyncio.sleep(ms / 1000)


async def section(job: Job, key: str, ms: int) -> None:
    """Be alone in there for some time, and write down when that was."""
    began = time.time()
    await asyncio.sleep(ms / 1000)
    note(key, job.lock_fence, began)


async def span(job: Job, key: str, ms: int) -> None:
    """Take some time, and write down when that was."""
    began = time.time()
    await asyncio.sleep(ms / 1000)
    note(f"{job.queue}:{job.id}", 0, began)


def note(key: str, number: int, began: float) -> None:
    """Write down what went on from then to now."""
    with opened(os.environ["FAULT_LEDGER"]) as file:
        file.execute("INSERT INTO sections VALUES (?, ?, ?, ?)", (key, number, began, time.time()))


@contextmanager
def opened(path: Path | str) -> Iterator[sqlite3.Connection]:
    """The file of the sections."""
    file = sqlite3.connect(f"{path}.sections", timeout=30.0, isolation_level=None)
    file.execute("PRAGMA synchronous = OFF")
    file.execute("PRAGMA journal_mode = WAL")
    file.execute(_SCHEMA)
    try:
        yield file
    finally:
        file.close()
