"""A forked child is another session on another connection."""

import asyncio
import os

from backbeat.engine.client import QueueClient
from backbeat.engine.sync_client import SyncQueueClient
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.queue_bench import QueueBench, job


async def test_a_forked_child_adds_in_a_session_of_its_own(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    assert await client.add(job("parent-1")) == "created"
    session, replies = client._session.sid, client.reply_session
    child = os.fork()
    if child == 0:
        os._exit(_child_adds(client, session, replies))
    assert await asyncio.to_thread(os.waitpid, child, 0) == (child, 0)
    assert await client.add(job("parent-2")) == "created"
    assert bench.worker().claim(10) == ["parent-1", "child-1", "child-2", "parent-2"]
    assert proxy.accepted == 2


def _child_adds(client: QueueClient, session: str, replies: str) -> int:
    async def add() -> list[str]:
        return [await client.add(job("child-1")), await client.add(job("child-2"))]

    assert client._session.sid != session
    assert client.reply_session != replies
    return 0 if asyncio.run(add()) == ["created", "created"] else 1


def test_a_forked_child_of_threads_adds_in_a_session_of_its_own(
    sync_client: SyncQueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    assert sync_client.add(job("parent-1")) == "created"
    session = sync_client._session.sid
    # As another thread of the parent may hold them just then.
    sync_client._session._turn.acquire()
    sync_client._leading._mutex.acquire()
    child = os.fork()
    if child == 0:
        other = sync_client._session.sid != session
        os._exit(0 if other and sync_client.add(job("child-1")) == "created" else 1)
    sync_client._session._turn.release()
    sync_client._leading._mutex.release()
    assert os.waitpid(child, 0)[1] == 0
    assert sync_client.add(job("parent-2")) == "created"
    assert bench.worker().claim(10) == ["parent-1", "child-1", "parent-2"]
    assert proxy.accepted == 2
