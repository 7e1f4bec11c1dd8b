"""A queue's rate, by the scripts' own times: no true window and no stretch of time is over it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.record import encode_record
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import START_MS, QueueBench

RATE: Final = 10
LENGTH_MS: Final = 1_000
BURST: Final = 15
STEPS: Final = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=40
)
QUICK: Final = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

Started = list[tuple[int, int]]


@pytest.fixture
def play(
    valkey: PrivateServer,
) -> Iterator[Callable[[dict[str, int], Sequence[tuple[int, int, int]]], Started]]:
    """Plays steps on an empty queue with these settings: what started when, and what it cost."""

    def on_empty_queue(rate: dict[str, int], steps: Sequence[tuple[int, int, int]]) -> Started:
        valkey.client.flushall()
        bench = QueueBench(valkey.client)
        bench.me.configure(keep_completed=0, max_stalled=1_000, **rate)
        bench.add(*(_job(number) for number in range(300)))
        return _started(bench, steps)

    yield on_empty_queue
    valkey.client.flushall()


def _job(number: int) -> NewJob:
    cost = 1 + number % 3
    return NewJob(f"j{number}", encode_record("t", START_MS, b"{}", cost=cost))


def _started(bench: QueueBench, steps: Sequence[tuple[int, int, int]]) -> Started:
    workers = [bench.worker(f"w{number}", lease_ms=10_000_000) for number in range(3)]
    started: Started = []
    for ms, which, want in steps:
        bench.wait(ms)
        if which == 3:
            # One dies with all that it has: its jobs wait again, and count again when they start.
            workers.pop(0).leave("crashed")
            workers.append(bench.worker(lease_ms=10_000_000))
        else:
            claim = workers[which].tick(want)
            started.append((bench.now_ms, sum(map(_cost, (job[1] for job in claim.jobs)))))
    check(bench.client, bench.keys)
    return started


def _cost(record: bytes) -> int:
    return int(record.split(b";")[4]) if record[:1] == b"x" else 1


@given(steps=STEPS)
@QUICK
def test_no_true_window_is_over_its_maximum(
    play: Callable[..., Started], steps: list[tuple[int, int, int]]
) -> None:
    started = play({"rate": RATE, "rate_ms": LENGTH_MS}, steps)

    for begin, _ in started:
        inside = sum(cost for at, cost in started if begin <= at < begin + LENGTH_MS)
        assert inside <= RATE


@given(steps=STEPS)
@QUICK
def test_no_stretch_of_time_is_over_the_rate_and_a_burst(
    play: Callable[..., Started], steps: list[tuple[int, int, int]]
) -> None:
    started = play({"rate": RATE, "rate_ms": LENGTH_MS, "rate_burst": BURST}, steps)

    for begin, _ in started:
        for end, _ in started:
            inside = sum(cost for at, cost in started if begin <= at <= end)
            most = BURST + RATE * max(end - begin, 0) / LENGTH_MS
            assert inside <= most + 0.01


def test_what_is_free_starts_and_no_job_is_lost(play: Callable[..., Started]) -> None:
    steps = [(LENGTH_MS, 0, 9)] * 80

    assert sum(cost for _, cost in play({"rate": RATE, "rate_ms": LENGTH_MS}, steps)) == 600


def test_the_worker_that_finds_no_room_is_told_when_there_is_some(bench: QueueBench) -> None:
    bench.me.configure(rate=2, rate_ms=1_000)
    bench.add("a", "b", "c")
    worker = bench.worker()
    assert worker.claim(2) == ["a", "b"]
    bench.wait(400)

    claim = worker.tick(2)

    assert (claim.jobs, claim.wake_ms) == ([], bench.now_ms + 600)
    assert worker.repeat().wake_ms == claim.wake_ms


def test_an_add_that_has_to_wait_for_room_wakes_one_who_keeps_the_time(bench: QueueBench) -> None:
    bench.me.configure(rate=1, rate_ms=1_000)
    worker = bench.worker()
    bench.add("a")
    bench.spend_token()
    assert worker.claim(1) == ["a"]
    assert worker.claim(1) == []

    bench.add("b")
    assert bench.spend_token()
    assert worker.tick(1).wake_ms == bench.now_ms + 1_000
    bench.add("c")
    assert not bench.has_token()


def test_a_clock_that_goes_back_gives_nothing_away_and_takes_nothing(bench: QueueBench) -> None:
    bench.me.configure(rate=2, rate_ms=1_000)
    bench.add("a", "b", "c", "d")
    worker = bench.worker()
    assert worker.claim(1) == ["a"]
    bench.wait(-3_600_000)
    assert worker.claim(2) == ["b"]
    bench.wait(999)
    assert worker.claim(1) == []
    bench.wait(1)
    assert worker.claim(2) == ["c", "d"]


def test_a_bucket_is_empty_at_the_most_when_the_clock_goes_back(bench: QueueBench) -> None:
    bench.me.configure(rate=2, rate_ms=1_000, rate_burst=3)
    bench.add("a", "b", "c", "d")
    worker = bench.worker()
    assert worker.claim(3) == ["a", "b", "c"]
    bench.wait(-3_600_000)
    assert worker.claim(1) == []
    bench.wait(499)
    assert worker.claim(1) == []
    bench.wait(1)
    assert worker.claim(2) == ["d"]
