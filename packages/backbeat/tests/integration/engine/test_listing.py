"""Pages of jobs: complete, in order, and stable while jobs come and go."""

import pytest

from backbeat.engine.calls.tick import EndState, Outcomes
from backbeat.engine.states import State
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job


@pytest.mark.parametrize("limit", [1, 3, 7, 200])
def test_waiting_jobs_are_listed_in_the_order_in_which_they_will_run(
    bench: QueueBench, limit: int
) -> None:
    bench.add(*(job(f"j{place}", priority=place % 11, lifo=place % 4 == 0) for place in range(33)))
    listed = _walk(bench, State.WAITING, limit)

    assert listed == bench.worker().claim(33)


@pytest.mark.parametrize("limit", [1, 4, 100])
def test_dead_entries_and_compacted_ones_are_no_trouble(bench: QueueBench, limit: int) -> None:
    names = [f"j{number}" for number in range(60)]
    bench.add(*names)
    bench.me.call("remove", *names[10:30])
    bench.run("compact")
    bench.add("j10", *(f"k{number}" for number in range(5)))
    bench.me.call("remove", "k1")

    listed = _walk(bench, State.WAITING, limit)

    assert listed == [*names[:10], *names[30:], "j10", "k0", "k2", "k3", "k4"]


def test_a_cursor_survives_claims_and_adds_between_pages(bench: QueueBench) -> None:
    bench.add(*(f"j{number}" for number in range(20)))
    first = bench.page(State.WAITING, limit=5)
    bench.worker().claim(8)
    bench.add("new")

    second = bench.page(State.WAITING, first.cursor, limit=5)

    assert [entry.id for entry in first.jobs] == [f"j{number}" for number in range(5)]
    assert [entry.id for entry in second.jobs] == [f"j{number}" for number in range(8, 13)]


def test_delayed_jobs_are_listed_by_due_time_also_where_many_are_due_together(
    bench: QueueBench,
) -> None:
    bench.add(
        *(job(f"j{number:02}", due_ms=bench.now_ms + 10 + number // 10) for number in range(30))
    )

    assert _walk(bench, State.DELAYED, 4) == [f"j{number:02}" for number in range(30)]


def test_active_jobs_are_listed_without_the_sentinel(bench: QueueBench) -> None:
    bench.add(*(f"j{number}" for number in range(9)))
    worker = bench.worker()
    for _ in range(3):
        worker.claim(3)

    assert _walk(bench, State.ACTIVE, 2) == [f"j{number}" for number in range(9)]


@pytest.mark.parametrize("state", [State.COMPLETED, State.FAILED, State.CANCELLED])
def test_ended_jobs_are_listed_newest_first(bench: QueueBench, state: State) -> None:
    worker = bench.worker()
    for number in range(12):
        bench.add(f"j{number:02}")
        claim, outcomes = worker.tick(1), Outcomes()
        if state is State.COMPLETED:
            outcomes.finish(ids(claim)[0], claim.ticket)
        else:
            ending: EndState = "failed" if state is State.FAILED else "cancelled"
            outcomes.end(ids(claim)[0], claim.ticket, ending, b"{}")
        worker.tick(0, outcomes)
        bench.wait(1)

    assert _walk(bench, state, 5) == [f"j{number:02}" for number in range(11, -1, -1)]


def test_a_job_that_goes_between_pages_takes_no_other_along(bench: QueueBench) -> None:
    bench.add(*(job(f"j{number}", due_ms=bench.now_ms + 10) for number in range(9)))
    first = bench.page(State.DELAYED, limit=3)
    bench.me.call("remove", "j2")

    rest = _walk(bench, State.DELAYED, 3, cursor=first.cursor)

    assert {"j3", "j4", "j5", "j6", "j7", "j8"} <= set(rest)


def test_scores_say_when(bench: QueueBench) -> None:
    due = bench.now_ms + 10
    bench.add("w", job("d", due_ms=due))

    assert bench.page(State.DELAYED).jobs[0].score == due
    assert bench.page(State.WAITING).jobs[0].score is None


def test_a_page_of_large_jobs_ends_early_and_goes_on(bench: QueueBench) -> None:
    bench.add(*(job(f"j{number}", payload=b'"%s"' % (b"x" * 250_000)) for number in range(30)))

    first = bench.page(State.WAITING, limit=200)

    assert 17 <= len(first.jobs) < 30
    assert _walk(bench, State.WAITING, 200) == [f"j{number}" for number in range(30)]


def test_an_empty_state_is_an_empty_page(bench: QueueBench) -> None:
    for state in State:
        assert bench.page(state).jobs == []
        assert bench.page(state).cursor == ""


def _walk(bench: QueueBench, state: State, limit: int, cursor: str = "") -> list[str]:
    listed: list[str] = []
    for _ in range(500):
        page = bench.page(state, cursor, limit)
        listed += [entry.id for entry in page.jobs]
        cursor = page.cursor
        if not cursor:
            return listed
    raise AssertionError("the pages do not end")
