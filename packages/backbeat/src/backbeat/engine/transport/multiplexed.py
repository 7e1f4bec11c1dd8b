"""The transport of async code: one connection for all calls, made anew when it ends."""

import asyncio
from typing import Final

from typing_extensions import override

from backbeat.engine.transport.base import (
    Elsewhere,
    NotSent,
    Reply,
    Transport,
    UnknownScript,
)
from backbeat.engine.transport.blocking import AsyncBlockingConnection
from backbeat.engine.transport.forks import after_fork, keep_unused
from backbeat.engine.transport.link import Link
from backbeat.engine.transport.pacing import Pacing
from backbeat.engine.transport.packing import pack
from backbeat.engine.transport.reactions import (
    CONNECTION_ERRORS,
    describe,
    is_error_reply,
    reaction,
    reply_within,
)
from backbeat.engine.transport.resend import Resend, answered
from backbeat.engine.transport.target import Target
from backbeat.errors import BackbeatError, ConfigurationError, ServerUnavailable
from backbeat.lua import Arg, Script

# Longer than the 5 s after which a server that runs a slow script begins to answer BUSY.
ANSWER_TIMEOUT_S: Final = 10.0
PATIENCE_S: Final = 60.0

_CLOSED: Final = "the transport is closed"
_ASKING: Final = pack(("ASKING",))


class MultiplexedTransport(Transport):
    """Many calls in flight over one connection; see `Transport` for the promises.

    Belongs to the event loop of its first call. A forked child starts without a connection.
    """

    one_slot = False

    def __init__(
        self,
        target: Target,
        *,
        answer_timeout: float = ANSWER_TIMEOUT_S,
        patience: float = PATIENCE_S,
    ) -> None:
        """Connect at the first call.

        Args:
            target: The server.
            answer_timeout: Seconds without an answer after which a connection counts as dead.
                Defaults to 10.
            patience: Seconds for which `execute` repeats a command. Defaults to 60.
        """
        self._target = target
        self._answer_timeout = answer_timeout
        self._patience = patience
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._link: Link | None = None
        self._connecting: asyncio.Task[Link] | None = None
        self._pacing = Pacing(target.label, "connection", longest_pause=target.longest_pause)
        after_fork(self._in_child)

    @override
    async def script(self, script: Script, command: tuple[Arg, ...]) -> Reply:
        return await self.run(script, command)

    @override
    async def execute(self, *command: Arg) -> Reply:
        packed = pack(command)
        return await answered(lambda: self.once(packed), Resend(self._patience))

    @override
    def blocking(self) -> AsyncBlockingConnection:
        return AsyncBlockingConnection(self._target)

    @override
    async def servers(self) -> tuple[Transport, ...]:
        return (self,)

    async def run(self, script: Script, command: tuple[Arg, ...], *, asking: bool = False) -> Reply:
        """`script`.

        Args:
            script: The script, in case the server has to learn it.
            command: The whole EVALSHA command.
            asking: Whether the slot is on its way here, and the call was sent after it.
        """
        try:
            return await self.once(pack(command), asking=asking)
        except UnknownScript:
            # The server keeps what it was sent. Loading first and calling then is not one step: it
            # could be flushed in between.
            return await self.once(pack(script.in_full(command)), asking=asking)

    @override
    async def close(self) -> None:
        self._closed = True
        connecting, link = self._connecting, self._link
        if connecting is not None:
            connecting.cancel()
            await asyncio.wait([connecting])
        if link is not None:
            await link.close()

    async def once(self, packed: bytes, *, asking: bool = False) -> Reply:
        """Send a packed command once; see `script` for what it raises, and `run` for `asking`."""
        link = self._link
        if link is None or link.lost or link.loop is not asyncio.get_running_loop():
            link = await self._connected()
        try:
            if asking:
                # It holds for the next command only; nothing comes between in one turn of the loop.
                link.call(_ASKING).add_done_callback(_taken)
            return await link.call(packed)
        except CONNECTION_ERRORS as error:
            meaning = reaction(error)
            if isinstance(meaning, Elsewhere) and not meaning.redirects:
                link.fail(str(meaning))
            raise meaning from error

    async def _connected(self) -> Link:
        self._enter_loop()
        if self._closed:
            raise ServerUnavailable(_CLOSED)
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), name="backbeat: connect")
            self._connecting.add_done_callback(self._connect_ended)
        task = self._connecting
        try:
            # Shared by all callers: that one of them is cancelled must not end it for the others.
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled() and self._closed:
                raise ServerUnavailable(_CLOSED) from None
            raise

    def _connect_ended(self, task: "asyncio.Task[Link]") -> None:
        self._connecting = None
        if not task.cancelled():
            # Callers that left meanwhile must not turn its error into "never retrieved".
            task.exception()

    async def _connect(self) -> Link:
        await asyncio.sleep(self._pacing.wait())
        try:
            target = await self._target.located_async()
        except CONNECTION_ERRORS as error:
            raise self._not_connected(error) from error
        connection = target.connect_async()
        try:
            async with asyncio.timeout(target.connect_timeout):
                await connection.connect()
        except CONNECTION_ERRORS as error:
            await connection.disconnect(nowait=True)
            raise self._not_connected(error) from error
        self._pacing.made()
        self._link = Link(
            connection,
            answer_timeout=self._answer_timeout,
            on_lost=self._forget,
            lookout=target.lookout,
        )
        return self._link

    def _not_connected(self, error: Exception) -> BackbeatError:
        text = describe(error)
        self._pacing.lost(text)
        if is_error_reply(reply_within(error)):
            return reaction(error)
        return NotSent(f"no connection to {self._target.label}: {text}")

    def _forget(self, link: Link, reason: str) -> None:
        if link is self._link:
            self._link = None
        if link.useful:
            self._pacing.useful()
        if not self._closed:
            self._pacing.lost(reason)

    def _enter_loop(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        if self._loop is not None and self._loop.is_running():
            raise ConfigurationError(
                "this transport belongs to another event loop that still runs: use one for each"
            )
        if self._loop is not None:
            self._leave()
        self._loop = loop

    def _in_child(self) -> None:
        for thing in (self._link, self._connecting, self._loop):
            keep_unused(thing)
        self._leave()

    def _leave(self) -> None:
        self._loop = self._link = self._connecting = None
        self._pacing = self._pacing.anew()


def _taken(future: "asyncio.Future[Reply]") -> None:
    """Nobody waits for it: its error is that of the command that follows it."""
    if not future.cancelled():
        future.exception()
