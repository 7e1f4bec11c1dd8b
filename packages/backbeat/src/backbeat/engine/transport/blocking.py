"""Connections of their own for commands that wait on the server, for both worlds.

Every wait has a bound on our side too: a frozen server answers nothing, and its socket stays open.
"""

import asyncio
import contextlib
import threading
from typing import Any, Final, cast

from typing_extensions import override

from backbeat.engine.transport.base import (
    BlockingConnection,
    Reply,
    SyncBlockingConnection,
    Unsettled,
)
from backbeat.engine.transport.forks import after_fork, keep_unused
from backbeat.engine.transport.looking import answer, answer_sync
from backbeat.engine.transport.lookout import LOOK_S
from backbeat.engine.transport.pacing import Pacing
from backbeat.engine.transport.packing import pack
from backbeat.engine.transport.reactions import CONNECTION_ERRORS, describe, reaction
from backbeat.engine.transport.target import AsyncConnection, SyncConnection, Target
from backbeat.errors import ServerUnavailable
from backbeat.lua import Arg

# A reply later than this after its time is up will not come.
GRACE_S: Final = 3.0

_CLOSED: Final = "the waiting connection is closed"


class AsyncBlockingConnection(BlockingConnection):
    """See `BlockingConnection`. One task at a time; a cancelled call drops the connection."""

    def __init__(self, target: Target) -> None:
        """Connect at the first call."""
        self.losses = 0
        self._target = target
        self._closed = False
        self._at = target
        self._connection: AsyncConnection | None = None
        self._pacing = Pacing(
            target.label, "waiting connection", longest_pause=target.longest_pause
        )
        after_fork(self._in_child)

    @override
    async def block(self, *command: Arg, timeout: float) -> Reply:
        packed = pack(command)
        if self._closed:
            raise ServerUnavailable(_CLOSED)
        try:
            connection = self._connection or await self._connect()
            return await self._ask(connection, packed, timeout + GRACE_S)
        except CONNECTION_ERRORS as error:
            await self._lose(describe(error))
            meaning = reaction(error)
            if not isinstance(meaning, Unsettled):
                raise meaning from error
            return None
        except BaseException:
            # The reply would be taken for that of the next command.
            await self._drop()
            raise

    @override
    async def close(self) -> None:
        self._closed = True
        await self._drop()

    async def _connect(self) -> AsyncConnection:
        await asyncio.sleep(self._pacing.wait())
        self._at = await self._target.located_async()
        connection = self._at.connect_async()
        try:
            async with asyncio.timeout(self._at.connect_timeout):
                await connection.connect()
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        self._pacing.made()
        self._connection = connection
        return connection

    async def _ask(self, connection: AsyncConnection, packed: bytes, seconds: float) -> Reply:
        await connection.send_packed_command([packed], check_health=False)
        reading = connection.read_response(disable_decoding=True)
        if self._at.lookout is None:
            async with asyncio.timeout(seconds):
                reply: Any = await reading
        else:
            reply = await answer(reading, self._at.lookout, seconds, LOOK_S)
        self._pacing.useful()
        return cast("Reply", reply)

    async def _lose(self, reason: str) -> None:
        self.losses += 1
        await self._drop()
        if not self._closed:
            self._pacing.lost(reason)

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*CONNECTION_ERRORS):
                await connection.disconnect(nowait=True)

    def _in_child(self) -> None:
        keep_unused(self._connection)
        self._connection = None
        self._pacing = self._pacing.anew()


class ThreadBlockingConnection(SyncBlockingConnection):
    """See `SyncBlockingConnection`."""

    def __init__(self, target: Target) -> None:
        """Connect at the first call."""
        self.losses = 0
        self._target = target
        self._closed = threading.Event()
        self._at = target
        self._connection: SyncConnection | None = None
        self._pacing = Pacing(
            target.label, "waiting connection", longest_pause=target.longest_pause
        )
        after_fork(self._in_child)

    @override
    def block(self, *command: Arg, timeout: float) -> Reply:
        packed = pack(command)
        if self._closed.is_set():
            raise ServerUnavailable(_CLOSED)
        try:
            connection = self._connection or self._connect()
            return self._ask(connection, packed, timeout + GRACE_S)
        except CONNECTION_ERRORS as error:
            self._lose(describe(error))
            meaning = reaction(error)
            if not isinstance(meaning, Unsettled):
                raise meaning from error
            return None
        except BaseException:
            # The reply would be taken for that of the next command.
            self._drop()
            raise

    @override
    def close(self) -> None:
        self._closed.set()
        self._drop()

    def _connect(self) -> SyncConnection:
        self._closed.wait(self._pacing.wait())
        self._at = target = self._target.located()
        connection = target.connect_sync(answer_timeout=target.connect_timeout)
        try:
            connection.connect()
        except BaseException:
            connection.disconnect()
            raise
        self._pacing.made()
        self._connection = connection
        return connection

    def _ask(self, connection: SyncConnection, packed: bytes, seconds: float) -> Reply:
        if self._closed.is_set():
            raise EOFError(_CLOSED)
        connection.send_packed_command([packed], check_health=False)
        if self._at.lookout is None:
            reply: Any = connection.read_response(disable_decoding=True, timeout=seconds)
        else:
            reply = answer_sync(connection, self._at.lookout, seconds, LOOK_S)
        self._pacing.useful()
        return cast("Reply", reply)

    def _lose(self, reason: str) -> None:
        self.losses += 1
        self._drop()
        if not self._closed.is_set():
            self._pacing.lost(reason)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()

    def _in_child(self) -> None:
        closed = self._closed.is_set()
        # Another thread of the parent may have held the lock inside.
        self._closed = threading.Event()
        if closed:
            self._closed.set()
        self._connection = None
        self._pacing = self._pacing.anew()
