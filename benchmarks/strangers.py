"""Jobs with every feature that lie in a queue while plain ones run there: none of them starts."""

from datetime import UTC, datetime

from backbeat import Backbeat, Breaker, Queue, Unique, at

_FAR: float = 86_400.0


async def add_strangers(app: Backbeat, queue: Queue) -> None:
    """Add one of each; what a plain job pays beside them is what features cost who has none."""

    @queue.job(lock="one")
    async def locked() -> None: ...

    @queue.job(breaker=Breaker("far"))
    async def guarded() -> None: ...

    @queue.job(cache=_FAR)
    async def cached() -> None: ...

    @queue.job(unique=Unique())
    async def unique() -> None: ...

    for handler in (locked, guarded, cached, unique):
        await handler.options(delay=_FAR).enqueue()
    await locked.options(delay=_FAR, priority=9, cost=2).enqueue()
    await queue.groups.pause("closed")
    await locked.options(group="closed").enqueue()
    flow = app.flow()
    flow.fan_out([guarded.options(delay=_FAR).call()], locked.call())
    await flow.start()
    await app.schedules.upsert("far", at(datetime(2100, 1, 1, tzinfo=UTC)), locked.call())
