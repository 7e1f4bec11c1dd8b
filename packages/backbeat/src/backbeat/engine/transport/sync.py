"""The transport of code without an event loop: one connection, one call at a time."""

import threading
from typing import Any, Final, cast

from typing_extensions import override

from backbeat.engine.transport.base import (
    Elsewhere,
    NotSent,
    Reply,
    SyncTransport,
    UnknownScript,
)
from backbeat.engine.transport.blocking import ThreadBlockingConnection
from backbeat.engine.transport.forks import after_fork
from backbeat.engine.transport.looking import answer_sync
from backbeat.engine.transport.lookout import IN_DOUBT_S
from backbeat.engine.transport.multiplexed import ANSWER_TIMEOUT_S, PATIENCE_S
from backbeat.engine.transport.pacing import Pacing
from backbeat.engine.transport.packing import pack
from backbeat.engine.transport.reactions import (
    CONNECTION_ERRORS,
    describe,
    is_error_reply,
    reaction,
    reply_within,
)
from backbeat.engine.transport.resend import LONGEST_PAUSE_S, Resend, answered_sync
from backbeat.engine.transport.target import SyncConnection, Target
from backbeat.errors import BackbeatError, ServerUnavailable
from backbeat.lua import Arg, Script

_CLOSED: Final = "the transport is closed"
_ASKING: Final = pack(("ASKING",))


class ThreadTransport(SyncTransport):
    """One connection behind a lock; see `SyncTransport`.

    A forked child starts without a connection and with a lock of its own.
    """

    def __init__(
        self,
        target: Target,
        *,
        answer_timeout: float = ANSWER_TIMEOUT_S,
        patience: float = PATIENCE_S,
        longest_pause: float = LONGEST_PAUSE_S,
    ) -> None:
        """Connect at the first call.

        Args:
            target: The server.
            answer_timeout: Seconds without a byte after which a connection counts as dead.
                Defaults to 10.
            patience: Seconds for which `execute` repeats a command. Defaults to 60.
            longest_pause: Seconds that it waits at most before it connects anew. Defaults to 2.
        """
        self._target = target
        self._answer_timeout = answer_timeout
        self._patience = patience
        self._closed = threading.Event()
        self._turn = threading.Lock()
        self._connection: SyncConnection | None = None
        self._at = target
        pause = min(target.longest_pause, longest_pause)
        self._pacing = Pacing(target.label, "connection", longest_pause=pause)
        after_fork(self._in_child)

    @override
    def script(self, script: Script, command: tuple[Arg, ...]) -> Reply:
        return self.run(script, command)

    @override
    def execute(self, *command: Arg) -> Reply:
        packed = pack(command)
        resend = Resend(self._patience)
        return answered_sync(lambda: self.once(packed), resend, sleep=self._closed.wait)

    @override
    def blocking(self) -> ThreadBlockingConnection:
        return ThreadBlockingConnection(self._target)

    @override
    def close(self) -> None:
        self._closed.set()
        with self._turn:
            self._drop()

    def run(self, script: Script, command: tuple[Arg, ...], *, asking: bool = False) -> Reply:
        """See `MultiplexedTransport.run`."""
        try:
            return self.once(pack(command), asking=asking)
        except UnknownScript:
            return self.once(pack(script.in_full(command)), asking=asking)

    def once(self, packed: bytes, *, asking: bool = False) -> Reply:
        """See `MultiplexedTransport.once`."""
        with self._turn:
            connection = self._connection or self._connect()
            try:
                if asking:
                    self._ask(connection, _ASKING)
                return self._ask(connection, packed)
            except CONNECTION_ERRORS as error:
                meaning = reaction(error)
                if not is_error_reply(error) or _gives_up(meaning):
                    self._lose(describe(error))
                raise meaning from error
            except BaseException:
                # An interrupted call leaves its reply behind for the next one.
                self._drop()
                raise

    def _ask(self, connection: SyncConnection, packed: bytes) -> Reply:
        connection.send_packed_command([packed], check_health=False)
        if self._at.lookout is None:
            reply: Any = connection.read_response(disable_decoding=True, disconnect_on_error=False)
        else:
            reply = answer_sync(connection, self._at.lookout, self._answer_timeout, IN_DOUBT_S)
        self._pacing.useful()
        return cast("Reply", reply)

    def _connect(self) -> SyncConnection:
        self._closed.wait(self._pacing.wait())
        if self._closed.is_set():
            raise ServerUnavailable(_CLOSED)
        try:
            self._at = target = self._target.located()
        except CONNECTION_ERRORS as error:
            raise self._not_connected(error) from error
        connection = target.connect_sync(answer_timeout=self._patience_with(target))
        try:
            connection.connect()
        except CONNECTION_ERRORS as error:
            connection.disconnect()
            raise self._not_connected(error) from error
        self._pacing.made()
        self._connection = connection
        return connection

    def _patience_with(self, target: Target) -> float:
        """Seconds for each answer while the connection is made.

        A primary that was frozen still accepts connections, and nobody looks around meanwhile: who
        met it on an old map would wait for as long as for an answer. The answers to calls have
        their own time where somebody does look around.
        """
        if target.lookout is None:
            return self._answer_timeout
        return min(self._answer_timeout, target.connect_timeout)

    def _not_connected(self, error: Exception) -> BackbeatError:
        text = describe(error)
        self._pacing.lost(text)
        if is_error_reply(reply_within(error)):
            return reaction(error)
        return NotSent(f"no connection to {self._target.label}: {text}")

    def _lose(self, reason: str) -> None:
        self._drop()
        self._pacing.lost(reason)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()

    def _in_child(self) -> None:
        closed = self._closed.is_set()
        # Another thread of the parent may have held these locks.
        self._closed = threading.Event()
        if closed:
            self._closed.set()
        self._turn = threading.Lock()
        self._connection = None
        self._pacing = self._pacing.anew()


def _gives_up(meaning: BackbeatError) -> bool:
    return isinstance(meaning, Elsewhere) and not meaning.redirects
