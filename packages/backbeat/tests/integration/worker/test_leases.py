"""Who may finish a job: leases, their loss, their renewal, the jobs of those who vanished."""

import asyncio
import itertools
import logging
import secrets
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backbeat import Backbeat, Handler, Job, JobHandle, Queue, State
from backbeat.engine.calls.tick import Outcomes, parse_tick, tick_args
from backbeat.engine.calls.worker import expire_return_args
from backbeat.engine.keys import QueueKeys
from backbeat.engine.scripts import QueueScripts
from backbeat.worker import Worker
from backbeat.worker.leases.lease import Lease
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.servers import private_valkey
from packages.backbeat.tests.support.working import ended, is_in, until, working


def lease_of(worker: Worker) -> Lease:
    return worker._lanes[0]._membership.lease


class Silent:
    """A keeper whose connection is cut."""

    def hold(self, registration: object, holder: object) -> None: ...

    def release(self, registration: object) -> None: ...


class Takeover:
    """Ends a worker's registration behind its back, as a reclaim by another worker does."""

    def __init__(self, server: PrivateServer, namespace: str) -> None:
        self._client = server.client
        self._keys = QueueKeys(namespace, "q")

    def of(self, worker: Worker) -> None:
        number = lease_of(worker).registration.wn
        self._client.zadd(self._keys.key("leases"), {str(number): 1})


@pytest.fixture
def takeover(server: PrivateServer, namespace: str) -> Takeover:
    return Takeover(server, namespace)


async def test_a_worker_that_lost_its_lease_stops_its_jobs_and_registers_anew(
    app: Backbeat, server: PrivateServer, namespace: str, takeover: Takeover
) -> None:
    queue = app.queue("q")
    runs: list[int] = []
    stopped: list[int] = []

    @queue.job()
    async def job(job: Job) -> str:
        runs.append(job.ticket)
        try:
            if len(runs) == 1:
                await asyncio.Event().wait()
        finally:
            stopped.append(job.ticket)
        return "by the new registration"

    # A renewal that comes late would undo the takeover.
    async with working(app, lease=30, keeper=Silent()) as worker:
        handle = await job.enqueue()
        await until(lambda: bool(runs))
        before = lease_of(worker).registration
        takeover.of(worker)
        other = Backbeat(server.url, namespace=namespace)
        other.queue("q")
        # The other one takes back what it finds overdue; its own slots stay empty.
        async with other, Worker(other) as rescuer:
            rescuer.pause()
            assert await handle.result(5) == "by the new registration"
        assert lease_of(worker).registration.wn != before.wn
    assert stopped[0] == runs[0]
    info = await queue.get(handle.id)
    assert [attempt.outcome for attempt in info.history] == ["stalled"]


async def test_a_worker_that_lost_its_lease_runs_threads_again(app: Backbeat) -> None:
    queue = app.queue("q")
    running = threading.Semaphore(0)
    never = threading.Event()

    @queue.job()
    def endless() -> None:
        running.release()
        while not never.is_set():
            time.sleep(0.001)

    @queue.job()
    def another() -> str:
        return "still at work"

    async with working(app, concurrency=5, cancel_grace=0.1, grace=0.05) as worker:
        await queue.add_many([endless.call() for _ in range(4)])
        await asyncio.to_thread(lambda: [running.acquire(timeout=5) for _ in range(4)])
        worker._lanes[0]._membership.lost()
        # The four start again and keep their slots; the fifth slot is for this one.
        handle = await another.enqueue()
        assert await handle.result(5) == "still at work"
        await until(lambda: not worker._zombies.pending)
        assert await (await another.enqueue()).result(5) == "still at work"


async def test_a_late_outcome_is_dropped(app: Backbeat, takeover: Takeover) -> None:
    queue = app.queue("q")
    go_on = asyncio.Event()
    late: list[str] = []

    @queue.job()
    async def deaf(job: Job) -> str:
        if job.attempt == 1 and not late:
            while not go_on.is_set():
                try:
                    await go_on.wait()
                except asyncio.CancelledError:
                    continue
            late.append("ended")
            return "the lost attempt"
        return "the valid attempt"

    async with working(app, lease=0.6, cancel_grace=0.05) as worker:
        handle = await deaf.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        lane = worker._lanes[0]
        lane._membership.lost()
        late.append("lost")
        assert await handle.result(5) == "the valid attempt"
        go_on.set()
        await until(lambda: late[-1] == "ended")
        await until(lambda: not lane.runs.zombies)
        info = await handle.info()
    assert info.result == "the valid attempt"


async def test_a_worker_whose_tickets_are_used_up_registers_anew(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job(job: Job) -> int:
        return job.ticket

    async with working(app) as worker:
        lease = lease_of(worker)
        first = lease.registration.wn
        lease._number = 2**32 - 1_001
        tickets = [await (await job.enqueue()).result(5) for _ in range(4)]
        second = lease.registration.wn
    assert {ticket >> 32 for ticket in tickets} <= {first, second}
    assert second != first
    assert tickets[-1] >> 32 == second
    assert (await queue.counts()).completed == 4


async def test_who_cannot_renew_stops_its_jobs_before_the_lease_is_over(
    server: PrivateServer, namespace: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    app = Backbeat(server.url, namespace=namespace)
    queue = app.queue("q")
    stopped = asyncio.Event()

    @queue.job()
    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async with app, working(app, lease=0.8, keeper=Silent(), grace=0.05) as worker:
        handle = await endless.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        first = lease_of(worker).registration
        await asyncio.wait_for(stopped.wait(), 2)
        await until(lambda: lease_of(worker).registration is not first)
    assert "the lease could not be renewed in time" in caplog.text


async def test_the_jobs_of_a_worker_that_vanished_are_taken_over_when_its_lease_is_over(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "by the survivor"

    await queue.configure()
    vanished = await _vanishing(app, lease_ms=600)
    handle = await job.enqueue()
    claim = parse_tick(await vanished.call("tick", [1, *tick_args(1, Outcomes())]))
    assert [claimed[0] for claimed in claim.jobs] == [handle.id]
    began = asyncio.get_running_loop().time()
    async with working(app):
        assert await handle.result(5) == "by the survivor"
    assert asyncio.get_running_loop().time() - began < 5
    info = await queue.get(handle.id)
    assert [attempt.outcome for attempt in info.history] == ["stalled"]


async def test_leases_are_renewed_while_the_loop_is_busy(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        loop = asyncio.get_running_loop()
        end = loop.time() + 2.5
        while loop.time() < end:  # noqa: ASYNC110 - a loop that never rests is what is tested
            await asyncio.sleep(0)
        return "still mine"

    async with working(app, lease=2.0) as worker:
        handle = await job.enqueue()
        registration = lease_of(worker).registration
        assert await handle.result(5) == "still mine"
        assert lease_of(worker).registration is registration
    assert (await queue.get(handle.id)).history == ()


async def lose_the_claim(worker: Worker, queue: Queue, job: Handler[[], str]) -> JobHandle[str]:
    """A job that the server holds for active and that the worker never started."""
    attempts = worker._lanes[0].attempts
    launch = attempts.launch
    attempts.launch = lambda claim: None  # type: ignore[method-assign] # what a bug would do
    handle = await job.enqueue()
    await is_in(queue, handle.id, State.ACTIVE)
    attempts.launch = launch  # type: ignore[method-assign] # and is over
    return handle


async def test_a_claim_that_never_arrived_is_given_back(
    app: Backbeat, caplog: pytest.LogCaptureFixture
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "started after all"

    async with working(app, lease=0.6) as worker:
        handle = await lose_the_claim(worker, queue, job)
        assert await handle.result(5) == "started after all"
    assert "was claimed and not started" in caplog.text


async def test_a_claim_that_never_arrived_is_given_back_by_a_busy_worker_too(
    app: Backbeat, caplog: pytest.LogCaptureFixture
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "started after all"

    async with working(app, lease=0.6) as worker:
        handle = await lose_the_claim(worker, queue, job)
        membership = worker._lanes[0]._membership
        # Every other renewal comes while a call is in flight.
        held, turns = membership._held, itertools.count()
        membership._held = lambda: None if next(turns) % 2 else held()
        assert await handle.result(5) == "started after all"
    assert "was claimed and not started" in caplog.text


async def test_a_call_that_never_adds_up_costs_the_lease_and_not_the_worker(
    app: Backbeat, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "done"

    async with working(app) as worker:
        lane = worker._lanes[0]
        first = lease_of(worker).registration
        lane.runs.outcomes.returns += ("x", 1, "no time", "", b"")  # what a bug would do
        lane._rest.kick()
        await until(lambda: lease_of(worker).registration is not first)
        assert await (await job.enqueue()).result(5) == "done"
    assert "a bug in Backbeat: tick of this worker is refused" in caplog.text


async def test_the_same_job_claimed_again_ends_the_run_that_is_left_of_it(app: Backbeat) -> None:
    queue = app.queue("q")
    starts: list[int] = []
    stopped: list[int] = []

    @queue.job()
    async def job(job: Job) -> str:
        starts.append(job.ticket)
        if len(starts) == 1:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(job.ticket)
        return "the later claim"

    async with working(app) as worker:
        handle = await job.enqueue()
        await until(lambda: bool(starts))
        lane = worker._lanes[0]
        run = lane.runs.running[handle.id]
        # Somebody ends the attempt for the server, and does not tell us.
        args = expire_return_args(run.id, run.ticket, 0, "1:0:0:0:turn")
        await lane._membership.lease.call("expire", args)
        lane.woken()
        assert await handle.result(5) == "the later claim"
        await until(lambda: not lane.runs.zombies)
    assert stopped == starts[:1]


async def test_a_job_that_the_server_took_away_is_stopped(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")
    stopped = asyncio.Event()

    @queue.job()
    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async with working(app, lease=0.6):
        handle = await endless.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        server.client.zrem(QueueKeys(namespace, "q").key("active"), handle.id)
        await asyncio.wait_for(stopped.wait(), 5)


@pytest.fixture
def own_server() -> Iterator[PrivateServer]:
    """A server that a test may kill; what it was told is there again afterwards."""
    with private_valkey("--appendonly", "yes", "--appendfsync", "always") as running:
        yield running


@pytest.fixture
async def own_app(own_server: PrivateServer) -> AsyncIterator[Backbeat]:
    app = Backbeat(own_server.url, namespace=f"t{secrets.token_hex(4)}")
    yield app
    await app.close()


async def test_a_worker_goes_on_after_the_server_was_killed_and_started_again(
    own_server: PrivateServer, own_app: Backbeat
) -> None:
    queue = own_app.queue("q")
    go_on = asyncio.Event()
    starts: list[str] = []

    @queue.job()
    async def job(job: Job) -> str:
        starts.append(job.id)
        await go_on.wait()
        return "done"

    async with working(own_app) as worker:
        registration = lease_of(worker).registration
        before = await job.enqueue()
        await is_in(queue, before.id, State.ACTIVE)
        own_server.kill()
        go_on.set()
        own_server.start()
        after = await job.enqueue()
        assert await before.result(10) == "done"
        assert await after.result(10) == "done"
        assert lease_of(worker).registration is registration
    assert starts == [before.id, after.id]


async def test_what_ended_while_the_server_was_away_beyond_the_lease_has_ended(
    own_server: PrivateServer, own_app: Backbeat
) -> None:
    queue = own_app.queue("q")
    gates = [asyncio.Event() for _ in range(6)]
    starts: list[int] = []

    @queue.job()
    async def job(number: int) -> int:
        starts.append(number)
        if starts.count(number) == 1:
            await gates[number].wait()
        return number

    async with working(own_app, lease=1.0) as worker:
        lane, lease = worker._lanes[0], lease_of(worker)
        handles = [await job.enqueue(number) for number in range(6)]
        await until(lambda: len(starts) == 6 and not lane._turns._flying)
        own_server.kill()
        # One outcome is on its way already, others gather behind it, and one attempt goes on.
        gates[0].set()
        await until(lambda: lane._turns._flying and lane._turns._carried == 1)
        for gate in gates[1:5]:
            gate.set()
        await until(lambda: len(lane.runs.outcomes) == 4)
        await until(lambda: lease.abandoned)
        assert not lane.empty
        own_server.start()
        assert [await handle.result(10) for handle in handles] == list(range(6))
    assert sorted(starts) == [0, 1, 2, 3, 4, 5, 5]
    # What was given up was given back, and did not crash.
    assert [attempt.outcome for attempt in (await handles[5].info()).history] == []


async def test_a_lease_counts_from_the_try_that_was_answered(
    own_server: PrivateServer, own_app: Backbeat
) -> None:
    connection = await own_app.connections.open()
    own_server.kill()
    lease = Lease(
        connection.transport,
        QueueScripts(connection.keys("q")),
        lease_ms=500,
        info=b"{}",
        clock=None,
    )
    began = time.monotonic()
    registering = asyncio.create_task(lease.register())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(registering), 0.6)
    own_server.start()
    await registering
    # The last try may have begun just before the server was there; the first one did long before.
    assert lease.renewed_at > began + 0.2


async def test_a_worker_starts_before_its_server(own_server: PrivateServer) -> None:
    own_server.kill()
    app = Backbeat(own_server.url)
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "done"

    async with Worker(app, grace=1) as worker:
        own_server.start()
        await asyncio.wait_for(worker.ready(), 10)
        assert await (await job.enqueue()).result(5) == "done"
    await app.close()


async def test_a_worker_that_meets_no_server_stops_at_once(tmp_path: Path) -> None:
    app = Backbeat(f"unix://{tmp_path}/nobody")
    app.queue("q")
    worker = Worker(app, grace=20)
    await worker.start()
    began = asyncio.get_running_loop().time()
    await worker.stop()
    assert asyncio.get_running_loop().time() - began < 10
    await app.close()


async def test_a_lost_reply_to_a_tick_starts_no_job_twice(
    own_server: PrivateServer, tmp_path: Path
) -> None:
    with FaultProxy(own_server.socket, listen=tmp_path / "p") as proxy:
        app = Backbeat(proxy.url)
        queue = app.queue("q")
        starts: list[int] = []

        @queue.job()
        async def job(number: int) -> None:
            starts.append(number)

        async with app, working(app):
            proxy.inject("cut_reply", b"EVALSHA", times=4)
            job_ids: list[str] = []
            # How many calls there are hangs on how much travels together.
            while len(job_ids) < 20 or proxy.fired < 4:
                job_ids.append((await job.enqueue(len(job_ids))).id)
            for job_id in job_ids:
                await ended(queue, job_id)
    assert sorted(starts) == list(range(len(job_ids)))


async def _vanishing(app: Backbeat, *, lease_ms: int) -> Lease:
    """A worker that registers, and is never heard of again."""
    connection = await app.connections.open()
    lease = Lease(
        connection.transport,
        QueueScripts(connection.keys("q")),
        lease_ms=lease_ms,
        info=b"{}",
        clock=None,
    )
    await lease.register()
    return lease
