"""Several applications, event loops and processes beside each other."""

import asyncio
import multiprocessing
import os
import threading

import pytest

from backbeat import Backbeat, JobHandle, ServerUnavailable
from packages.backbeat.tests.integration.app.conftest import Report, Shop, a_shop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker


def test_one_application_serves_event_loops_one_after_the_other(valkey: PrivateServer) -> None:
    shop = a_shop(valkey.url)

    async def enqueue(name: str) -> int:
        await shop.analyze.enqueue(name)
        return (await shop.queue.counts()).waiting

    assert asyncio.run(enqueue("a")) == 1
    assert asyncio.run(enqueue("b")) == 2

    async def close() -> None:
        assert await enqueue("c") == 3
        await shop.app.close()
        assert await enqueue("d") == 4
        await shop.app.close()

    asyncio.run(close())


def test_one_application_serves_event_loops_beside_each_other(valkey: PrivateServer) -> None:
    shop = a_shop(valkey.url)

    async def enqueue() -> None:
        async with shop.app:
            await asyncio.gather(*(shop.analyze.enqueue(str(n)) for n in range(50)))

    threads = [threading.Thread(target=asyncio.run, args=(enqueue(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with shop.app.sync:
        assert shop.queue.sync.counts().waiting == 200


def test_a_handle_is_of_use_in_another_event_loop(valkey: PrivateServer) -> None:
    shop = a_shop(valkey.url)
    worker = TinyWorker(valkey, shop.queue)

    async def enqueue() -> JobHandle[Report]:
        return await shop.analyze.options(wait=True).enqueue("a")

    handle = asyncio.run(enqueue())
    worker.complete(*worker.claim(), result={"total": 7})

    async def ask() -> Report:
        async with shop.app:
            return await handle.result(timeout=20)

    assert asyncio.run(ask()) == Report(7)


async def test_two_applications_do_not_mix(valkey: PrivateServer) -> None:
    first, second = Backbeat(valkey.url, namespace="one"), Backbeat(valkey.url, namespace="two")
    async with first, second:
        await first.queue("q").add("x", 1)

        assert (await first.queue("q").counts()).waiting == 1
        assert (await second.queue("q").counts()).waiting == 0

        await first.close()
        assert (await second.queue("q").add("x", 1)).created


def test_a_child_forked_from_a_running_application_has_its_own(valkey: PrivateServer) -> None:
    shop = a_shop(valkey.url)

    async def enqueue(count: int) -> None:
        for n in range(count):
            await shop.analyze.enqueue(str(n))

    async def fork_between() -> int:
        await enqueue(10)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                asyncio.set_event_loop(None)
                asyncio._set_running_loop(None)
                asyncio.run(enqueue(30))
                code = 0
            finally:
                os._exit(code)
        await enqueue(20)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        waiting = (await shop.queue.counts()).waiting
        await shop.app.close()
        assert os.waitstatus_to_exitcode(status) == 0
        return waiting

    assert asyncio.run(fork_between()) == 60


def test_a_forked_pool_enqueues_without_its_parents_connections(valkey: PrivateServer) -> None:
    global pool_shop
    pool_shop = a_shop(valkey.url)
    with pool_shop.app.sync:
        pool_shop.analyze.sync.enqueue("parent")
        with multiprocessing.get_context("fork").Pool(2) as pool:
            ids = pool.map(_enqueue, range(20))

        assert len(set(ids)) == 20
        assert pool_shop.queue.sync.counts().waiting == 21


async def test_connecting_says_at_once_that_the_server_refuses(valkey: PrivateServer) -> None:
    app = Backbeat(valkey.url)
    valkey.client.config_set("requirepass", "secret")
    try:
        with pytest.raises(ServerUnavailable, match=r"(?i)auth"):
            async with app:
                await app.queue("q").add("x", 1)
    finally:
        valkey.client.config_set("requirepass", "")
        await app.close()


def _enqueue(n: int) -> str:
    return pool_shop.analyze.sync.enqueue(str(n)).id


pool_shop: Shop
