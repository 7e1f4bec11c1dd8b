"""The program under test: a producer and a worker of Backbeat, each a process of its own.

Has the verbs and the environment of the peers' programs: `enqueue MODE N`, which prints one JSON
line, and `worker CONCURRENCY`, which runs until it is told to stop.
"""

import asyncio
import json
import os
import resource
import struct
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import uvloop

from backbeat.app import Backbeat

GATHER: Final = 100
BULK: Final = 1_000
PACE_S: Final = 0.005
# Longer than it takes to add all of them: nothing else is done while they fall due.
DELAY_S: Final = 2.5
DUE_EVERY_S: Final = 0.02
TEXT: Final = "a line of text that a person could have written, " * 2

app = Backbeat(os.environ.get("BENCH_REDIS"), namespace="bench")
queue = app.queue("bench")
_log = -1


@queue.job("noop", timeout=30)
async def noop(t: int, user: int, email: str, kind: str, lang: str, text: str) -> dict[str, int]:
    """Append when it was enqueued and when it started to a file; answer something."""
    os.write(_log, struct.pack("<qq", t, time.monotonic_ns()))
    return {"user": user, "sent": 1}


def payload() -> dict[str, Any]:
    """About 200 bytes of JSON, the same as that of the peers."""
    return {
        "t": time.monotonic_ns(),
        "user": 123456,
        "email": "somebody@example.com",
        "kind": "welcome",
        "lang": "en",
        "text": TEXT,
    }


async def produce(mode: str, jobs: int) -> None:
    """Time adding `jobs` jobs, the first of which is added before the clock starts."""
    async with app:
        await noop.enqueue(**payload())
        timed = jobs - 1
        began, cpu = time.perf_counter(), _cpu_s()
        await MODES[mode](timed)
        seconds, cpu = time.perf_counter() - began, _cpu_s() - cpu
    print(json.dumps({"n": timed, "seconds": seconds, "cpu": cpu}), flush=True)


async def work(concurrency: int) -> None:
    """Run one worker until a signal ends it."""
    # A producer knows nothing of workers, and should not weigh like one.
    from backbeat.worker import Worker

    global _log
    _log = os.open(os.environ["BENCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    await Worker(app, queues=["bench"], concurrency=concurrency).run()


async def _single(jobs: int) -> None:
    for _ in range(jobs):
        await noop.enqueue(**payload())


async def _gather(jobs: int) -> None:
    for done in range(0, jobs, GATHER):
        size = min(GATHER, jobs - done)
        await asyncio.gather(*(noop.enqueue(**payload()) for _ in range(size)))


async def _bulk(jobs: int) -> None:
    for done in range(0, jobs, BULK):
        size = min(BULK, jobs - done)
        await queue.add_many([noop.call(**payload()) for _ in range(size)])


async def _paced(jobs: int) -> None:
    for _ in range(jobs):
        await noop.enqueue(**payload())
        await asyncio.sleep(PACE_S)


async def _delayed(jobs: int) -> None:
    """Jobs that fall due one after the other, the first when all of them are there."""
    for done in range(jobs):
        delay = DELAY_S + done * DUE_EVERY_S
        arguments = payload()
        arguments["t"] += round(delay * 1e9)
        await noop.options(delay=delay).enqueue(**arguments)


MODES: Final[dict[str, Callable[[int], Awaitable[None]]]] = {
    "single": _single,
    "gather": _gather,
    "bulk": _bulk,
    "paced": _paced,
    "delayed": _delayed,
}


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(arguments: list[str]) -> None:
    """Run one verb."""
    if arguments[0] == "enqueue":
        uvloop.run(produce(arguments[1], int(arguments[2])))
    else:
        uvloop.run(work(int(arguments[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
