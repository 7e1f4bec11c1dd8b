"""How long ended jobs stay: by count, by age, and by an age of their own."""

from collections.abc import Sequence

import pytest

from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.reply import Reply
from backbeat.engine.calls.tick import EndState, Outcomes
from backbeat.engine.calls.worker import Report, report_args
from backbeat.engine.record import encode_record
from backbeat.engine.states import State
from packages.backbeat.tests.support.invariants import picture
from packages.backbeat.tests.support.queue_bench import START_MS, BenchWorker, QueueBench, ids

DAY_MS = 86_400_000


def test_completed_jobs_are_bounded_by_count_in_steps(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=100)
    worker = bench.worker()
    _complete(bench, worker, [f"j{number}" for number in range(149)])
    assert bench.counts().completed == 149

    _complete(bench, worker, ["one-more"])

    assert bench.counts().completed == 100
    assert bench.state("j0") is None
    assert bench.state("one-more") is State.COMPLETED
    assert bench.counts().total_completed == 150


def test_the_janitor_trims_exactly(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=10)
    _complete(bench, bench.worker(), [f"j{number}" for number in range(30)])

    assert _janitor(bench) == 20
    assert bench.counts().completed == 10


def test_nothing_is_kept_where_nothing_is_to_be_kept(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=0, keep_failed=0, keep_cancelled=0)
    worker = bench.worker()
    _complete(bench, worker, ["c"])
    _end(bench, worker, "failed", "f")
    _end(bench, worker, "cancelled", "x")
    bench.add("w")
    bench.me.cancel("w")

    counts = bench.counts()
    assert (counts.completed, counts.failed, counts.cancelled) == (0, 0, 0)
    assert (counts.total_completed, counts.total_failed, counts.total_cancelled) == (1, 1, 2)
    assert picture(bench.client, bench.keys).hashes["jobs"] == {}


def test_minus_one_keeps_without_bound(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=-1, keep_completed_ms=-1)
    worker = bench.worker()
    for first in range(0, 1_200, 400):
        _complete(bench, worker, [f"j{number}" for number in range(first, first + 400)])
    bench.wait(400 * DAY_MS)

    assert _janitor(bench) == 0
    assert bench.counts().completed == 1_200


@pytest.mark.parametrize(
    ("state", "days"), [(State.COMPLETED, 1), (State.FAILED, 30), (State.CANCELLED, 1)]
)
def test_the_default_ages(bench: QueueBench, state: State, days: int) -> None:
    worker = bench.worker(lease_ms=100 * DAY_MS)
    if state is State.COMPLETED:
        _complete(bench, worker, ["a"])
    else:
        _end(bench, worker, "failed" if state is State.FAILED else "cancelled", "a")

    bench.wait(days * DAY_MS - 1)
    assert _janitor(bench) == 0
    bench.wait(1)
    assert _janitor(bench) == 1
    assert bench.state("a") is None


def test_a_set_age_counts_for_its_state_only(bench: QueueBench) -> None:
    bench.me.configure(keep_completed_ms=1_000)
    worker = bench.worker()
    _complete(bench, worker, ["c"])
    _end(bench, worker, "failed", "f")
    bench.wait(1_000)

    assert _janitor(bench) == 1
    assert (bench.state("c"), bench.state("f")) == (None, State.FAILED)


def test_a_job_may_ask_to_leave_nothing(bench: QueueBench) -> None:
    _complete(bench, bench.worker(), ["a", "b"], rules={"a": "0"})

    assert (bench.state("a"), bench.state("b")) == (None, State.COMPLETED)
    assert bench.counts().total_completed == 2


def test_a_jobs_own_age_is_shorter_than_the_queues(bench: QueueBench) -> None:
    _complete(bench, bench.worker(), ["a", "b"], rules={"a": "k500"})
    bench.wait(499)
    assert _janitor(bench) == 0
    bench.wait(1)

    assert _janitor(bench) == 1
    assert (bench.state("a"), bench.state("b")) == (None, State.COMPLETED)


def test_a_jobs_own_age_is_longer_than_the_queues(bench: QueueBench) -> None:
    bench.me.configure(keep_completed_ms=1_000)
    _complete(bench, bench.worker(), ["a", "b"], rules={"a": "k5000"})

    bench.wait(1_000)
    assert _janitor(bench) == 1
    assert (bench.state("a"), bench.state("b")) == (State.COMPLETED, None)
    bench.wait(4_000)
    assert _janitor(bench) == 1
    assert bench.state("a") is None


def test_a_jobs_own_age_holds_where_the_queue_keeps_nothing(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=0)
    _complete(bench, bench.worker(), ["a", "b"], rules={"a": "k5000"})

    assert (bench.state("a"), bench.state("b")) == (State.COMPLETED, None)


def test_a_jobs_own_age_holds_against_the_queues_count(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=10)
    worker = bench.worker()
    own = [f"own{number}" for number in range(70)]
    _complete(bench, worker, own, rules=dict.fromkeys(own, "k5000"))
    for first in range(0, 140, 70):
        bench.wait(1)
        _complete(bench, worker, [f"j{number}" for number in range(first, first + 70)])
    _janitor(bench)

    assert bench.counts().completed == 70 + 10
    assert all(bench.state(job_id) is State.COMPLETED for job_id in own)
    bench.wait(5_000)
    assert _janitor(bench) == 70
    assert bench.counts().completed == 10


def test_many_jobs_with_an_age_of_their_own_do_not_hide_the_others(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=0)
    worker = bench.worker()
    for first in range(0, 1_500, 500):
        own = [f"own{number}" for number in range(first, first + 500)]
        _complete(bench, worker, own, rules=dict.fromkeys(own, "k9000"))
    bench.me.configure(keep_completed=-1, keep_completed_ms=1_000)
    bench.wait(1)
    _complete(bench, worker, ["old"])
    bench.wait(1_000)

    assert _janitor(bench) == 1
    assert bench.state("old") is None
    # What is known to have an age of its own is not looked at again.
    assert bench.meta("passed_completed") == str(bench.now_ms - 1_001)


def test_what_is_kept_goes_when_nothing_is_to_be_kept_any_more(bench: QueueBench) -> None:
    worker = bench.worker()
    _complete(bench, worker, ["a", "b", "own"], rules={"own": "k5000"})
    bench.me.configure(keep_completed=0)

    assert _janitor(bench) == 2
    assert bench.state("own") is State.COMPLETED


def test_a_sweep_is_done_in_steps(bench: QueueBench) -> None:
    worker = bench.worker()
    for first in range(0, 900, 300):
        _complete(bench, worker, [f"j{number}" for number in range(first, first + 300)])
    bench.wait(DAY_MS)

    assert bench.run("janitor") == [500, 1, 0]
    assert bench.run("janitor") == [400, 0, 0]


def test_everything_beside_a_job_goes_with_it(bench: QueueBench) -> None:
    worker = bench.worker()
    bench.add("a")
    claim = worker.tick(1)
    outcomes = Outcomes()
    outcomes.put_back("a", claim.ticket, 0, "1:1:0:0:retry", b'{"attempt":1}\n')
    claim = worker.tick(1, outcomes)
    report = Report("a", claim.ticket, b'{"percent":50}', [b"line"])
    worker.run("report", *report_args([report]))
    worker.finish(claim, result=b"1")
    assert bench.client.exists(bench.keys.log("a"))
    bench.wait(DAY_MS)

    assert _janitor(bench) == 1

    seen = picture(bench.client, bench.keys)
    for name in ("jobs", "results", "runs", "history", "progress"):
        assert seen.hashes[name] == {}, name
    assert not bench.client.exists(bench.keys.log("a"))


@pytest.mark.parametrize("mode", ["g", "e"])
def test_a_unique_key_goes_with_its_job_at_the_latest(bench: QueueBench, mode: str) -> None:
    """`g` is held until the job is gone, not until it ends."""
    bench.me.configure(keep_completed=1)
    record = encode_record("task", START_MS, b"{}", unique=f"{mode}|key")
    bench.add(NewJob("held", record), "plain", "other")
    worker = bench.worker()
    worker.finish(worker.tick(3))
    assert ("key" in picture(bench.client, bench.keys).hashes["unique"]) == (mode == "g")

    assert _janitor(bench) == 2

    assert bench.state("held") is None
    assert "key" not in picture(bench.client, bench.keys).hashes["unique"]
    assert not {"unique", "lasting"} & picture(bench.client, bench.keys).hints


def test_the_janitor_forgets_workers_that_are_gone(bench: QueueBench) -> None:
    worker = bench.worker()
    bench.client.hset(bench.key("worker_info"), "99", "{}")
    bench.run("janitor")

    assert bench.client.hkeys(bench.key("worker_info")) == [str(worker.number).encode()]


def _complete(
    bench: QueueBench,
    worker: BenchWorker,
    names: Sequence[str],
    rules: dict[str, str] | None = None,
) -> None:
    bench.add(*names)
    claim = worker.tick(len(names))
    outcomes = Outcomes()
    for job_id in ids(claim):
        outcomes.finish(job_id, claim.ticket, b'"result"')
    for job_id, flags in (rules or {}).items():
        outcomes.keep_rule(job_id, flags)
    worker.tick(0, outcomes)


def _end(bench: QueueBench, worker: BenchWorker, state: EndState, job_id: str) -> None:
    bench.add(job_id)
    outcomes = Outcomes()
    outcomes.end(job_id, worker.tick(1).ticket, state, b'{"error":"E"}')
    worker.tick(0, outcomes)


def _janitor(bench: QueueBench) -> Reply:
    reply = bench.run("janitor")
    assert isinstance(reply, list)
    return reply[0]
