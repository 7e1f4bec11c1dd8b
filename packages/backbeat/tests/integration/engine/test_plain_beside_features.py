"""What plain jobs cost in a queue that holds others with features: some looks a call, not a job."""

from collections import Counter
from typing import Any

import pytest

from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.record import encode_record
from packages.backbeat.tests.support.flow_bench import FlowBench, node
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import START_MS, QueueBench, ids, job

FAR_MS = START_MS + 1_000_000


@pytest.mark.parametrize("jobs", [60, 99, 300])
def test_a_call_looks_at_features_once_for_all_its_plain_jobs(
    valkey: PrivateServer, jobs: int
) -> None:
    alone, beside = _benches(valkey)

    more = _used(valkey, beside, jobs) - _used(valkey, alone, jobs)

    # Who waits for an end, who has children: few do, and their names are all that is read. And in
    # each of the two calls whether a group has its turn. What the heads say is not looked up: who
    # ran the jobs knows that they have none.
    assert more == Counter({"hlen": 2, "hkeys": 2, "zrange": 1, "zcard": 2})


def test_a_job_of_a_flow_among_many_plain_ones_is_found(bench: QueueBench) -> None:
    _ends_a_flow_of(1, bench)


def test_jobs_of_a_large_flow_among_plain_ones_are_found(bench: QueueBench) -> None:
    _ends_a_flow_of(30, bench)


def _ends_a_flow_of(waiting: int, bench: QueueBench) -> None:
    flows = FlowBench(bench.client, "q")
    children = [node(f"q/{number}") for number in range(waiting)]
    flows["q"].add(*(f"plain-{number}" for number in range(30)))
    flows.start(node("q/parent", *children), *children)
    worker = flows["q"].worker()

    worker.finish(worker.tick(100))

    assert worker.claim(100) == ["parent"]


def test_what_heads_hold_is_let_go_among_plain_ones(bench: QueueBench) -> None:
    unique = encode_record("task", START_MS, b"{}", unique="e|only")
    bench.me.rule("one", concurrency=1)
    bench.add(*(f"plain-{number}" for number in range(30)))
    bench.add(job("first", group="one"), job("second", group="one"), NewJob("u", unique))
    worker = bench.worker()
    claim = worker.tick(100)
    assert "second" not in ids(claim)

    worker.finish(claim)

    assert worker.claim(100) == ["second"]
    assert bench.add(NewJob("v", unique)) == ["created"]


def _benches(valkey: PrivateServer) -> tuple[QueueBench, QueueBench]:
    """An empty queue, and one with jobs of a group, a unique key, a flow; none of them starts."""
    flows = FlowBench(valkey.client, "alone", "beside")
    for bench in flows.queues.values():
        bench.me.configure(keep_completed=1)
    beside = flows["beside"]
    held = encode_record("task", START_MS, b"{}", unique="e|only")
    beside.add(NewJob("held", held, FAR_MS, False), job("shut", group="closed"))
    beside.me.rule("closed", paused=1)
    child = node("beside/child", due_ms=FAR_MS)
    flows.start(node("beside/parent", child), child)
    return flows["alone"], beside


def _used(valkey: PrivateServer, bench: QueueBench, jobs: int) -> Counter[str]:
    """The commands of one tick that claims as many jobs, and one that ends them."""
    bench.add(*(f"{number}" for number in range(jobs + 1)))
    worker = bench.worker()
    worker.finish(worker.tick(1))
    before = _commands(valkey)
    worker.finish(worker.tick(jobs))
    return _commands(valkey) - before


def _commands(valkey: PrivateServer) -> Counter[str]:
    stats: dict[str, Any] = valkey.client.info("commandstats")
    return Counter(
        {name.removeprefix("cmdstat_"): int(seen["calls"]) for name, seen in stats.items()}
    )
