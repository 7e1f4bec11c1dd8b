"""An application that worker processes import: it shows what happens by what it leaves in Redis.

Address and namespace come from the environment, as for any application.
"""

import asyncio
import os
import signal
import threading
import time
from typing import Any

from backbeat import Backbeat, Breaker, Cancel, Depends, Job, Permanent, Retry, Snooze

app = Backbeat()
work = app.queue("work")
slots = app.queue("slots", concurrency=4, max_stalled=2)


@work.job()
async def whoami() -> int:
    """The process that ran the job."""
    return os.getpid()


@work.job()
async def nap(seconds: float) -> str:
    """A job that takes its time."""
    await asyncio.sleep(seconds)
    return "rested"


@work.job()
async def block(seconds: float) -> str:
    """A job that holds up the event loop."""
    time.sleep(seconds)  # noqa: ASYNC251 - that is its purpose
    return "blocked"


@work.job()
async def crash_once(job: Job) -> str:
    """A job that takes its process down at its first start."""
    if work_starts(job) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return "survived"


@work.job()
async def note(word: str) -> str:
    """A job with nothing to it."""
    return word


@work.job()
def deaf_thread(seconds: float) -> str:
    """A thread that does not listen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            time.sleep(0.05)
        except BaseException:  # noqa: BLE001, S112 - deaf to everything
            continue
    return "late"


def prefix() -> str:
    """Something that blocking handlers depend on."""
    return "from"


async def suffix() -> str:
    """Something that needs an event loop."""
    await asyncio.sleep(0)
    return "the slot"


@slots.job(mode="process")
def pid(job: Job, word: str, start: str = Depends(prefix)) -> tuple[int, str]:
    """Which process ran it."""
    job.log(f"{start} {word}")
    job.progress(50, "half")
    return os.getpid(), f"{start} {word} {job.id} attempt {job.attempt}"


@slots.job(mode="process")
async def pid_async(start: str = Depends(prefix), end: str = Depends(suffix)) -> str:
    """A coroutine in a process of its own."""
    await asyncio.sleep(0)
    return f"{start} {end} {Job.current().name}"


@slots.job(mode="process", timeout=0.5)
def spin() -> None:
    """A job that nothing but a signal ends."""
    while True:
        pass


@slots.job(mode="process")
def listen(job: Job) -> str:
    """A job that ends when asked."""
    while not job.cancel_requested:
        time.sleep(0.005)
    return "stopped by itself"


@slots.job(mode="process")
def segfault() -> None:
    """A job that takes its process down each time."""
    os.kill(os.getpid(), signal.SIGSEGV)


@slots.job(mode="process", max_memory_mb=200)
def hog() -> None:
    """A job that wants more memory than it may have."""
    held: list[bytearray] = []
    while len(held) < 2_000:
        held.append(bytearray(4 * 1024 * 1024))
        time.sleep(0.005)


@slots.job(mode="process", retry=Retry(attempts=3, delay=0, never=(KeyError,)))
def fail(kind: str) -> Any:
    """A job that ends in one of many ways."""
    match kind:
        case "snooze":
            return Snooze(3600)
        case "cancel":
            return Cancel("not today")
        case "permanent":
            raise Permanent("never")
        case "key":
            raise KeyError("never either")
        case "exit":
            raise SystemExit(3)
    raise ValueError(kind)


FRAGILE = Breaker("fragile", min_calls=4, open_for=0.3, probes=2, never=(KeyError,))


@work.job(breaker=FRAGILE)
async def call_fragile(up: bool) -> int:
    """Call something that may be down; which process did."""
    if not up:
        raise ConnectionError("nobody answers")
    return os.getpid()


@slots.job(mode="process", breaker=FRAGILE)
def call_fragile_apart(error: str) -> None:
    """The same, in a process of its own."""
    raise KeyError(error) if error == "key" else ConnectionError(error)


_starts: dict[str, int] = {}
_lock = threading.Lock()


def work_starts(job: Job) -> int:
    """Which start of its job this is, over all processes: files survive them."""
    folder = os.environ["SHOP_FOLDER"]
    with _lock:
        number = 1
        while True:
            try:
                os.close(os.open(f"{folder}/{job.id}.{number}", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                number += 1
            else:
                return number
