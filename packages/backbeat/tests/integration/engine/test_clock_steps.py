"""The server's clock is set while leases run, groups rest, and somebody keeps the time."""

import pytest

from backbeat.engine.calls.reply import text
from backbeat.engine.states import State
from packages.backbeat.tests.support.queue_bench import QueueBench, job

HOUR_MS = 3_600_000


def tell(bench: QueueBench) -> None:
    """The call of a keeper that has seen the clock step."""
    cursor = "0"
    while (cursor := text(bench.run("clock_was_set", cursor))) != "0":
        pass


def test_time_that_has_not_passed_for_the_caller_ends_no_lease(bench: QueueBench) -> None:
    bench.add("a")
    bench.worker(lease_ms=30_000).claim()
    believed_ms = bench.now_ms
    bench.wait(60_000)

    refused = bench.reclaim(believed_ms)

    assert (refused.moved, refused.more, refused.now_ms) == (0, False, bench.now_ms)
    assert bench.state("a") is State.ACTIVE
    assert bench.reclaim(bench.now_ms - 1_000).moved == 1


def test_a_lease_that_is_over_for_the_caller_too_is_reclaimed(bench: QueueBench) -> None:
    bench.add("a", "b")
    bench.worker(lease_ms=1_000).claim()
    bench.worker(lease_ms=30_000).claim()
    bench.wait(2_000)
    believed_ms = bench.now_ms
    bench.wait(60_000)

    assert bench.reclaim(believed_ms).moved == 1
    assert (bench.state("a"), bench.state("b")) == (State.WAITING, State.ACTIVE)


@pytest.mark.parametrize("step_ms", [60_000, HOUR_MS, -60_000, -HOUR_MS])
def test_after_a_step_every_lease_is_a_whole_one_of_its_own_length(
    bench: QueueBench, step_ms: int
) -> None:
    bench.add("a", "b")
    bench.worker(lease_ms=5_000).claim()
    bench.worker(lease_ms=60_000).claim()
    bench.wait(step_ms)
    tell(bench)

    bench.wait(4_999)
    assert bench.reclaim().moved == 0
    bench.wait(2)
    assert bench.reclaim().moved == 1
    bench.wait(54_998)
    assert bench.reclaim().moved == 0
    bench.wait(1)
    assert bench.reclaim().moved == 1


def test_more_leases_than_one_call_takes_are_all_begun_anew(bench: QueueBench) -> None:
    workers = [bench.worker(lease_ms=5_000) for _ in range(700)]
    bench.wait(HOUR_MS)
    tell(bench)

    leases, later = bench.key("leases"), bench.now_ms + 5_000
    assert bench.client.zcount(leases, later, later) == bench.client.zcard(leases) == len(workers)


def test_the_janitor_ends_leases_in_time_that_nobody_has_told_of(bench: QueueBench) -> None:
    bench.add("a")
    bench.worker(lease_ms=5_000).claim()
    bench.wait(-HOUR_MS)
    alive = bench.worker(lease_ms=30_000)
    bench.run("janitor")

    bench.wait(5_001)
    assert bench.reclaim().moved == 1
    assert bench.state("a") is State.WAITING
    assert alive.renew().active == 0


def test_a_timekeeper_of_the_old_time_is_replaced(bench: QueueBench) -> None:
    keeper, other = bench.worker(), bench.worker()
    bench.add(job("later", due_ms=bench.now_ms + 2_000))
    assert keeper.tick(1).wake_ms == bench.now_ms + 2_000
    bench.wait(-HOUR_MS)

    assert other.tick(1).wake_ms == bench.now_ms + 2_000 + HOUR_MS


def test_a_group_that_rests_starts_again_within_a_window(bench: QueueBench) -> None:
    bench.me.rule("g", starts=1, ms=1_000)
    bench.add(job("a", group="g"), job("b", group="g"))
    worker = bench.worker()
    assert worker.claim(2) == ["a"]
    assert worker.claim(2) == []
    bench.wait(-HOUR_MS)
    tell(bench)

    assert worker.claim(2) == []
    bench.wait(999)
    assert worker.claim(2) == []
    bench.wait(1)
    assert worker.claim(2) == ["b"]
