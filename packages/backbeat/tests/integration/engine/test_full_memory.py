"""A server at its memory limit: adds are refused, and everything that frees it still works."""

from collections.abc import Iterator

import pytest
import redis

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.calls.worker import Report, report_args
from backbeat.engine.states import State
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, ids, job
from packages.backbeat.tests.support.schedule_bench import ScheduleBench


@pytest.fixture
def bench(any_server: PrivateServer) -> Iterator[QueueBench]:
    """A queue with 20 waiting jobs, 10 active ones, and no memory left."""
    bench = QueueBench(any_server.client)
    bench.add(*(f"j{number}" for number in range(30)), job("d", due_ms=bench.now_ms + 5))
    yield bench
    any_server.client.config_set("maxmemory", 0)
    check(any_server.client, bench.keys)


@pytest.fixture
def worker(bench: QueueBench) -> BenchWorker:
    """A worker with ten jobs, on a server that is full from here on."""
    worker = bench.worker(lease_ms=1_000)
    worker.claim(10)
    bench.client.config_set("maxmemory", 1)
    return worker


def test_an_add_is_refused_and_writes_nothing(bench: QueueBench, worker: BenchWorker) -> None:
    for new in ([job("new")], [job("new", priority=9)], [job("new", due_ms=bench.now_ms + 9_000)]):
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            bench.add(*new)

    assert bench.state("new") is None


def test_an_add_that_replaces_a_kept_job_is_refused_too(
    bench: QueueBench, worker: BenchWorker
) -> None:
    bench.me.cancel("j20")

    with pytest.raises(redis.exceptions.OutOfMemoryError):
        bench.add(job("j20", replace=True))

    assert bench.state("j20") is State.CANCELLED


def test_all_work_is_finished_on_a_full_server(bench: QueueBench, worker: BenchWorker) -> None:
    bench.wait(5)
    claim = worker.repeat()
    finished = 0
    while claim.jobs:
        worker.renew()
        outcomes = Outcomes()
        for job_id in ids(claim):
            outcomes.finish(job_id, claim.ticket, b"1")
        finished += len(outcomes)
        claim = worker.tick(7, outcomes)

    assert finished == 31


def test_a_vanished_workers_jobs_are_taken_over_on_a_full_server(
    bench: QueueBench, worker: BenchWorker
) -> None:
    bench.wait(1_001)

    assert bench.reclaim().moved == 10
    assert len(bench.worker("w2").claim(31)) == 31


def test_attempts_are_ended_put_back_and_reported_on_a_full_server(
    bench: QueueBench, worker: BenchWorker
) -> None:
    ticket = worker.repeat().ticket
    outcomes = Outcomes()
    outcomes.end("j0", ticket, "failed", b"{}", b"{}\n")
    outcomes.put_back("j1", ticket, bench.now_ms + 100, "1:1:0:0:retry", b"{}\n")
    worker.tick(0, outcomes)
    worker.run("expire", "j2", ticket, "end", "failed", "1:1:0:0:retry", b"{}", b"{}\n")
    worker.run("report", *report_args([Report("j3", ticket, b"5", [b"line"])]))

    assert bench.me.cancel("j3") == "flagged"
    assert worker.leave().moved == 7
    assert (bench.counts().failed, bench.counts().delayed) == (2, 1 + 1)
    assert bench.state("j3") is State.CANCELLED


def test_operators_can_clear_up_on_a_full_server(bench: QueueBench, worker: BenchWorker) -> None:
    bench.me.configure(paused=1)
    bench.me.call("remove", "j10", "j11")
    bench.me.cancel("j12")
    bench.me.call("set_priority", "j13", 9, "")
    bench.me.call("reschedule", "j14", bench.now_ms + 500)
    bench.me.call("promote", "j14")
    bench.me.call("retry", 1, "j12")
    bench.run("compact")
    bench.run("janitor")
    bench.me.call("drain", 1, 1, 500)
    bench.me.call("clean", "completed", 0, 100)

    assert (bench.counts().waiting, bench.counts().delayed, bench.counts().active) == (0, 0, 10)
    bench.me.call("obliterate", 1)
    assert bench.counts().active == 0


def test_a_full_server_can_be_rid_of_a_queue_that_somebody_watches(
    bench: QueueBench, worker: BenchWorker
) -> None:
    bench.client.config_set("maxmemory", 0)
    bench.run("watch", "watcher", "j12")
    bench.client.config_set("maxmemory", 1)

    bench.me.call("obliterate", 1)

    assert bench.entries(bench.keys.replies("watcher")) == [b"j12|removed|"]


def test_adds_are_taken_again_when_there_is_room(bench: QueueBench, worker: BenchWorker) -> None:
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        bench.add("new")
    bench.client.config_set("maxmemory", 0)

    assert bench.me.repeat() == [b"ok", b"", b"", b""]
    assert bench.state("new") is State.WAITING


def test_a_firing_is_refused_and_its_slot_stays_due_while_old_runs_may_end(
    bench: QueueBench, worker: BenchWorker
) -> None:
    bench.client.config_set("maxmemory", 0)
    schedules = ScheduleBench(bench)
    schedules.put(overlap="skip")
    schedules.put("t", overlap="cancel", missed="all")
    bench.wait(1_000)
    schedules.fire()
    bench.wait(1_000)
    bench.client.config_set("maxmemory", 1)
    before = [schedules.the(name) for name in ("s", "t")]
    for call in [*schedules.firings("s"), *schedules.firings("t")]:
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            schedules.fire(call)
    assert [schedules.the(name) for name in ("s", "t")] == before

    bench.me.cancel(schedules.job(before[0].passed or 0))

    assert schedules.the("s").live == ()
    assert bench.me.call("remove_schedule", "t") == [1]
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        schedules.put("u")
