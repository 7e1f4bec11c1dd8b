"""Rules that hear of workers: real ones, that block, grow, are lost, or say a job is stale."""

import asyncio
import time

import pytest

from backbeat import Backbeat
from backbeat.alerts import AlertSetup, BlockedLoop, JobAge, MemoryGrowth, QueueStalled, Watcher
from backbeat.worker import measuring
from packages.backbeat.tests.support.claimer import Claimer
from packages.backbeat.tests.support.mailbox import Mailbox, turn
from packages.backbeat.tests.support.working import ended, working

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers say how they are many times a second."""
    monkeypatch.setattr(measuring, "EVERY_SECONDS", 0.05)


async def told(watcher: Watcher, box: Mailbox) -> None:
    """Look until something is told; workers say how they are from time to time."""
    async with asyncio.timeout(10):
        while not box.notices:
            await turn(watcher)


async def test_a_handler_that_blocks_its_worker(app: Backbeat, box: Mailbox) -> None:
    queue = app.queue("mails")

    @queue.job()
    async def send() -> None:
        time.sleep(2)  # noqa: ASYNC251 - that is what is tested

    watcher = Watcher(app, AlertSetup(rules=[BlockedLoop(seconds=1.5)], channels=[box]))
    async with working(app, block_warning=0.05) as worker:
        await ended(queue, (await send.enqueue()).id)
        await told(watcher, box)
        assert box.told == [("raised", f"blocked_loop|mails|{worker.name}")]
        assert box.notices[0].data["blockedSeconds"] >= 1.5
        await turn(watcher)
        assert len(box.notices) == 1


async def test_a_worker_that_grows(app: Backbeat, box: Mailbox) -> None:
    queue, held = app.queue("mails"), []

    @queue.job()
    async def send() -> None:
        held.append(b"\1" * (64 * MIB))

    watcher = Watcher(app, AlertSetup(rules=[MemoryGrowth(mib=40)], channels=[box]))
    async with working(app) as worker:
        async with asyncio.timeout(10):
            while not await app.vitals([worker.name]):
                await turn(watcher)
        assert box.told == []
        await ended(queue, (await send.enqueue()).id)
        await told(watcher, box)
        (notice,) = box.notices
        assert notice.key == f"memory_growth|mails|{worker.name}"
        assert notice.data["rssBytes"] - notice.data["rssAtStartBytes"] >= 40 * MIB


async def test_a_worker_that_says_a_job_is_stale(app: Backbeat, box: Mailbox) -> None:
    queue, over = app.queue("mails"), asyncio.Event()

    @queue.job(stale_after=0.03)
    async def send() -> None:
        await over.wait()

    watcher = Watcher(app, AlertSetup(rules=[JobAge()], channels=[box]))
    async with working(app):
        handle = await send.enqueue()
        await told(watcher, box)
        assert box.notices[0].data["jobId"] == handle.id
        over.set()
        await ended(queue, handle.id)
        await turn(watcher)
    assert box.told == [("raised", "job_age|mails"), ("recovered", "job_age|mails")]


async def test_jobs_that_lost_their_worker_are_named(app: Backbeat, box: Mailbox) -> None:
    queue = app.queue("mails", max_stalled=5)

    @queue.job()
    async def send() -> None: ...

    watcher = Watcher(app, AlertSetup(rules=[QueueStalled()], channels=[box]))
    ids = [(await send.enqueue()).id for _ in range(3)]
    await Claimer(app, "mails").claim(3, lease_ms=200)
    await turn(watcher)
    assert box.told == []
    async with working(app, lease=0.5):
        for job_id in ids:
            await ended(queue, job_id)
    await turn(watcher)
    (notice,) = box.notices
    assert (notice.kind, notice.key) == ("QUEUE_STALL", "queue_stall|mails")
    assert sorted(notice.data.pop("stalledJobIds")) == sorted(ids)
    assert notice.data == {"queue": "mails", "stalledJobCount": 3}
