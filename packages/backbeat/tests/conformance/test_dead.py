"""Dead letters: failed jobs in the groups of their failures, which add up whatever is done."""

import pytest

from backbeat import Backbeat, JobInfo, Keep, Queue, Retry, State
from backbeat.testing import FakeClock, drain

ONCE = Retry(attempts=1)


def declare(app: Backbeat, **options: object) -> Queue:
    """A queue whose jobs fail in two ways, or not at all."""
    queue = app.queue("work", retry=ONCE, **options)  # type: ignore[arg-type] # keep=, partitions=

    @queue.job()
    async def fail(n: int) -> None:
        if n < 0:
            return
        if n % 3 == 0:
            raise KeyError(n)
        raise ValueError(f"no wallet {n}")

    return queue


async def run(app: Backbeat, queue: Queue, *numbers: int) -> None:
    await queue.add_many([("fail", {"n": n}) for n in numbers])
    await drain(app)


async def counts(queue: Queue) -> dict[str, int]:
    return {group.error.error: group.count for group in await queue.dead.groups()}


async def everything(queue: Queue, fingerprint: str, limit: int) -> list[JobInfo]:
    jobs: list[JobInfo] = []
    cursor: str | None = None
    while True:
        page = await queue.dead.list(fingerprint, cursor=cursor, limit=limit)
        assert len(page.jobs) <= limit
        jobs += page.jobs
        if not page.cursor:
            return jobs
        cursor = page.cursor


async def test_failures_of_a_kind_are_one_group_the_largest_first(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = declare(app)
    await run(app, queue, 0, 1, 2, -1)
    clock.advance(60)
    await run(app, queue, 4)
    values, keys = await queue.dead.groups()
    assert (values.count, keys.count) == (3, 1)
    assert (values.name, values.error.error, values.error.message) == (
        "fail", "ValueError", "no wallet 4",
    )  # fmt: skip
    assert (values.last_at - values.first_at).total_seconds() == 60
    assert values.since == values.first_at
    sample = await queue.get(values.sample)
    assert sample.arguments == {"n": 4}
    assert sample.error is not None
    assert sample.error.fingerprint == values.fingerprint


async def test_a_queue_in_which_nothing_failed_has_no_groups(app: Backbeat) -> None:
    queue = declare(app)
    await run(app, queue, -1)
    assert await queue.dead.groups() == []
    assert (await queue.dead.list("0123456789abcdef")).jobs == []
    assert await queue.dead.retry("0123456789abcdef") == 0
    assert await queue.dead.remove("0123456789abcdef") == 0


@pytest.mark.parametrize("limit", [1, 4, 50])
async def test_pages_of_a_group_have_each_of_its_jobs_once_the_newest_first(
    app: Backbeat, clock: FakeClock, limit: int
) -> None:
    queue = declare(app)
    for n in range(12):
        await run(app, queue, n)
        clock.advance(n % 2)
    for group in await queue.dead.groups():
        jobs = await everything(queue, group.fingerprint, limit)
        assert len({job.id for job in jobs}) == len(jobs) == group.count
        ends = [job.finished_at for job in jobs if job.finished_at]
        assert ends == sorted(ends, reverse=True)
        assert (ends[0], ends[-1]) == (group.last_at, group.first_at)


async def test_a_group_is_retried_and_what_fails_again_is_counted_once(app: Backbeat) -> None:
    queue = declare(app)
    await run(app, queue, *range(9))
    group = next(each for each in await queue.dead.groups() if each.error.error == "ValueError")
    assert await queue.dead.retry(group.fingerprint) == 6
    assert await counts(queue) == {"KeyError": 3}
    assert (await queue.counts()).waiting == 6
    await drain(app)
    assert await counts(queue) == {"ValueError": 6, "KeyError": 3}


async def test_a_group_is_removed_with_all_that_is_known_of_its_jobs(app: Backbeat) -> None:
    queue = declare(app)
    await run(app, queue, *range(9))
    group = next(each for each in await queue.dead.groups() if each.error.error == "ValueError")
    assert await queue.dead.remove(group.fingerprint) == 6
    assert await counts(queue) == {"KeyError": 3}
    assert (await queue.counts()).failed == 3


async def test_more_than_one_step_takes_are_retried(app: Backbeat) -> None:
    queue = declare(app, keep=Keep(failed=None))
    await run(app, queue, *(3 * n + 1 for n in range(1_001)))
    [group] = await queue.dead.groups()
    assert group.count == 1_001
    assert await queue.dead.retry(group.fingerprint) == 1_001
    assert await queue.dead.groups() == []


async def test_counts_follow_whatever_takes_a_failed_job_away(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = declare(app)
    await run(app, queue, *range(12))
    ids = [job.id for job in (await queue.list(State.FAILED, limit=200)).jobs]

    async def left() -> int:
        return sum(group.count for group in await queue.dead.groups())

    assert await left() == 12
    await queue.retry(ids[0])
    assert await left() == 11
    await queue.remove(ids[1])
    assert await left() == 10
    await queue.drain()
    assert await left() == 10
    await queue.clean(State.FAILED, limit=4)
    assert await left() == 6
    clock.advance(1)
    await queue.clean(State.FAILED)
    assert await queue.dead.groups() == []


async def test_counts_follow_what_is_not_kept_any_more(app: Backbeat) -> None:
    queue = declare(app, keep=Keep(failed=20))
    for start in range(0, 200, 50):
        await run(app, queue, *range(start, start + 50))
    kept = (await queue.counts()).failed
    assert 20 <= kept < 200
    assert sum(group.count for group in await queue.dead.groups()) == kept


async def test_failed_jobs_that_are_not_kept_leave_nothing(app: Backbeat) -> None:
    queue = declare(app, keep=Keep(failed=0))
    await run(app, queue, *range(9))
    assert await queue.dead.groups() == []


async def test_an_obliterated_queue_has_no_dead_letters(app: Backbeat) -> None:
    queue = declare(app)
    await run(app, queue, 1, 2)
    await queue.obliterate()
    assert await queue.dead.groups() == []
    await run(app, queue, 3)
    assert await counts(queue) == {"KeyError": 1}


async def test_partitions_are_one_queue_of_dead_letters(app: Backbeat) -> None:
    queue = declare(app, partitions=3, partition_by="{n}")
    await run(app, queue, *range(12))
    assert await counts(queue) == {"ValueError": 8, "KeyError": 4}
    group = (await queue.dead.groups())[0]
    assert len(await everything(queue, group.fingerprint, 3)) == 8
    assert await queue.dead.retry(group.fingerprint) == 8
    assert await counts(queue) == {"KeyError": 4}
