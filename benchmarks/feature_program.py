"""The program under test with one feature on: a producer and a worker, each a process of its own.

python -m benchmarks.feature_program FEATURE enqueue bulk N
python -m benchmarks.feature_program FEATURE worker CONCURRENCY
"""

import asyncio
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

from backbeat import Backbeat, Batch, Breaker, Groups, Rate, Unique, at
from backbeat.app import JobCall, JobOptions
from backbeat.cli.bench.program import BULK, payload

Payload = dict[str, Any]
PLENTY: Final = 10**9
FLOWS_AT_ONCE: Final = 50

app = Backbeat(os.environ.get("BENCH_REDIS"), namespace="bench")
app.limit("partner", rate=Rate(1_000_000, per=1), max_running=100_000)


@dataclass(frozen=True)
class Feature:
    """A feature, as a queue and its jobs are declared with it.

    Attributes:
        queue: Options of the queue.
        job: Options of the handler.
        options: Options of the n-th job.
        batch: Jobs in a call of a batch handler; 0 for an ordinary one.
        scheduled: Whether the queue has a schedule besides its jobs.
        children: Jobs that one more waits for, in flows of these; 0 for no flows.
    """

    queue: Mapping[str, Any] = field(default_factory=dict)
    job: Mapping[str, Any] = field(default_factory=dict)
    options: Callable[[int], JobOptions] | None = None
    batch: int = 0
    scheduled: bool = False
    children: int = 0


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
    "ageing priorities": Feature(queue={"ageing": 300}, options=lambda n: {"priority": n % 11}),
    "a lock for each job": Feature(job={"lock": "wallet:{t}"}),
    "a shared limit": Feature(queue={"limits": ["partner"]}),
    "a breaker": Feature(job={"breaker": Breaker("mail")}),
    "cached results": Feature(job={"cache": 600}),
    "batch handler, 100": Feature(batch=100),
    "a schedule beside the jobs": Feature(scheduled=True),
    "16 partitions": Feature(queue={"partitions": 16, "partition_by": "{t}"}),
    "flows, 10 children each": Feature(children=10),
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
        uvloop.run(_produce(int(arguments[1]), call, feature.children))
    else:
        log = os.open(os.environ["BENCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        uvloop.run(_work(int(arguments[0])))


async def _produce(jobs: int, call: Callable[[int], JobCall[Any]], children: int) -> None:
    async with app:
        queue = app.queue("bench")
        await queue.configure()
        await queue.add_many([call(0)])
        began, cpu = time.perf_counter(), _cpu_s()
        first = 1
        if children:
            first = await _start_flows(range(1, jobs), call, children + 1)
        for numbers in _portions(range(first, jobs)):
            await queue.add_many([call(number) for number in numbers])
        seconds, cpu = time.perf_counter() - began, _cpu_s() - cpu
    print(json.dumps({"n": jobs - 1, "seconds": seconds, "cpu": cpu}), flush=True)


async def _start_flows(numbers: range, call: Callable[[int], JobCall[Any]], size: int) -> int:
    """Start as many whole flows as there are jobs for; gives the number of the next job."""

    async def start(first: int) -> None:
        flow = app.flow()
        flow.fan_out([call(first + n) for n in range(size - 1)], call(first + size - 1))
        await flow.start()

    whole = numbers[: len(numbers) // size * size]
    firsts = whole[::size]
    for at_once in range(0, len(firsts), FLOWS_AT_ONCE):
        await asyncio.gather(*(start(n) for n in firsts[at_once : at_once + FLOWS_AT_ONCE]))
    return whole.stop


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
