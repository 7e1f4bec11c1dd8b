"""Failures: how often a job is tried, how long it waits between, and for which errors."""

import itertools
from collections.abc import Sequence

import pytest

from backbeat import Backbeat, JobFailed, JobInfo, Permanent, Retry, State
from backbeat.testing import FakeClock, drain


def gaps(info: JobInfo) -> list[float]:
    """Seconds from the end of each recorded attempt to the start of the next."""
    return [
        (after.started_at - before.ended_at).total_seconds()
        for before, after in itertools.pairwise(info.history)
    ]


def broken(n: int) -> float:
    """A wait that follows no formula of ours."""
    return [0.25, 7.0, 1.5][n - 1]


@pytest.mark.parametrize(
    ("retry", "expected"),
    [
        (Retry.fixed(attempts=4, delay=3), [3, 3, 3]),
        (Retry.linear(attempts=4, delay=2), [2, 4, 6]),
        (Retry.linear(attempts=4, delay=2, max_delay=5), [2, 4, 5]),
        (Retry.exponential(attempts=5, delay=1), [1, 2, 4, 8]),
        (Retry.exponential(attempts=4, delay=2, factor=3), [2, 6, 18]),
        (Retry.exponential(attempts=5, delay=10, max_delay=25), [10, 20, 25, 25]),
        (Retry.custom(broken, attempts=4), [0.25, 7, 1.5]),
        (Retry.fixed(attempts=3, delay=0), [0, 0]),
    ],
    ids=lambda value: f"{value.backoff}-{value.attempts}" if isinstance(value, Retry) else "",
)
async def test_the_recorded_gaps_are_those_of_the_formula(
    app: Backbeat, retry: Retry, expected: Sequence[float]
) -> None:
    queue = app.queue("work")

    @queue.job(retry=retry)
    async def fail() -> None:
        raise ValueError("no luck")

    handle = await fail.enqueue()
    ran = await drain(app, delayed=True)
    info = await handle.info()
    assert [each.outcome for each in ran] == ["retried"] * len(expected) + ["failed"]
    assert gaps(info) == pytest.approx(expected, abs=0.0005)


async def test_one_job_can_have_waits_of_its_own(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(retry=Retry.fixed(attempts=2, delay=100))
    async def fail() -> None:
        raise ValueError("no luck")

    own = Retry.exponential(attempts=4, delay=0.5, factor=2, max_delay=1.5)
    handle = await fail.options(retry=own).enqueue()
    await drain(app, delayed=True)
    assert gaps(await handle.info()) == [0.5, 1, 1.5]


async def test_jitter_shortens_a_wait_by_its_part_at_most(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(retry=Retry.fixed(attempts=30, delay=10, jitter=0.5))
    async def fail() -> None:
        raise ValueError

    handle = await fail.enqueue()
    await drain(app, delayed=True)
    waits = gaps(await handle.info())
    assert all(5 <= wait <= 10.001 for wait in waits)
    assert len(set(waits)) > 1


async def test_a_job_fails_for_good_when_its_attempts_are_used_up(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(retry=Retry.fixed(attempts=3, delay=1))
    async def fail() -> None:
        raise LookupError("nothing there")

    handle = await fail.enqueue()
    await drain(app, delayed=True)
    info = await handle.info()
    assert (info.state, info.attempts, info.failures) == (State.FAILED, 3, 3)
    assert info.error is not None
    assert (info.error.error, info.error.message) == ("LookupError", "nothing there")
    assert info.error.reason == "exhausted"


async def test_without_a_policy_a_job_has_one_attempt(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def fail() -> None:
        raise ValueError

    await fail.enqueue()
    assert [each.outcome for each in await drain(app, delayed=True)] == ["failed"]


async def test_a_job_that_fails_first_can_complete_later(app: Backbeat) -> None:
    queue = app.queue("work")
    attempts: list[int] = []

    @queue.job(retry=Retry.fixed(attempts=5, delay=1))
    async def third_time_lucky() -> int:
        attempts.append(1)
        if len(attempts) < 3:
            raise ValueError
        return len(attempts)

    handle = await third_time_lucky.enqueue()
    ran = await drain(app, delayed=True)
    assert [(each.attempt, each.outcome) for each in ran] == [
        (1, "retried"), (2, "retried"), (3, "completed"),
    ]  # fmt: skip
    assert await handle.result() == 3


async def test_while_it_waits_for_its_next_attempt_a_job_says_so(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(retry=Retry.fixed(attempts=2, delay=30))
    async def fail() -> None:
        raise ValueError

    handle = await fail.enqueue()
    await drain(app)
    info = await handle.info()
    assert (info.state, info.reason) == (State.DELAYED, "retry")
    assert info.due_at is not None
    assert (info.due_at - clock.now()).total_seconds() == 30


async def test_a_permanent_error_is_never_retried(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(retry=Retry.fixed(attempts=5, delay=1))
    async def refuse() -> None:
        raise Permanent("the account is closed")

    handle = await refuse.enqueue()
    assert [each.outcome for each in await drain(app, delayed=True)] == ["failed"]
    with pytest.raises(JobFailed, match="the account is closed") as failure:
        await handle.result()
    assert failure.value.attempts == 1


@pytest.mark.parametrize(
    ("policy", "raised", "attempts"),
    [
        (Retry(attempts=3, only=(OSError,)), ConnectionError, 3),
        (Retry(attempts=3, only=(OSError,)), ValueError, 1),
        (Retry(attempts=3, never=(ValueError,)), ValueError, 1),
        (Retry(attempts=3, never=(ValueError,)), KeyError, 3),
        (Retry(attempts=3, only=(OSError,), never=(TimeoutError,)), TimeoutError, 1),
    ],
    ids=["only", "not only", "never", "not never", "never wins"],
)
async def test_which_errors_are_retried_is_decided_by_their_type(
    app: Backbeat, policy: Retry, raised: type[Exception], attempts: int
) -> None:
    queue = app.queue("work")

    @queue.job(retry=policy)
    async def fail() -> None:
        raise raised("on purpose")

    await fail.enqueue()
    assert len(await drain(app, delayed=True)) == attempts


async def test_the_nearest_policy_counts(app: Backbeat) -> None:
    app.retry = Retry.fixed(attempts=2, delay=1)
    queue = app.queue("work", retry=Retry.fixed(attempts=3, delay=1))

    async def fail() -> None:
        raise ValueError

    of_app = app.queue("other").job("fail")(fail)
    of_queue = queue.job("of-queue")(fail)
    of_handler = queue.job("of-handler", retry=Retry.fixed(attempts=4, delay=1))(fail)
    counts = {}
    for name, call in {
        "app": of_app, "queue": of_queue, "handler": of_handler,
        "job": of_handler.options(attempts=5),
    }.items():  # fmt: skip
        await call.enqueue()
        counts[name] = len(await drain(app, delayed=True))
    assert counts == {"app": 2, "queue": 3, "handler": 4, "job": 5}
