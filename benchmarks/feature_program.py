"""The program under test with one feature on: a producer and a worker, each a process of its own.

python -m benchmarks.feature_program FEATURE enqueue bulk N
python -m benchmarks.feature_program FEATURE worker CONCURRENCY
"""

import json
import os
import resource
import struct
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import uvloop

from backbeat import Backbeat, Batch, Groups, Rate, Unique, at
from backbeat.app import JobCall, JobOptions
from backbeat.cli.bench.program import BULK, payload

Payload = dict[str, Any]
PLENTY: Final = 10**9

app = Backbeat(os.environ.get("BENCH_REDIS"), namespace="bench")


@dataclass(frozen=True)
class Feature:
    """A feature, as a queue and its jobs are declared with it.

    Attributes:
        queue: Options of the queue.
        job: Options of the handler.
        options: Options of the n-th job.
        batch: Jobs in a call of a batch handler; 0 for an ordinary one.
        scheduled: Whether the queue has a schedule besides its jobs.
    """

    queue: Mapping[str, Any] = field(default_factory=dict)
    job: Mapping[str, Any] = field(default_factory=dict)
    options: Callable[[int], JobOptions] | None = None
    batch: int = 0
    scheduled: bool = False


FEATURES: Final[dict[str, Feature]] = {
    "plain": Feature(),
    "priority": Feature(options=lambda n: {"priority": n % 11}),
    "delay that is over": Feature(options=lambda n: {"delay": 0.001}),
    "unique": Feature(job={"unique": Unique(by=("t",))}),
    "rate, sliding window": Feature(queue={"rate": Rate(PLENTY, per=60)}),
    "rate, bucket": Feature(queue={"rate": Rate(PLENTY, per=60, burst=PLENTY)}),
    "max_running": Feature(queue={"max_running": 100_000}),
    "groups, 100 in turns": Feature(options=lambda n: {"group": f"tenant-{n % 100}"}),
    "groups, 100 with a limit": Feature(
        queue={"groups": Groups(concurrency=4)},
        options=lambda n: {"group": f"tenant-{n % 100}"},
    ),
    "batch handler, 100": Feature(batch=100),
    "a schedule beside the jobs": Feature(scheduled=True),
}


def run(name: str, verb: str, arguments: list[str]) -> None:
    """Run one verb with one feature on."""
    feature = FEATURES[name]
    queue = app.queue("bench", **feature.queue)
    log = -1

    def note(t: int) -> dict[str, int]:
        os.write(log, struct.pack("<qq", t, time.monotonic_ns()))
        return {"user": 123456, "sent": 1}

    async def noop(
        t: int, user: int, email: str, kind: str, lang: str, text: str
    ) -> dict[str, int]:
        return note(t)

    async def noops(batch: Batch[Payload]) -> list[dict[str, int]]:
        return [note(item["t"]) for item in batch]

    handler: Any = (
        queue.batch("noop", size=feature.batch, timeout=30, **feature.job)(noops)
        if feature.batch
        else queue.job("noop", timeout=30, **feature.job)(noop)
    )

    def call(number: int) -> JobCall[Any]:
        maker = handler.options(**feature.options(number)) if feature.options else handler
        made: JobCall[Any] = maker.call(payload()) if feature.batch else maker.call(**payload())
        return made

    if feature.scheduled:
        # It never fires here: what is measured is what the others pay for it.
        app.schedule("far", at(datetime(2100, 1, 1, tzinfo=UTC)), call(0))
    if verb == "enqueue":
        uvloop.run(_produce(int(arguments[1]), call))
    else:
        log = os.open(os.environ["BENCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        uvloop.run(_work(int(arguments[0])))


async def _produce(jobs: int, call: Callable[[int], JobCall[Any]]) -> None:
    async with app:
        queue = app.queue("bench")
        await queue.configure()
        await queue.add_many([call(0)])
        began, cpu = time.perf_counter(), _cpu_s()
        for numbers in _portions(range(1, jobs)):
            await queue.add_many([call(number) for number in numbers])
        seconds, cpu = time.perf_counter() - began, _cpu_s() - cpu
    print(json.dumps({"n": jobs - 1, "seconds": seconds, "cpu": cpu}), flush=True)


async def _work(concurrency: int) -> None:
    from backbeat.worker import Worker

    await Worker(app, queues=["bench"], concurrency=concurrency).run()


def _portions(numbers: range) -> Iterable[range]:
    return (numbers[at : at + BULK] for at in range(0, len(numbers), BULK))


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], sys.argv[3:])
