"""Emptying a queue: what was there at the first call goes, what came later stays."""

import pytest

from backbeat.engine.calls.control import (
    drain_args,
    parse_count,
    parse_more,
    parse_obliterate,
    reprioritise_args,
)
from backbeat.engine.calls.tick import Claim, Outcomes
from backbeat.engine.states import State
from backbeat.errors import LeaseLost
from packages.backbeat.tests.support.invariants import check, picture
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, ids, job


def test_a_drain_removes_waiting_jobs_of_every_priority_but_not_delayed_ones(
    bench: QueueBench,
) -> None:
    bench.add("a", job("high", priority=9), job("low", priority=1), job("lifo", lifo=True))
    bench.add(job("later", due_ms=bench.now_ms + 1_000))

    assert _drain(bench, first=True) == (4, False)

    assert (bench.counts().waiting, bench.counts().delayed) == (0, 1)


def test_a_drain_removes_delayed_jobs_if_asked(bench: QueueBench) -> None:
    bench.add("a", job("d", due_ms=bench.now_ms + 1_000))

    assert _drain(bench, first=True, include_delayed=True) == (2, False)

    seen = picture(bench.client, bench.keys)
    assert (seen.hashes["jobs"], bench.meta("next")) == ({}, None)


def test_active_and_ended_jobs_stay(bench: QueueBench) -> None:
    bench.add("ended", "active", "waiting")
    worker = bench.worker()
    claim = worker.tick(2)
    worker.finish(claim, "ended")

    assert _drain(bench, first=True, include_delayed=True) == (1, False)

    assert bench.state("active") is State.ACTIVE
    assert bench.state("ended") is State.COMPLETED


def test_a_long_drain_leaves_what_was_added_while_it_ran(bench: QueueBench) -> None:
    for first in range(0, 1_600, 800):
        bench.add(*(f"j{number}" for number in range(first, first + 800)))
    for first in range(0, 800, 400):
        bench.add(
            *(job(f"p{number}", priority=number % 11) for number in range(first, first + 400))
        )
    due = bench.now_ms + 60_000
    bench.add(*(job(f"d{number}", due_ms=due) for number in range(700)))

    removed, more = _drain(bench, first=True, include_delayed=True)
    assert (removed, more) == (500, True)
    check(bench.client, bench.keys)
    bench.wait(1)
    bench.add(
        "late",
        job("late-high", priority=10),
        job("late-lifo", lifo=True),
        job("d", due_ms=due),
    )
    while more:
        again, more = _drain(bench, include_delayed=True)
        check(bench.client, bench.keys)
        removed += again

    # The eleventh part of the special ones is NORMAL and FIFO, and waits in the list.
    assert removed == 1_600 + 800 + 700
    assert bench.worker().claim(10) == ["late-high", "late-lifo", "late"]
    assert bench.state("d") is State.DELAYED


def test_a_drain_passes_over_dead_entries(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    bench.me.call("remove", "b")

    _drain(bench, first=True)

    seen = picture(bench.client, bench.keys)
    assert (seen.number("tomb"), seen.lists["waiting"], seen.hashes["jobs"]) == (0, [], {})


def test_a_new_drain_marks_anew(bench: QueueBench) -> None:
    bench.add(*(f"j{number}" for number in range(700)))
    assert _drain(bench, first=True) == (500, True)
    bench.add("later")

    assert _drain(bench, first=True) == (201, False)


@pytest.mark.parametrize(("ageing", "left"), [("", ["moved"]), ("60000", [])])
def test_what_is_given_a_new_place_during_a_drain_stays(
    bench: QueueBench, ageing: str, left: list[str]
) -> None:
    """It is behind what was added since; with ageing its place is when it came, and stays that."""
    bench.me.configure(ageing=ageing)
    bench.add("a", "b", "c", job("moved", priority=3))
    assert _drain(bench, first=True, limit=2) == (2, True)

    bench.me.call("reprioritise", *reprioritise_args(2, ["moved"]))
    while _drain(bench, limit=2)[1]:
        pass

    assert bench.worker().claim(4) == left


@pytest.mark.parametrize("priority", [2, 5, 8])
@pytest.mark.parametrize("lifo", [False, True])
def test_what_was_active_when_a_drain_began_stays_when_it_comes_back(
    bench: QueueBench, priority: int, lifo: bool
) -> None:
    bench.add(*(job(f"j{number}", priority=priority, lifo=lifo) for number in range(20)))
    worker = bench.worker()
    claim = worker.tick(3)
    assert _drain(bench, first=True, limit=5) == (5, True)
    _release(worker, claim)

    removed, more = 5, True
    while more:
        again, more = _drain(bench, limit=5)
        check(bench.client, bench.keys)
        removed += again

    assert removed == 17
    assert worker.claim(20) == ids(claim)


def test_a_plain_job_that_was_active_when_a_drain_began_stays(bench: QueueBench) -> None:
    test_what_was_active_when_a_drain_began_stays_when_it_comes_back(
        bench=bench, priority=5, lifo=False
    )


def test_a_drain_takes_what_it_met_in_both_lists_and_leaves_what_came_back(
    bench: QueueBench,
) -> None:
    bench.add(*(f"j{number}" for number in range(700)))
    bench.me.call("remove", "j5", "j650")
    worker = bench.worker()
    claim = worker.tick(5)
    assert bench.run("compact") == 1
    assert _drain(bench, first=True, limit=100) == (100, True)
    # Beyond what is left in `front`, and some of that comes back to it.
    beyond = worker.tick(450)
    _release(worker, claim)
    _release(worker, beyond)

    removed, more = 100, True
    while more:
        again, more = _drain(bench, limit=100)
        check(bench.client, bench.keys)
        removed += again

    assert removed == 698 - 5 - 450
    assert sorted(worker.claim(600)) == sorted([*ids(claim), *ids(beyond)])


def test_jobs_that_come_back_again_and_again_do_not_hold_up_a_drain(bench: QueueBench) -> None:
    bench.add(*(f"j{number}" for number in range(30)))
    worker = bench.worker()
    claim = worker.tick(10)
    assert _drain(bench, first=True, limit=4) == (4, True)
    for _ in range(3):
        _release(worker, claim)
        claim = worker.tick(10)
    _release(worker, claim)

    steps = 1
    while _drain(bench, limit=4)[1]:
        steps += 1

    assert steps == 5
    assert worker.claim(30) == [f"j{number}" for number in range(10)]


def test_a_drain_that_nobody_finished_is_forgotten(bench: QueueBench) -> None:
    bench.add(*(f"j{number}" for number in range(10)))
    _drain(bench, first=True, limit=5)
    bench.wait(600_001)
    bench.run("janitor")

    assert _drain(bench, limit=5) == (0, False)
    assert bench.counts().waiting == 5


def test_what_a_drain_took_over_and_nobody_removed_goes_with_the_janitor(
    bench: QueueBench,
) -> None:
    due = bench.now_ms + 60_000
    bench.add(*(job(f"d{number}", due_ms=due) for number in range(700)))
    assert _drain(bench, first=True, include_delayed=True) == (500, True)
    assert bench.counts().delayed == 200

    bench.run("janitor")

    assert bench.counts().delayed == 0


def test_a_job_that_a_drain_took_over_can_still_be_cancelled_and_removed(bench: QueueBench) -> None:
    due = bench.now_ms + 60_000
    bench.add(*(job(f"d{number}", due_ms=due + number) for number in range(700)))
    _drain(bench, first=True, include_delayed=True)

    assert bench.state("d699") is State.DELAYED
    assert bench.me.cancel("d699") == "cancelled"
    bench.me.call("remove", "d698")
    assert bench.state("d698") is None
    assert _drain(bench, include_delayed=True) == (198, False)


def test_clean_removes_ended_jobs_by_age(bench: QueueBench) -> None:
    worker = bench.worker()
    for number in range(3):
        bench.add(f"j{number}")
        worker.finish(worker.tick(1))
        bench.wait(1_000)

    assert parse_count(bench.me.call("clean", "completed", 2_000, 1_000)) == 2
    assert (bench.state("j0"), bench.state("j2")) == (None, State.COMPLETED)


def test_clean_removes_at_most_so_many_and_only_of_that_state(bench: QueueBench) -> None:
    worker = bench.worker()
    bench.add("a", "b", "c", "f")
    claim = worker.tick(4)
    outcomes = Outcomes()
    for job_id in "abc":
        outcomes.finish(job_id, claim.ticket)
    outcomes.end("f", claim.ticket, "failed", b"{}")
    worker.tick(0, outcomes)

    assert parse_count(bench.me.call("clean", "completed", 0, 2)) == 2
    assert (bench.counts().completed, bench.counts().failed) == (1, 1)


def test_obliterate_refuses_while_jobs_are_active(bench: QueueBench) -> None:
    bench.add("a")
    bench.worker().claim(1)

    assert parse_obliterate(bench.me.call("obliterate", 0)) == "active"
    assert bench.state("a") is State.ACTIVE


def test_obliterate_leaves_only_keys_that_run_out(bench: QueueBench) -> None:
    bench.add("a", job("d", due_ms=bench.now_ms + 1_000), job("p", priority=9, reply="s"))
    worker = bench.worker()
    worker.claim(1)

    assert parse_obliterate(bench.me.call("obliterate", 1)) == "ok"

    assert [name for name in bench.all_keys() if bench.lasts(name)] == []
    with pytest.raises(LeaseLost):
        worker.tick(1)


def test_a_worker_of_the_queue_anew_gets_no_letter_to_the_old_one(bench: QueueBench) -> None:
    bench.add("a")
    old = bench.worker("old")
    old.claim(1)
    bench.me.cancel("a")

    bench.me.call("obliterate", 1)

    assert bench.worker("new").number == old.number
    assert bench.entries(bench.keys.mailbox(old.number)) == []


def test_obliterate_tells_who_waits_for_a_result(bench: QueueBench) -> None:
    bench.add("a")
    bench.run("watch", "watcher", "a")

    bench.me.call("obliterate", 0)

    assert bench.client.lrange(bench.keys.replies("watcher"), 0, -1) == [b"a|removed|"]


def test_a_queue_works_again_after_it_was_obliterated(bench: QueueBench) -> None:
    bench.add("a")
    bench.me.call("obliterate", 0)

    assert bench.add("a") == ["created"]
    assert ids(bench.worker("new").tick(1)) == ["a"]


def _drain(
    bench: QueueBench, *, first: bool = False, include_delayed: bool = False, limit: int = 500
) -> tuple[int, bool]:
    tail = drain_args(first=first, include_delayed=include_delayed, limit=limit)
    return parse_more(bench.me.call("drain", *tail))


def _release(worker: BenchWorker, claim: Claim) -> None:
    outcomes = Outcomes()
    for job_id in ids(claim):
        outcomes.put_back(job_id, claim.ticket, 0)
    worker.tick(0, outcomes)
