"""Forks in the middle of calls."""

import asyncio
import os

from backbeat.engine.transport.multiplexed import MultiplexedTransport
from packages.backbeat.tests.support.proxy import FaultProxy


async def test_a_forked_child_uses_neither_connection_nor_loop_of_its_parent(
    transport: MultiplexedTransport, proxy: FaultProxy
) -> None:
    assert await transport.execute("ECHO", "before") == b"before"
    waiting = asyncio.ensure_future(transport.execute("ECHO", "under way"))
    await asyncio.sleep(0)
    child = os.fork()
    if child == 0:
        os._exit(_in_child(transport))
    assert await waiting == b"under way"
    assert await asyncio.to_thread(os.waitpid, child, 0) == (child, 0)
    assert await transport.execute("ECHO", "after") == b"after"
    assert proxy.accepted == 2


def _in_child(transport: MultiplexedTransport) -> int:
    async def ask() -> bool:
        try:
            return await transport.execute("ECHO", "child") == b"child"
        finally:
            await transport.close()

    return 0 if asyncio.run(ask()) else 1
