"""Cancel: at once where nobody runs the job, else a wish that its worker hears of."""

import json

import pytest

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.states import State
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job


@pytest.mark.parametrize(
    "new",
    [job("a"), job("a", priority=9), job("a", lifo=True), job("a", due_ms=2**42)],
    ids=["listed", "urgent", "lifo", "delayed"],
)
def test_a_job_that_nobody_runs_is_cancelled_at_once(bench: QueueBench, new: object) -> None:
    bench.add(new)  # type: ignore[arg-type] # the parameters are jobs
    bench.add("other")

    assert bench.me.cancel("a", "no longer wanted") == "cancelled"

    snapshot = bench.get("a")
    assert snapshot is not None
    assert snapshot.state is State.CANCELLED
    assert json.loads(snapshot.result) == {"reason": "no longer wanted"}
    assert bench.worker().claim(5) == ["other"]


def test_an_active_job_is_flagged_and_its_worker_is_told_twice(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    ticket = worker.tick(2).ticket

    assert bench.me.cancel("a", "stop") == "flagged"

    letters = bench.client.lrange(bench.keys.mailbox(worker.number), 0, -1)
    assert letters == [b'cancel|a|%d|{"reason":"stop"}' % ticket]
    assert worker.renew().cancels == {"a": (ticket, "stop")}
    snapshot = bench.get("a")
    assert snapshot is not None
    assert (snapshot.state, snapshot.cancel_reason) == (State.ACTIVE, "stop")


def test_a_result_wins_over_a_late_cancel(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)
    bench.me.cancel("a")

    worker.finish(claim, result=b"1")

    assert bench.state("a") is State.COMPLETED
    assert worker.renew().cancels == {}


def test_a_worker_confirms_a_cancel(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)
    bench.me.cancel("a")
    outcomes = Outcomes()
    outcomes.end("a", claim.ticket, "cancelled", b'{"reason":"enough"}')
    worker.tick(0, outcomes)

    assert bench.state("a") is State.CANCELLED


@pytest.mark.parametrize("due", [0, 1_000])
def test_a_cancelled_job_does_not_run_again_when_it_is_put_back(
    bench: QueueBench, due: int
) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)
    bench.me.cancel("a", "stop")
    outcomes = Outcomes()
    outcomes.put_back("a", claim.ticket, due and bench.now_ms + due, "1:1:0:0:retry")

    assert ids(worker.tick(1, outcomes)) == []
    assert bench.state("a") is State.CANCELLED


def test_a_cancelled_job_does_not_run_again_when_its_worker_vanishes(bench: QueueBench) -> None:
    bench.add("a")
    bench.worker(lease_ms=1_000).claim(1)
    bench.me.cancel("a", "stop")
    bench.wait(1_001)
    bench.reclaim()

    snapshot = bench.get("a")
    assert snapshot is not None
    assert snapshot.state is State.CANCELLED
    assert json.loads(snapshot.result) == {"reason": "stop"}


def test_what_has_ended_cannot_be_cancelled(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    worker.finish(worker.tick(1))

    assert bench.me.cancel("a") == "ended"
    assert bench.me.cancel("unknown") == "unknown"
    assert bench.state("a") is State.COMPLETED
