"""An application without an address: the server comes with it, comes again, and goes with it."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backbeat import Backbeat
from backbeat.config import Settings
from backbeat.server import EmbeddedServer


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


def test_a_killed_server_comes_back_for_threads_too(folder: Path) -> None:
    app = an_app(folder)
    with app.sync:
        queue = app.sync.queue("q")
        queue.add("x", 1)
        os.kill(pid_of(folder) or 0, signal.SIGKILL)

        queue.add("x", 2)

        assert queue.counts().waiting == 2
