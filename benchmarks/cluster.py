"""A queue with partitions on three primaries, beside the same on one, and beside a plain queue.

`python -m benchmarks.cluster [--jobs N]` prints one line each. On a machine with few cores the
primaries share them: what counts here is CPU per job, not jobs per second.
"""

import argparse
import asyncio
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from backbeat import Backbeat, Keep, Worker
from packages.backbeat.tests.support.cluster import private_cluster
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_valkey

PARTITIONS: Final = 16
_PAYLOAD: Final = "x" * 150


@dataclass(frozen=True)
class Place:
    """Where jobs are.

    Attributes:
        label: For people.
        url: Its address.
        servers: The servers that hold them.
        partitions: Of the queue; None for none.
    """

    label: str
    url: str
    servers: list[PrivateServer]
    partitions: int | None


@dataclass(frozen=True)
class Cost:
    """What filling a queue and emptying it took.

    Attributes:
        label: Where, for people.
        added_per_s: Jobs a second, 1,000 at a time.
        run_per_s: Jobs a second, by one worker.
        servers_us: CPU of all servers, microseconds per job.
        producer_us: CPU of who added them, microseconds per job.
        worker_us: CPU of the worker, microseconds per job.
    """

    label: str
    added_per_s: float
    run_per_s: float
    servers_us: float
    producer_us: float
    worker_us: float

    def line(self) -> str:
        """For a terminal."""
        return (
            f"{self.label:<34} add {self.added_per_s:>7,.0f}/s  drain {self.run_per_s:>7,.0f}/s"
            f"  CPU per job: servers {self.servers_us:5.1f} µs,"
            f" producer {self.producer_us:5.1f} µs, worker {self.worker_us:5.1f} µs"
        )


async def measure(place: Place, jobs: int) -> Cost:
    """Fill the queue, empty it with one worker, and say what that cost."""
    app = Backbeat(place.url, keep=Keep(completed=0))
    by = None if place.partitions is None else "{key}"
    queue = app.queue("bench", partitions=place.partitions, partition_by=by)
    done = asyncio.Event()
    ran = 0

    @queue.job()
    async def work(key: str, text: str) -> None:
        nonlocal ran
        ran += 1
        if ran == jobs:
            done.set()

    async with app:
        begin, server, client = time.perf_counter(), cpu_of(place.servers), own_cpu()
        calls = [work.call(f"k{number % 997}", _PAYLOAD) for number in range(jobs)]
        await queue.add_many(calls)
        filled, half = time.perf_counter(), own_cpu()
        async with Worker(app, concurrency=100):
            await done.wait()
            emptied = time.perf_counter()
    return Cost(
        place.label,
        added_per_s=jobs / (filled - begin),
        run_per_s=jobs / (emptied - filled),
        servers_us=(cpu_of(place.servers) - server) / jobs * 1e6,
        producer_us=(half - client) / jobs * 1e6,
        worker_us=(own_cpu() - half) / jobs * 1e6,
    )


def measure_all(jobs: int) -> Iterator[Cost]:
    """Measure one place after the other."""
    places: list[Callable[[], Any]] = [lambda: one(None), lambda: one(PARTITIONS), three]
    for place in places:
        with place() as where:
            yield asyncio.run(measure(where, jobs))


def cpu_of(servers: list[PrivateServer]) -> float:
    """Seconds of CPU that servers have used."""
    facts: list[Any] = [server.client.info("cpu") for server in servers]
    return float(sum(each["used_cpu_user"] + each["used_cpu_sys"] for each in facts))


def own_cpu() -> float:
    """Seconds of CPU that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@contextmanager
def one(partitions: int | None) -> Iterator[Place]:
    """One server."""
    label = "one server, " + ("no partitions" if partitions is None else f"{partitions} partitions")
    with private_valkey() as server:
        yield Place(label, server.url, [server], partitions)


@contextmanager
def three() -> Iterator[Place]:
    """A cluster of three primaries."""
    with private_cluster(replicas=0) as cluster:
        label = f"three primaries, {PARTITIONS} partitions"
        yield Place(label, cluster.url, [*cluster.nodes], PARTITIONS)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=50_000)
    for cost in measure_all(parser.parse_args().jobs):
        print(cost.line(), flush=True)


if __name__ == "__main__":
    main()
