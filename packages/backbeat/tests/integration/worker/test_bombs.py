"""S15: objects that make themselves code, in every key and on every channel: nothing runs."""

import asyncio
import os
import pickle
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import pytest
import yaml  # type: ignore[import-untyped] # untyped
from typing_extensions import override

from backbeat import Backbeat, BackbeatError, Queue, Retry, State, every
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, working

# What the engine keeps for itself: with a bomb in it no worker begins.
OWN_BOOKS: Final = (b"meta", b"session", b"schedule")


class Bomb:
    """Goes off when it is read by what makes objects of bytes."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    @override
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.mark}",)


def pickled(mark: Path) -> bytes:
    return pickle.dumps(Bomb(mark))


def in_yaml(mark: Path) -> bytes:
    return f"!!python/object/apply:os.system ['touch {mark}']".encode()


def in_json(mark: Path) -> bytes:
    return b'{"py/reduce": [{"py/function": "os.system"}, {"py/tuple": ["touch %b"]}]}' % (
        os.fsencode(mark)
    )


@pytest.mark.parametrize("read", [pickle.loads, yaml.unsafe_load], ids=["pickle", "yaml"])
def test_the_bombs_are_live(read: Callable[[bytes], object], tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    read(pickled(mark) if read is pickle.loads else in_yaml(mark))
    assert mark.exists()


@pytest.mark.parametrize("make", [pickled, in_yaml, in_json])
async def test_s15_nothing_in_a_store_is_run(
    app: Backbeat,
    server: PrivateServer,
    namespace: str,
    tmp_path: Path,
    make: Callable[[Path], bytes],
) -> None:
    mark = tmp_path / "mark"
    queue = await furnish(app)
    bomb = make(mark)
    keys = sorted(server.client.scan_iter(f"{namespace}:*"))
    brought = [key for key in keys if not key.rpartition(b"}:")[2].startswith(OWN_BOOKS)]
    assert sum(plant(server, key, bomb) for key in brought) > 20
    async with working(app, grace=0.2):
        for channel in server.client.pubsub_channels(f"*{namespace}*"):
            server.client.publish(channel, bomb)
        await read_all(app, queue)
    for key in keys:
        if server.client.exists(key):
            plant(server, key, bomb)
    await read_all(app, queue)
    assert not mark.exists()


async def furnish(app: Backbeat) -> Queue:
    """A queue with a job in each state, a schedule, groups, a flow and a unique key."""
    queue = app.queue("q", events="all")

    @queue.job(retry=Retry(attempts=1), group="{who}")
    async def work(who: str, fail: bool = False) -> dict[str, str]:
        if fail:
            raise ValueError(who)
        return {"who": who}

    async with working(app):
        done = await work.enqueue("ann")
        failed = await work.enqueue("bob", fail=True)
        for each in (done, failed):
            await ended(queue, each.id)
    await work.options(delay=3_600).enqueue("cay")
    await work.options(unique=None, priority=9).enqueue("dan")
    await app.schedules.upsert("hourly", every(3_600), work.call("eve"))
    flow = app.flow()
    flow.add(work.call("gus"))
    await flow.start()
    return queue


def plant(server: PrivateServer, key: bytes, bomb: bytes) -> int:
    """Put a bomb beside what is in a key, and into half of it; how many."""
    client = cast("Any", server.client)
    kind = client.type(key)
    if kind == b"hash":
        fields = list(client.hkeys(key))
        struck = fields[::2]
        client.hset(key, mapping={**dict.fromkeys(struck, bomb), bomb: bomb})
        return len(struck) + 1
    plants: dict[bytes, Callable[[], object]] = {
        b"string": lambda: client.set(key, bomb),
        b"list": lambda: client.rpush(key, bomb),
        b"set": lambda: client.sadd(key, bomb),
        b"zset": lambda: client.zadd(key, {bomb: 1}),
        b"stream": lambda: client.xadd(key, {b"active": bomb, bomb: bomb}),
    }
    plants[kind]()
    return 1


async def read_all(app: Backbeat, queue: Queue) -> None:
    """Ask everything that can be asked."""
    for question in questions(app, queue):
        # What is no data of ours may be refused in any way, but not run.
        with suppress(BackbeatError, TimeoutError, ValueError, msgspec.MsgspecError):
            async with asyncio.timeout(5):
                await question()


def questions(app: Backbeat, queue: Queue) -> Iterator[Callable[[], Awaitable[object]]]:
    """What an application and an operator ask."""
    yield queue.counts
    yield queue.workers
    yield queue.verify
    yield app.schedules.list
    yield app.flows
    yield queue.dead.groups
    for state in State:
        yield partial(queue.list, state)
