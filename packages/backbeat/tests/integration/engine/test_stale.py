"""An attempt that runs for long is announced once, and only while it is the valid one."""

from typing import cast

import pytest

from backbeat.app.info import read_info
from backbeat.errors import LeaseLost
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench


def announce(worker: BenchWorker, job_id: str, ticket: int) -> object:
    return worker.run("stale", job_id, ticket)


def told(bench: QueueBench) -> list[bytes]:
    entries = cast(
        "list[tuple[bytes, dict[bytes, bytes]]]", bench.client.xrange(bench.key("events"))
    )
    return [entry[b"stale"] for _, entry in entries if b"stale" in entry]


def stale_ms(bench: QueueBench, job_id: str) -> int | None:
    snapshot = bench.get(job_id)
    assert snapshot is not None
    since = read_info("q", job_id, snapshot).stale_since
    return None if since is None else round(since.timestamp() * 1000)


def test_an_attempt_is_announced_once(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    claim = worker.tick(2)
    assert announce(worker, "a", claim.ticket) == 1
    began = bench.now_ms
    bench.wait(1_000)
    assert announce(worker, "a", claim.ticket) == 0

    assert told(bench) == [b"a"]
    assert (stale_ms(bench, "a"), stale_ms(bench, "b")) == (began, None)
    worker.finish(claim)
    assert stale_ms(bench, "a") is None


def test_the_next_attempt_is_not_stale_and_may_become_so(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)
    assert announce(worker, "a", claim.ticket) == 1
    worker.leave("crashed")
    other = bench.worker()
    again = other.tick(1)
    assert stale_ms(bench, "a") is None
    assert announce(other, "a", claim.ticket) == 0
    assert announce(other, "a", again.ticket) == 1

    assert told(bench) == [b"a", b"a"]
    snapshot = bench.get("a")
    assert snapshot is not None
    assert snapshot.run.startswith(b"1:0:1:0:turn:")
    with pytest.raises(LeaseLost):
        announce(worker, "a", claim.ticket)
