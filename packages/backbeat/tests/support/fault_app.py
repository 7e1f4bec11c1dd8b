"""The application that workers run while they are killed, frozen and cut off.

Its surroundings name the server (BACKBEAT_URL) and the ledger (FAULT_LEDGER).
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from backbeat.app.application import Backbeat
from backbeat.app.job import Job
from backbeat.values import Breaker, Keep, Retry, Snooze
from packages.backbeat.tests.support.ledger import Ledger

QUEUE: Final = "faults"
STRICT: Final = "strict"
PROBED: Final = Breaker("probed", min_calls=1, open_for=0.5, probes=1)
SECOND: Final = "second"
COMPANY: Final = "company"
_EVERYTHING: Final = Keep(
    completed=None, failed=None, cancelled=None,
    completed_for=None, failed_for=None, cancelled_for=None,
)  # fmt: skip


@asynccontextmanager
async def _open_ledger() -> AsyncIterator[Ledger]:
    with Ledger(os.environ["FAULT_LEDGER"]) as ledger:
        yield ledger


def build(url: str | None = None) -> Backbeat:
    """The application.

    Args:
        url: Address of the server. Defaults to that of the environment.
    """
    app = Backbeat(url, keep=_EVERYTHING, lifespan=_open_ledger)
    # So many crashes are no fault of the jobs here; `strict` is where they count.
    queue = app.queue(QUEUE, max_stalled=1_000_000)
    strict = app.queue(STRICT, concurrency=1)
    queue.job()(effect)
    queue.job()(slow_once)
    queue.job()(talk)
    queue.job()(snooze)
    queue.job(timeout=0.3)(blocking)
    queue.job(retry=Retry(attempts=3, delay=0.05))(flaky)
    queue.job(mode="thread")(in_thread)
    queue.job("probe", breaker=PROBED)(slow_once)
    strict.job()(poison)
    strict.job()(effect)
    company = app.queue(COMPANY)
    company.job()(killer)
    company.job()(effect)
    app.queue(SECOND, max_stalled=1_000_000).job()(effect)
    return app


async def effect(job: Job, ms: int) -> int:
    """Take some time, then have the effect; answers who did it."""
    job.state.begin(job)
    await asyncio.sleep(ms / 1000)
    job.state.apply(job)
    return os.getpid()


async def slow_once(job: Job, ms: int) -> int:
    """Take that long in the first attempt, and talk about it; no time in the others."""
    if job.state.begin(job) == 1:
        await asyncio.sleep(ms / 1000)
        job.progress(os.getpid())
        job.log(f"still here: {os.getpid()}")
    job.state.apply(job)
    return os.getpid()


async def talk(job: Job, ms: int) -> None:
    """Say how far it is, now and then; have the effect."""
    job.state.begin(job)
    for line in ("one", "two", "three"):
        job.progress(1, line)
        job.log(line)
        await asyncio.sleep(ms / 3000)
    job.state.apply(job)


async def snooze(job: Job, ms: int) -> Snooze | None:
    """Put itself off once; then have the effect."""
    if job.state.begin(job) == 1:
        await asyncio.sleep(ms / 1000)
        return Snooze(0.05)
    job.state.apply(job)
    return None


async def flaky(job: Job, ms: int) -> int:
    """Fail in the first attempt, have the effect in the second."""
    first = job.state.begin(job) == 1
    await asyncio.sleep(ms / 1000)
    if first:
        raise RuntimeError("the first attempt fails")
    job.state.apply(job)
    return os.getpid()


async def blocking(job: Job, ms: int) -> None:
    """Be longer than its timeout, and let nothing else run meanwhile."""
    job.state.begin(job)
    time.sleep(ms / 1000)  # noqa: ASYNC251 - this is what it is for


def in_thread(job: Job, ms: int) -> int:
    """The same as `effect`, in a thread."""
    with Ledger(os.environ["FAULT_LEDGER"]) as ledger:
        ledger.begin(job)
        time.sleep(ms / 1000)
        ledger.apply(job)
    return os.getpid()


async def poison(job: Job) -> None:
    """Take the whole process down."""
    job.state.begin(job)
    os._exit(99)


async def killer(job: Job) -> None:
    """Die as of a segmentation fault, or of the kernel's want of memory: without a word."""
    job.state.begin(job)
    os.kill(os.getpid(), signal.SIGKILL)


app = build()
