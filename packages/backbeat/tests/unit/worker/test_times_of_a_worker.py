"""When a worker starts what is due, gives up its lease, and has ended: in time that tests make."""

import asyncio
from typing import Any

import pytest

from backbeat import Backbeat, State, Worker
from backbeat.testing.transport import FakeTransport
from backbeat.worker.leases.lease_times import give_up_after
from packages.backbeat.tests.support.virtual_time import live, taken

# A stop takes a second beyond the grace at most.
END_S = 1.0


class Silent:
    """A keeper that is never heard of."""

    def hold(self, registration: object, holder: object) -> None: ...

    def release(self, registration: object) -> None: ...

    def look(self, registration: object) -> None: ...

    def keep(self, registration: object, kept: object, lost: object) -> None: ...

    def drop(self, registration: object, kept: object) -> None: ...


def worker_of(app: Backbeat, **options: Any) -> Worker:
    """A worker that nobody disturbs; its lease outlives every story but those about its end."""
    return Worker(app, **{"keeper": Silent(), "lease": 1_000_000.0, **options})


@pytest.fixture
def app() -> Backbeat:
    return Backbeat()


def at(began: float) -> float:
    return asyncio.get_running_loop().time() - began


@pytest.mark.parametrize("delay", [0.05, 1.0, 120.0])
def test_a_delayed_job_starts_in_the_millisecond_it_is_due(app: Backbeat, delay: float) -> None:
    @app.queue("q").job()
    async def job() -> float:
        return asyncio.get_running_loop().time()

    async def story() -> float:
        async with worker_of(app) as worker:
            await worker.ready()
            began = asyncio.get_running_loop().time()
            handle = await job.options(delay=delay).enqueue()
            started: float = await handle.result()
            return started - began - delay

    assert 0 <= live(app, story) <= 0.002


def test_a_job_that_is_due_sooner_is_not_late_for_one_that_is_due_later(app: Backbeat) -> None:
    starts: list[float] = []

    @app.queue("q").job()
    async def job() -> None:
        starts.append(asyncio.get_running_loop().time())

    async def story() -> float:
        async with worker_of(app) as worker:
            await worker.ready()
            began = asyncio.get_running_loop().time()
            handles = [await job.options(delay=delay).enqueue() for delay in (60, 30, 45)]
            for handle in handles:
                await handle.result()
            return began

    began = live(app, story)
    assert [start - began for start in starts] == pytest.approx([30, 45, 60], abs=0.003)


@pytest.mark.parametrize("grace", [0.0, 0.5, 25.0])
def test_a_stop_gives_back_what_runs_when_the_grace_is_over(app: Backbeat, grace: float) -> None:
    @app.queue("q").job()
    async def endless() -> None:
        await asyncio.Event().wait()

    async def story() -> tuple[float, State | None]:
        worker = worker_of(app)
        await worker.start()
        handle = await endless.enqueue()
        await asyncio.sleep(1)
        return await taken(worker.stop(grace)), await handle.state()

    took, state = live(app, story)
    assert grace - 0.001 <= took <= grace + END_S
    assert state is State.WAITING


@pytest.mark.parametrize("left", [0.0, 1.0, 24.0])
def test_a_stop_waits_for_what_ends_in_time_and_no_longer(app: Backbeat, left: float) -> None:
    @app.queue("q").job()
    async def nap() -> None:
        await asyncio.sleep(10 + left)

    async def story() -> tuple[float, State | None]:
        worker = worker_of(app)
        await worker.start()
        handle = await nap.enqueue()
        await asyncio.sleep(10)
        return await taken(worker.stop(25)), await handle.state()

    took, state = live(app, story)
    assert took == pytest.approx(left, abs=0.1)
    assert state is State.COMPLETED


def test_a_handler_that_does_not_listen_holds_up_no_stop(app: Backbeat) -> None:
    over = asyncio.Event()

    @app.queue("q").job()
    async def deaf() -> None:
        while not over.is_set():
            try:
                await over.wait()
            except asyncio.CancelledError:
                continue

    async def story() -> tuple[float, State | None]:
        worker = worker_of(app, cancel_grace=5.0)
        await worker.start()
        handle = await deaf.enqueue()
        await asyncio.sleep(1)
        took, state = await taken(worker.stop(3)), await handle.state()
        over.set()
        return took, state

    took, state = live(app, story)
    assert 2.999 <= took <= 3 + END_S
    assert state is State.WAITING


def test_a_server_that_does_not_answer_holds_up_no_stop(
    app: Backbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    @app.queue("q").job()
    async def endless() -> None:
        await asyncio.Event().wait()

    async def silence(*_: object) -> None:
        await asyncio.Event().wait()

    async def story() -> float:
        worker = worker_of(app)
        await worker.start()
        await endless.enqueue()
        await asyncio.sleep(1)
        monkeypatch.setattr(FakeTransport, "script", silence)
        took = await taken(worker.stop(3))
        monkeypatch.undo()
        return took

    assert live(app, story) <= 3 + END_S


@pytest.mark.parametrize("lease", [0.5, 2.0, 30.0])
def test_a_worker_that_is_not_renewed_stops_its_jobs_before_its_lease_is_over(
    app: Backbeat, lease: float
) -> None:
    stopped = asyncio.Event()

    @app.queue("q").job()
    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async def story() -> float:
        async with worker_of(app, lease=lease, grace=0.0) as worker:
            await worker.ready()
            began = asyncio.get_running_loop().time()
            await endless.enqueue()
            await stopped.wait()
            return at(began)

    # What real time it takes to get there is not in it.
    assert live(app, story) == pytest.approx(give_up_after(lease), abs=0.2)
