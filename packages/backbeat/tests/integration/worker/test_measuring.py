"""A real worker writes down what its jobs did, also when it ends."""

import pytest

from backbeat import Backbeat, JobFailed, Retry, Worker


async def test_what_a_worker_counted_is_written_down_when_it_stops(app: Backbeat) -> None:
    queue = app.queue("counted")

    @queue.job()
    async def well() -> int:
        return 1

    @queue.job(retry=Retry.fixed(attempts=2, delay=0.01))
    def badly() -> None:
        raise ValueError

    async with Worker(app):
        for handle in [await well.enqueue() for _ in range(5)]:
            await handle.result(10)
        with pytest.raises(JobFailed):
            await (await badly.enqueue()).result(10)

    handlers = [point.handlers for point in await queue.history() if point.handlers]
    assert sum(each["well"].completed for each in handlers) == 5
    assert sum(each["well"].runs.count for each in handlers) == 5
    assert sum(each["badly"].started for each in handlers if "badly" in each) == 2
    assert sum(each["badly"].retried for each in handlers if "badly" in each) == 1
    assert sum(each["badly"].failed for each in handlers if "badly" in each) == 1


async def test_a_worker_without_history_writes_nothing_of_handlers(app: Backbeat) -> None:
    queue = app.queue("uncounted")

    @queue.job()
    async def well() -> None: ...

    async with Worker(app, history=False):
        await (await well.enqueue()).result(10)
    assert [point for point in await queue.history() if point.handlers] == []


async def test_what_a_worker_uses_is_written_down_under_its_name(app: Backbeat) -> None:
    queue = app.queue("busy")

    @queue.job()
    async def spin() -> int:
        return sum(range(3_000_000))

    async with Worker(app) as worker:
        await (await spin.enqueue()).result(10)
    found = await app.vitals([worker.name, "nobody"])
    assert list(found) == [worker.name]
    vitals = found[worker.name]
    assert vitals.cpu is not None
    assert vitals.cpu > 0
    assert vitals.rss > 10_000_000
    assert vitals.rss_at_start > 0
