"""How loaded a queue is, by what was counted."""

from typing import Final

import hypothesis.strategies as st
from hypothesis import given

from backbeat.app.load import Sample, measure
from backbeat.engine.calls.read import Counts, LoadPart
from backbeat.engine.calls.reply import Reply

NOW: Final = 1_000_000


def counts(*, waiting: int = 0, active: int = 0, completed: int = 0, failed: int = 0) -> Counts:
    return Counts(waiting, 0, active, 0, 0, 0, False, completed, failed, 0, NOW)


def logged(samples: list[Sample]) -> Reply:
    """Samples as the server keeps them."""
    return [f"{each.ms}:{each.completed}:{each.ended}:{each.backlog}".encode() for each in samples]


def test_the_newest_sample_that_is_older_than_the_window_is_the_beginning() -> None:
    samples = [
        Sample(NOW - ms, done, done, 0) for ms, done in ((10_000, 90), (70_000, 30), (90_000, 10))
    ]
    load = measure([LoadPart(counts(completed=100), [], logged(samples))], 1, 60_000)
    assert (load.window, load.completed_per_second) == (70.0, 1.0)


def test_before_there_is_such_a_sample_the_oldest_is_the_beginning() -> None:
    log = logged([Sample(NOW - 5_000, 50, 50, 0)])
    load = measure([LoadPart(counts(completed=100), [], log)], 1, 60_000)
    assert (load.window, load.completed_per_second) == (5.0, 10.0)


def test_what_runs_has_to_be_done_too() -> None:
    samples = [Sample(NOW - 10_000, 0, 0, 0)]
    load = measure(
        [LoadPart(counts(waiting=10, active=10, completed=5, failed=5), [], logged(samples))],
        1,
        10_000,
    )
    assert (load.ended_per_second, load.drain_seconds) == (1.0, 20.0)


@given(
    st.lists(st.tuples(st.integers(0, 2 * NOW), st.integers(0, 99)), max_size=6),
    st.integers(0, 1_000),
    st.integers(0, 1_000),
    st.floats(1, 10**6),
)
def test_whatever_was_counted_no_time_is_negative_and_nothing_breaks(
    taken: list[tuple[int, int]], waiting: int, completed: int, window: float
) -> None:
    samples = [Sample(ms, done, done, done) for ms, done in sorted(taken, reverse=True)]
    load = measure(
        [LoadPart(counts(waiting=waiting, completed=completed), [], logged(samples))], 0, window
    )
    assert (
        load.drain_seconds is None
        or load.ended_per_second is None
        or (load.drain_seconds >= 0 or load.ended_per_second < 0)
    )
    assert (load.enqueued_per_second or 0.0) >= 0


def test_the_load_of_partitions_adds_up() -> None:
    log = logged([Sample(NOW - 10_000, 0, 0, 0)])
    part = LoadPart(counts(waiting=10, active=5, completed=10), [], log)
    load = measure([part, part], 3, 10_000)
    assert (load.waiting, load.running, load.workers) == (20, 10, 3)
    assert (load.completed_per_second, load.drain_seconds) == (2.0, 15.0)
