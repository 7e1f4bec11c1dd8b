"""One tenant with very many jobs: the others do not feel it."""

import os
from typing import Final

from backbeat.engine.calls.control import drain_args, parse_more, parse_obliterate
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job

JOBS: Final = 1_000_000 if os.environ.get("FAULTS") == "long" else 100_000


def test_a_tenant_with_very_many_jobs_delays_another_by_one_start(valkey: PrivateServer) -> None:
    bench = QueueBench(valkey.client)
    for first in range(0, JOBS, 1_000):
        bench.add(*(job(f"big-{number}", group="big") for number in range(first, first + 1_000)))
    worker = bench.worker()
    worker.finish(worker.tick(1_000))
    for newcomer in range(20):
        bench.add(job(f"new-{newcomer}", group=f"tenant-{newcomer}"))
        claim = worker.tick(2)
        assert f"new-{newcomer}" in ids(claim)
        worker.finish(claim)
    assert bench.counts().waiting == JOBS - 1_020

    bench.me.rule("big", concurrency=1)
    removed, more = parse_more(
        bench.me.call("drain", *drain_args(first=True, include_delayed=False))
    )
    assert (removed, more) == (500, True)
    assert parse_obliterate(bench.me.call("obliterate", 1)) == "ok"
