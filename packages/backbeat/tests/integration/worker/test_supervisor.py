"""The supervisor: crashes are repaired at once, ends are orderly, dead loops are ended."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from backbeat import Backbeat, State
from backbeat.engine.keys import QueueKeys
from packages.backbeat.tests.integration.worker.supervised import Supervised
from packages.backbeat.tests.support import shop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, is_in

SHOP = "packages.backbeat.tests.support.shop:app"
READY = "takes jobs of"


@pytest.fixture
def app(outside: Backbeat) -> Backbeat:
    return outside


async def start(supervised: Supervised, **options: Any) -> list[int]:
    processes: int = options.get("processes", 1)
    supervised.start(SHOP, **{"grace": 5, "queues": ["work"], **options})
    await asyncio.to_thread(supervised.wait_line, READY, processes)
    children = await asyncio.to_thread(
        supervised.wait_children, lambda found: len(found) == processes
    )
    # Whoever answers has its lease: only then can it be given back.
    async with asyncio.timeout(15):
        while len(await shop.work.workers()) < processes:  # noqa: ASYNC110 - the server tells no one
            await asyncio.sleep(0.01)
    return children


async def test_jobs_run_in_the_children(app: Backbeat, supervised: Supervised) -> None:
    children = await start(supervised, processes=2)
    ran = {await (await shop.whoami.enqueue()).result(10) for _ in range(5)}
    assert ran <= set(children)
    supervised.terminate()
    assert await asyncio.to_thread(supervised.wait) == 0


async def test_the_jobs_of_a_killed_child_are_back_at_once(
    app: Backbeat, supervised: Supervised
) -> None:
    children = await start(supervised, processes=1, lease=30)
    handle = await shop.nap.enqueue(0.2)
    await is_in(shop.work, handle.id, State.ACTIVE)
    os.kill(children[0], signal.SIGKILL)
    began = time.monotonic()
    # Before its successor is born, or by it: in no case after the lease.
    await is_in(shop.work, handle.id, State.WAITING)
    assert time.monotonic() - began < 10
    assert await handle.result(15) == "rested"
    [attempt] = (await handle.info()).history
    assert attempt.outcome == "stalled"
    assert len(await asyncio.to_thread(supervised.wait_children, lambda found: bool(found))) == 1


async def test_a_job_that_kills_its_process_is_done_by_another(
    app: Backbeat, supervised: Supervised
) -> None:
    await start(supervised, processes=2)
    handle = await shop.crash_once.enqueue()
    assert await handle.result(15) == "survived"
    await asyncio.to_thread(supervised.wait_line, "ended with status -9")


async def test_sigterm_waits_for_short_jobs_and_gives_back_long_ones(
    app: Backbeat, supervised: Supervised
) -> None:
    await start(supervised, grace=1)
    short, long = await shop.nap.enqueue(0.4), await shop.nap.enqueue(60)
    for handle in (short, long):
        await is_in(shop.work, handle.id, State.ACTIVE)
    began = time.monotonic()
    supervised.terminate()
    assert await asyncio.to_thread(supervised.wait) == 0
    assert time.monotonic() - began < 10
    assert await short.result(1) == "rested"
    info = await long.info()
    assert info.state is State.WAITING
    assert [attempt.outcome for attempt in info.history] == ["released"]
    assert await shop.work.workers() == []


async def test_a_second_signal_ends_everything_at_once_and_loses_nothing(
    app: Backbeat, supervised: Supervised
) -> None:
    children = await start(supervised, grace=60)
    handle = await shop.nap.enqueue(60)
    await is_in(shop.work, handle.id, State.ACTIVE)
    supervised.signal(signal.SIGINT)
    await asyncio.to_thread(supervised.wait_line, "SIGINT: stopping")
    began = time.monotonic()
    supervised.signal(signal.SIGINT)
    assert await asyncio.to_thread(supervised.wait) == 128 + signal.SIGINT
    assert time.monotonic() - began < 10
    assert not psutil.pid_exists(children[0])
    info = await handle.info()
    assert (info.state, info.history) == (State.WAITING, ())


async def test_the_parent_renews_while_a_child_is_stuck(
    app: Backbeat, supervised: Supervised
) -> None:
    await start(supervised, lease=3.0, kill_after=30)
    handle = await shop.block.enqueue(3.5)
    assert await handle.result(10) == "blocked"
    assert (await handle.info()).history == ()


async def test_a_dead_loop_is_dumped_and_killed(app: Backbeat, supervised: Supervised) -> None:
    children = await start(supervised, kill_after=1.0, processes=1)
    handle = await shop.block.enqueue(60)
    await is_in(shop.work, handle.id, State.ACTIVE)
    line = await asyncio.to_thread(supervised.wait_line, "is dead for")
    assert str(children[0]) in line
    await asyncio.to_thread(supervised.wait_line, "shop.py")
    info = await is_in(shop.work, handle.id, State.WAITING)
    assert [attempt.outcome for attempt in info.history] == ["stalled"]


async def test_a_renewal_may_tell_of_many_cancels(
    app: Backbeat, supervised: Supervised, server: PrivateServer, namespace: str
) -> None:
    await start(supervised, lease=1.5, concurrency=100)
    handles = await shop.work.add_many([shop.nap.call(60) for _ in range(100)])
    async with asyncio.timeout(15):
        while (await shop.work.counts()).active < 100:  # noqa: ASYNC110 - the server tells no one
            await asyncio.sleep(0.01)
    # The requests are noted; the letters to the worker never arrive.
    keys, reason = QueueKeys(namespace, "work"), json.dumps({"reason": "x" * 1_000})
    server.client.hset(keys.key("cancels"), mapping=dict.fromkeys([h.id for h in handles], reason))
    server.client.hset(keys.key("meta"), "hints", "cancels,")
    for handle in handles:
        assert (await ended(shop.work, handle.id)).state is State.CANCELLED
    assert not [line for line in supervised.lines if "the supervisor is gone" in line]


async def test_a_worn_process_is_replaced(app: Backbeat, supervised: Supervised) -> None:
    children = await start(supervised, max_zombies=1, grace=0.2, cancel_grace=0.2)
    handle = await shop.deaf_thread.options(timeout=0.1).enqueue(3)
    assert (await ended(shop.work, handle.id)).state is State.FAILED
    await asyncio.to_thread(supervised.wait_line, "is to be replaced", 2)
    assert await (await shop.whoami.enqueue()).result(15) not in children


async def test_a_fat_process_is_replaced_when_its_jobs_have_ended(
    app: Backbeat, supervised: Supervised
) -> None:
    await start(supervised, max_memory_mb=1)
    await asyncio.to_thread(supervised.wait_line, "MiB in RAM: it is replaced")


async def test_children_without_a_parent_end_by_themselves(
    app: Backbeat, supervised: Supervised
) -> None:
    children = await start(supervised, processes=2, grace=3, lease=0.9)
    handle = await shop.nap.enqueue(1.5)
    await is_in(shop.work, handle.id, State.ACTIVE)
    supervised.signal(signal.SIGKILL)
    assert await handle.result(5) == "rested"
    assert (await handle.info()).history == ()
    deadline = time.monotonic() + 8
    while any(psutil.pid_exists(child) for child in children):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert await shop.work.workers() == []


async def test_changed_sources_restart_the_workers(
    server: PrivateServer, namespace: str, tmp_path: Path
) -> None:
    module = f"reloaded_{secrets.token_hex(4)}"
    source = tmp_path / f"{module}.py"
    source.write_text(_VERSION.format(1))
    app = Backbeat(server.url, namespace=namespace)
    queue = app.queue("versions")
    with Supervised(server, namespace, tmp_path) as supervised:
        supervised.start(f"{module}:app", cwd=tmp_path, reload=True, grace=1)
        async with app:
            assert await (await queue.add("version", {})).result(15) == 1
            source.write_text(_VERSION.format(2))
            await asyncio.to_thread(supervised.wait_line, "changed: the workers start again")
            await asyncio.to_thread(supervised.wait_line, READY, 2)
            assert await (await queue.add("version", {})).result(15) == 2
            source.write_text("this is no python")
            await asyncio.to_thread(supervised.wait_line, "failed to start: waiting for a change")
            source.write_text(_VERSION.format(3))
            await asyncio.to_thread(supervised.wait_line, READY, 3)
            assert await (await queue.add("version", {})).result(15) == 3
        supervised.terminate()
        assert await asyncio.to_thread(supervised.wait) == 0
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("no_such_module:app", "there is no module 'no_such_module'"),
        ("packages.backbeat.tests.support.shop:nothing", "has no attribute 'nothing'"),
        ("packages.backbeat.tests.support.shop:SHOP_FOLDER", "has no attribute"),
        ("packages.backbeat.tests.support.shop:work", "not a Backbeat application"),
        ("packages.backbeat.tests.support.shop", "must be module:attribute"),
    ],
)
async def test_an_application_that_cannot_be_had_is_one_clear_sentence(
    supervised: Supervised, path: str, words: str
) -> None:
    supervised.start(path)
    line = await asyncio.to_thread(supervised.wait_line, "ConfigurationError")
    assert words in line
    assert await asyncio.to_thread(supervised.wait) == 1


async def test_workers_that_cannot_be_configured_end_their_supervisor(
    server: PrivateServer, namespace: str, tmp_path: Path
) -> None:
    module = f"fickle_{secrets.token_hex(4)}"
    (tmp_path / f"{module}.py").write_text(_FICKLE)
    with Supervised(server, namespace, tmp_path) as supervised:
        supervised.start(f"{module}:app", cwd=tmp_path)
        await asyncio.to_thread(supervised.wait_line, "declares no queue")
        assert await asyncio.to_thread(supervised.wait) == 2


_FICKLE = """
import os
from backbeat import Backbeat
app = Backbeat()
if "SEEN" not in os.environ:
    app.queue("for-the-first-who-looks")
os.environ["SEEN"] = "1"
"""

_VERSION = """
from backbeat import Backbeat
app = Backbeat()
queue = app.queue("versions")
@queue.job()
async def version() -> int:
    return {}
"""
