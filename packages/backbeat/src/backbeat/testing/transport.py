"""The transport of async code onto the fake store."""

import asyncio

from typing_extensions import override

from backbeat.engine.transport.base import BlockingConnection, Reply, Transport
from backbeat.errors import ServerUnavailable
from backbeat.lua import Arg, Script
from backbeat.testing.store import FakeStore
from backbeat.testing.waits import Wait


class FakeTransport(Transport):
    """Answers every call; see `Transport` for the promises.

    A call is done when it is made, and its answer comes with the next turn of the loop: as with a
    server, a caller that is cancelled meanwhile does not undo it.
    """

    one_slot = False

    def __init__(self, store: FakeStore) -> None:
        """Answer from this store."""
        self._store = store
        self._closed = False

    @override
    async def script(self, script: Script, command: tuple[Arg, ...]) -> Reply:
        self._check()
        reply = self._store.script(script, command)
        await asyncio.sleep(0)
        return reply

    @override
    async def execute(self, *command: Arg) -> Reply:
        self._check()
        reply = self._store.execute(*command)
        await asyncio.sleep(0)
        return reply

    @override
    def blocking(self) -> "FakeBlockingConnection":
        return FakeBlockingConnection(self._store)

    @override
    async def servers(self) -> tuple[Transport, ...]:
        return (self,)

    @override
    async def close(self) -> None:
        self._closed = True

    def _check(self) -> None:
        if self._closed:
            raise ServerUnavailable("the transport is closed")


class FakeBlockingConnection(BlockingConnection):
    """Waits until something is pushed, or the time has passed by the fake or by the real clock.

    Never loses its connection.
    """

    def __init__(self, store: FakeStore) -> None:
        """Wait on this store."""
        self.losses = 0
        self._store = store
        self._closed = False
        self._changed = asyncio.Event()

    @override
    async def block(self, *command: Arg, timeout: float) -> Reply:
        if self._closed:
            raise ServerUnavailable("the waiting connection is closed")
        loop, wait = asyncio.get_running_loop(), Wait(self._store, command, timeout)
        with self._store.changes(lambda: loop.call_soon_threadsafe(self._changed.set)):
            try:
                async with asyncio.timeout(timeout):
                    return await self._answer(wait)
            except TimeoutError:
                return None

    @override
    async def close(self) -> None:
        self._closed = True
        self._changed.set()

    async def _answer(self, wait: Wait) -> Reply:
        while not self._closed:
            self._changed.clear()
            reply = wait.poll()
            if reply is not None or wait.over:
                return reply
            await self._changed.wait()
        return None
