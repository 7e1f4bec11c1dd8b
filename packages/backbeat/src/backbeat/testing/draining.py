"""Runs what is waiting, here and now, as a worker would, in the time of a test."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from backbeat.app.application import Backbeat
from backbeat.app.breakers import client_of
from backbeat.errors import BackbeatError
from backbeat.testing.bench import Bench
from backbeat.testing.crew import Crew
from backbeat.testing.ran import Ran
from backbeat.testing.room import clock_of
from backbeat.worker.handlers.gate import Gates
from backbeat.worker.handlers.routine import Pools
from backbeat.worker.pools.processes import ProcessPool
from backbeat.worker.pools.threads import ThreadPool

_MOST: Final = 10_000
# Time jumps in tests: no jump is to end the wait for a probe.
_HOLD_MS: Final = 10**12


async def drain(
    app: Backbeat, *, until_empty: bool = True, delayed: bool = False, concurrency: int = 1
) -> list[Ran]:
    """Run the jobs that are waiting in all queues of an application, in this process.

    Schedules that the code declares are made first, and those that are due are fired: a test moves
    the clock to a slot, and drains.

    Arguments, dependencies, middleware, retries, timeouts and results are those of a worker: its
    own parts run here. Time stands still meanwhile, unless a job moves the clock. Where all that
    run sleep on it (`clock.sleep`), it is moved to the first that wakes or has run too long.

    Args:
        app: An application that `backbeat.testing.application` has put into a test.
        until_empty: Whether to run also what these jobs enqueue. Defaults to True.
        delayed: Whether to move the clock to what is delayed, retries among it, and run that too,
            until nothing is left. Defaults to False: only what is due by now.
        concurrency: Jobs that run at once, over all queues. Defaults to 1: one after the other, in
            the order of their queue.

    Returns:
        The attempts that were run, in the order in which they ended.

    Raises:
        ConfigurationError: The application is not in a test.
        BackbeatError: It does not come to an end: 10,000 attempts were run.
    """
    async with _crew(app, concurrency) as crew:
        if until_empty:
            await _to_the_end(crew, delayed=delayed)
        else:
            await crew.work(await crew.waiting())
        await crew.tidy()
        return crew.ran


async def _to_the_end(crew: Crew, *, delayed: bool) -> None:
    while await crew.work(_MOST) or (delayed and await crew.skip_ahead()):
        if len(crew.ran) >= _MOST:
            raise BackbeatError(
                f"{_MOST:,} attempts were run and there are more: does a job put itself off, or"
                " enqueue itself, for ever?"
            )


@asynccontextmanager
async def _crew(app: Backbeat, slots: int) -> AsyncIterator[Crew]:
    clock = clock_of(app)
    crew = Crew(clock, slots)
    connection = await app.connections.open()
    await app.schedules.sync()
    async with AsyncExitStack() as stack:
        state = await stack.enter_async_context(app.lifespan()) if app.lifespan else None
        pools = await stack.enter_async_context(_pools())
        gates = Gates(client_of(connection), hold_ms=_HOLD_MS)
        stack.callback(gates.close)
        stack.push_async_callback(gates.settled)
        for queue in app.queues.values():
            for part in queue.parts:
                bench = Bench(
                    queue, connection.client(part), connection.transport, clock, pools, gates,
                    state, crew.ran, crew.ended,
                )  # fmt: skip
                crew.join(await stack.enter_async_context(bench))
        yield crew


@asynccontextmanager
async def _pools() -> AsyncIterator[Pools]:
    threads = ThreadPool("backbeat-test", on_zombie=lambda _: None)
    processes = ProcessPool()
    try:
        yield Pools(threads, processes)
    finally:
        threads.close()
        await processes.close()
