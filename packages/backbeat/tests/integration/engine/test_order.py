"""Which job goes first: priority, then LIFO before FIFO, then age."""

import pytest

from backbeat.engine.calls.tick import Claim, Outcomes
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, ids, job


def test_more_urgent_jobs_go_first_and_equals_by_age(bench: QueueBench) -> None:
    levels = [0, 5, 10, 3, 7, 5, 1, 10, 4, 6]
    bench.add(*(job(f"{level}-{place}", priority=level) for place, level in enumerate(levels)))

    assert bench.worker().claim(10) == [
        "10-2", "10-7", "7-4", "6-9", "5-1", "5-5", "4-8", "3-3", "1-6", "0-0",
    ]  # fmt: skip


@pytest.mark.parametrize("priority", [0, 4, 5, 6, 10])
def test_lifo_jobs_go_before_fifo_jobs_of_their_priority_and_the_youngest_first(
    bench: QueueBench, priority: int
) -> None:
    for name in ("old-fifo", "old-lifo", "young-fifo", "young-lifo"):
        bench.add(job(name, priority=priority, lifo=name.endswith("lifo")))
        bench.wait(5)

    assert bench.worker().claim(4) == ["young-lifo", "old-lifo", "old-fifo", "young-fifo"]


def test_lifo_does_not_outdo_a_priority(bench: QueueBench) -> None:
    bench.add(
        job("lifo", lifo=True), job("high", priority=6), job("low-lifo", priority=4, lifo=True)
    )

    assert bench.worker().claim(3) == ["high", "lifo", "low-lifo"]


def test_order_holds_over_many_claims(bench: QueueBench) -> None:
    bench.add(*(job(f"j{place}", priority=place % 11, lifo=place % 3 == 0) for place in range(60)))
    worker, order = bench.worker(), []
    while claimed := worker.claim(7):
        order += claimed

    priorities = [int(job_id[1:]) % 11 for job_id in order]
    assert len(order) == 60
    assert priorities == sorted(priorities, reverse=True)


@pytest.mark.parametrize("priority", [2, 5, 8])
def test_released_jobs_go_first_again_in_their_order(bench: QueueBench, priority: int) -> None:
    bench.add(*(job(f"j{place}", priority=priority) for place in range(6)))
    worker = bench.worker()
    _release(worker, worker.tick(3))

    assert worker.claim(6) == [f"j{place}" for place in range(6)]


@pytest.mark.parametrize("priority", [2, 5, 8])
def test_released_lifo_jobs_keep_their_order(bench: QueueBench, priority: int) -> None:
    bench.add(*(job(name, priority=priority, lifo=True) for name in ("a", "b", "c")))
    worker = bench.worker()
    _release(worker, worker.tick(3))

    assert worker.claim(3) == ["c", "b", "a"]


@pytest.mark.parametrize("priority", [2, 5, 8])
def test_what_is_released_later_goes_first(bench: QueueBench, priority: int) -> None:
    bench.add(*(job(f"j{place}", priority=priority) for place in range(4)))
    worker = bench.worker()
    first, second = worker.tick(1), worker.tick(1)
    _release(worker, second)
    _release(worker, first)
    assert worker.claim(2) == ["j0", "j1"]

    bench.add(*(job(f"a{place}", priority=priority) for place in range(2)))
    first, second = worker.tick(1), worker.tick(1)
    _release(worker, first)
    _release(worker, second)
    assert worker.claim(2) == ["j3", "j2"]


def test_a_reclaimed_job_goes_first_again(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    worker = bench.worker(lease_ms=1_000)
    worker.tick(2)
    bench.wait(1_001)
    bench.reclaim()

    assert bench.worker("w2").claim(3) == ["a", "b", "c"]


def test_a_due_job_finds_the_place_of_its_priority(bench: QueueBench) -> None:
    due = bench.now_ms + 10
    bench.add("waiting", job("high", priority=8, due_ms=due), job("plain", due_ms=due))
    bench.wait(20)

    assert bench.worker().claim(3) == ["high", "waiting", "plain"]


def test_a_due_time_that_has_passed_is_no_delay(bench: QueueBench) -> None:
    bench.add(job("past", due_ms=bench.now_ms - 1), job("now", due_ms=bench.now_ms))

    assert bench.worker().claim(2) == ["past", "now"]


def test_time_that_steps_back_does_not_turn_the_order(bench: QueueBench) -> None:
    bench.add(job("first", priority=7))
    bench.wait(-60_000)
    bench.add(job("second", priority=7))

    assert bench.worker().claim(2) == ["first", "second"]


def test_a_fence_rises_with_every_claim_even_if_time_steps_back(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    worker = bench.worker()
    fences = []
    for step in (0, 1_000, -60_000):
        bench.wait(step)
        fences.append(worker.tick(1).fence)

    assert fences[0] < fences[1] < fences[2]


def _release(worker: BenchWorker, claim: Claim) -> None:
    outcomes = Outcomes()
    for job_id in ids(claim):
        outcomes.put_back(job_id, claim.ticket, 0)
    worker.tick(0, outcomes)
