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
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

import uvloop

from backbeat import Backbeat, Batch, Rate, at
from backbeat.app import JobCall
from backbeat.cli.bench.program import BULK, payload
from benchmarks.feature_kinds import FEATURES, Feature
from benchmarks.strangers import add_strangers

Payload = dict[str, Any]
FLOWS_AT_ONCE: Final = 50

app = Backbeat(os.environ.get("BENCH_REDIS"), namespace="bench")
app.limit("partner", rate=Rate(1_000_000, per=1), max_running=100_000)


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
        uvloop.run(_produce(int(arguments[1]), call, feature))
    else:
        log = os.open(os.environ["BENCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        uvloop.run(_work(int(arguments[0]), feature))


async def _produce(jobs: int, call: Callable[[int], JobCall[Any]], feature: Feature) -> None:
    async with app:
        queue = app.queue("bench")
        await queue.configure()
        if feature.strangers:
            await add_strangers(app, queue)
        await queue.add_many([call(0)])
        began, cpu = time.perf_counter(), _cpu_s()
        first = 1
        if feature.flow:
            first = await _start_flows(range(1, jobs), call, feature)
        for numbers in _portions(range(first, jobs)):
            await queue.add_many([call(number) for number in numbers])
        seconds, cpu = time.perf_counter() - began, _cpu_s() - cpu
    print(json.dumps({"n": jobs - 1, "seconds": seconds, "cpu": cpu}), flush=True)


async def _start_flows(
    numbers: range, call: Callable[[int], JobCall[Any]], feature: Feature
) -> int:
    """Start as many whole flows as there are jobs for; gives the number of the next job."""
    size = feature.size

    async def start(first: int) -> None:
        flow = app.flow()
        *parts, whole = (call(first + n) for n in range(size))
        if feature.flow == "chain":
            flow.chain(*parts, whole)
        else:
            flow.fan_out(parts, whole)
        await flow.start()

    whole = numbers[: len(numbers) // size * size]
    firsts = whole[::size]
    for at_once in range(0, len(firsts), FLOWS_AT_ONCE):
        await asyncio.gather(*(start(n) for n in firsts[at_once : at_once + FLOWS_AT_ONCE]))
    return whole.stop


async def _work(concurrency: int, feature: Feature) -> None:
    from backbeat.worker import Worker

    options: dict[str, Any] = {"queues": ["bench"], "concurrency": concurrency, **feature.worker}
    await Worker(app, **options).run()


def _portions(numbers: range) -> Iterable[range]:
    return (numbers[at : at + BULK] for at in range(0, len(numbers), BULK))


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], sys.argv[3:])
