"""An application without an address: the server comes with it, comes again, and goes with it."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backbeat import Backbeat, Queue, State
from backbeat.config import Settings
from backbeat.server import EmbeddedServer

ADDED = 5_000


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bb-") as path:
        yield Path(path)


def an_app(folder: Path) -> Backbeat:
    return Backbeat(settings=Settings(url=f"embedded://{folder}"))


def pid_of(folder: Path) -> int | None:
    return EmbeddedServer(folder).server_pid


async def test_the_server_starts_with_the_first_job_and_ends_with_the_application(
    folder: Path,
) -> None:
    app = an_app(folder)
    assert pid_of(folder) is None

    await app.queue("q").add("x", 1)
    assert pid_of(folder) is not None

    await app.close()
    assert pid_of(folder) is None
    async with app:
        assert (await app.queue("q").counts()).waiting == 1


async def test_async_and_sync_share_it_until_the_last_is_closed(folder: Path) -> None:
    app = an_app(folder)
    await app.queue("q").add("x", 1)
    await asyncio.to_thread(app.sync.queue("q").add, "x", 2)
    pid = pid_of(folder)

    await app.close()
    assert pid_of(folder) == pid
    assert (await asyncio.to_thread(app.sync.queue("q").counts)).waiting == 2
    await asyncio.to_thread(app.sync.close)

    assert pid_of(folder) is None


async def test_a_killed_server_comes_back_with_every_job(folder: Path) -> None:
    async with an_app(folder) as app:
        queue = app.queue("q")
        await queue.add_many([("x", n) for n in range(100)])
        killed = pid_of(folder)
        assert killed is not None

        os.kill(killed, signal.SIGKILL)
        await queue.add("x", 100)

        assert pid_of(folder) not in {None, killed}
        assert (await queue.counts()).waiting == 101


async def test_a_server_killed_at_once_after_5000_acknowledged_adds_has_them_all(
    folder: Path,
) -> None:
    async with an_app(folder) as app:
        queue = app.queue("q")
        added = [handle.id for handle in await queue.add_many([("x", n) for n in range(ADDED)])]
        held_back = await bytes_held_back(app)
        os.kill(pid_of(folder) or 0, signal.SIGKILL)
        present = await waiting_ids(queue)
    # While one flush to a busy disk runs, the server holds back what comes next: only a tail of the
    # adds may then be missing, and only if the server said so.
    assert present == added[: len(present)]
    assert len(present) == ADDED or held_back, f"{ADDED - len(present)} written jobs are lost"


async def bytes_held_back(app: Backbeat) -> int:
    """What the server has answered for and has not handed to the operating system."""
    told = await (await app.connections.open()).transport.execute("INFO", "persistence")
    assert isinstance(told, bytes)
    [line] = [each for each in told.split() if each.startswith(b"aof_buffer_length:")]
    return int(line.partition(b":")[2])


async def waiting_ids(queue: Queue) -> list[str]:
    """All of them, the oldest first."""
    page = await queue.list(State.WAITING, limit=200)
    ids = [job.id for job in page.jobs]
    while page.cursor:
        page = await queue.list(State.WAITING, cursor=page.cursor, limit=200)
        ids += [job.id for job in page.jobs]
    return ids


def test_a_killed_server_comes_back_for_threads_too(folder: Path) -> None:
    app = an_app(folder)
    with app.sync:
        queue = app.sync.queue("q")
        queue.add("x", 1)
        os.kill(pid_of(folder) or 0, signal.SIGKILL)

        queue.add("x", 2)

        assert queue.counts().waiting == 2
