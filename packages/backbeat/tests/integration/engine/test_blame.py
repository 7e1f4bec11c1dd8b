"""Against whom a crash counts: everyone who was there, until it is known who it can have been."""

import pytest

from backbeat.errors import LeaseLost
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench


def crash(bench: QueueBench, *alone: str) -> None:
    """A worker takes all jobs, runs these alone, and is gone."""
    worker = bench.worker()
    claim = worker.tick(100)
    for job_id in alone:
        assert run_alone(worker, job_id, claim.ticket) == 1
    worker.leave("crashed")


def run_alone(worker: BenchWorker, job_id: str, ticket: int) -> object:
    return worker.run("run_alone", job_id, ticket)


def crashes(bench: QueueBench, job_id: str) -> int:
    snapshot = bench.get(job_id)
    assert snapshot is not None
    return int(snapshot.run.split(b":")[2])


def test_two_crashes_in_company_count_against_all_and_no_third_does(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    seen = []
    for _ in range(5):
        crash(bench)
        seen.append([crashes(bench, job_id) for job_id in "abc"])

    assert seen == [[1, 1, 1], [2, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2]]
    assert bench.counts().failed == 0


def test_who_ran_alone_is_to_blame_and_nobody_else(bench: QueueBench) -> None:
    bench.add("killer", "b")
    for _ in range(2):
        crash(bench)
    bench.add("fresh")
    crash(bench, "killer")
    assert [crashes(bench, job_id) for job_id in ("killer", "b")] == [3, 2]
    fresh = bench.get("fresh")
    assert fresh is not None
    assert fresh.run == b"1:0:0:0:turn"

    crash(bench, "killer")

    assert str(bench.state("killer")) == "failed"
    assert crashes(bench, "b") == 2


def test_who_was_alone_in_its_worker_is_to_blame(bench: QueueBench) -> None:
    bench.me.configure(max_stalled=1)
    bench.add("only")
    crash(bench)
    crash(bench)

    assert str(bench.state("only")) == "failed"


def test_one_crash_in_company_is_enough_where_only_one_is_allowed(bench: QueueBench) -> None:
    bench.me.configure(max_stalled=1)
    bench.add("a", "b")
    for _ in range(3):
        crash(bench)

    assert [crashes(bench, job_id) for job_id in "ab"] == [1, 1]
    assert bench.counts().waiting == 2


def test_only_a_valid_attempt_can_be_alone(bench: QueueBench) -> None:
    bench.add("a")
    crash(bench)
    worker = bench.worker()
    claim = worker.tick(1)

    assert run_alone(worker, "a", claim.ticket + 1) == 0
    assert run_alone(worker, "b", claim.ticket) == 0
    assert run_alone(worker, "a", claim.ticket) == 1
    assert run_alone(worker, "a", claim.ticket) == 1
    worker.leave()
    with pytest.raises(LeaseLost):
        run_alone(worker, "a", claim.ticket)
