"""Numbered calls: whatever is lost on the way, a call has one effect and its caller one answer.

A session has one call in flight. The server remembers the number and answer of its last call, so
the same bytes may be sent again until there is an answer.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from backbeat.engine.ids import new_session
from backbeat.engine.transport.base import NotAnswered, Reply, SyncTransport, Transport
from backbeat.engine.transport.forks import after_fork
from backbeat.engine.transport.resend import Resend, answered, answered_sync
from backbeat.errors import OutcomeUnknown
from backbeat.lua import Arg, Script

# Far below the ten minutes for which the server remembers a session at least.
PATIENCE_S: Final = 60.0

Clock = Callable[[], int]


class Scripts(Protocol):
    """The scripts of one queue, or of one lock or limit."""

    def script(self, name: str) -> Script:
        """The script of this name."""

    def command(self, name: str, args: Sequence[Arg]) -> tuple[Arg, ...]:
        """The whole EVALSHA command, with all its arguments, `at_ms` first."""


class Stamps:
    """What every call of a session carries: its time, the session and a number that rises.

    Attributes:
        sid: The session.
    """

    def __init__(self, clock: Clock | None) -> None:
        """Start a new session.

        Args:
            clock: Milliseconds since 1970, for tests; None leaves the time to the server.
        """
        self._clock = clock
        self.start_over()
        after_fork(self.start_over)

    def start_over(self) -> None:
        """Continue as another session, so that nothing of the last one can be taken for ours."""
        self.sid = new_session()
        self.number = 0

    def now_ms(self) -> int:
        """The time of a call; 0 means the server's."""
        return 0 if self._clock is None else self._clock()

    def next(self) -> tuple[Arg, Arg, Arg]:
        """The stamp of the next call. A number is never given twice, never taken back."""
        self.number += 1
        return self.now_ms(), self.sid, self.number

    def outcome_unknown(self) -> OutcomeUnknown:
        """The error for the last call; the session starts over, since it may still arrive."""
        error = OutcomeUnknown(self.sid, self.number)
        self.start_over()
        return error


class Session:
    """Numbered calls of one queue or limit from one event loop.

    A forked child continues as another session.
    """

    def __init__(
        self,
        transport: Transport,
        scripts: Scripts,
        *,
        clock: Clock | None = None,
        patience: float = PATIENCE_S,
    ) -> None:
        """Start a session; nothing is sent yet.

        Args:
            transport: Where calls go.
            scripts: The scripts of the queue.
            clock: Milliseconds since 1970, for tests. Defaults to None: the server's time.
            patience: Seconds for which a call is sent again until answered. Defaults to 60.
        """
        self._transport = transport
        self._scripts = scripts
        self._stamps = Stamps(clock)
        self._patience = patience
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[Reply]] = set()
        after_fork(self._in_child)

    @property
    def sid(self) -> str:
        """The id of the session."""
        return self._stamps.sid

    async def run(self, name: str, tail: Sequence[Arg] = ()) -> Reply:
        """Run a script that takes session and number, with one effect whatever is lost.

        A caller that is cancelled does not cancel the call: it is brought to its end.

        Args:
            name: The script.
            tail: Its arguments after time, session and number.

        Raises:
            OutcomeUnknown: Sent, and not answered within the patience. The session starts over.
            ServerUnavailable: Never sent within the patience, or refused for good.
            BackbeatError: What the script answered.
        """
        task = asyncio.create_task(self.call(name, tail), name=f"backbeat: {name}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def call(
        self, name: str, tail: Sequence[Arg] = (), *, deadline: float | None = None
    ) -> Reply:
        """`run` for a task of our own that nobody cancels while the call is under way.

        Args:
            name: The script.
            tail: Its arguments after time, session and number.
            deadline: When the patience ends, on `time.monotonic()`. Defaults to the session's
                patience from now.
        """
        resend = Resend(self._patience if deadline is None else deadline - time.monotonic())
        async with self._turn:
            resend.check()
            script = self._scripts.script(name)
            command = self._scripts.command(name, (*self._stamps.next(), *tail))
            try:
                return await answered(lambda: self._transport.script(script, command), resend)
            except NotAnswered as error:
                raise self._stamps.outcome_unknown() from error

    def _ended(self, task: "asyncio.Task[Reply]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            # Nobody else asks for the error of a call whose caller was cancelled.
            task.exception()

    def _in_child(self) -> None:
        self._turn = asyncio.Lock()
        self._running = set()


class SyncSession:
    """Numbered calls of one queue from any thread, one at a time; see `Session`."""

    def __init__(
        self,
        transport: SyncTransport,
        scripts: Scripts,
        *,
        clock: Clock | None = None,
        patience: float = PATIENCE_S,
    ) -> None:
        """See `Session`."""
        self._transport = transport
        self._scripts = scripts
        self._stamps = Stamps(clock)
        self._patience = patience
        self._turn = threading.Lock()
        after_fork(self._in_child)

    @property
    def sid(self) -> str:
        """The id of the session."""
        return self._stamps.sid

    def run(self, name: str, tail: Sequence[Arg] = (), *, deadline: float | None = None) -> Reply:
        """See `Session.run` and, for the deadline, `Session.call`."""
        resend = Resend(self._patience if deadline is None else deadline - time.monotonic())
        with self._turn:
            resend.check()
            script = self._scripts.script(name)
            command = self._scripts.command(name, (*self._stamps.next(), *tail))
            try:
                return answered_sync(lambda: self._transport.script(script, command), resend)
            except NotAnswered as error:
                raise self._stamps.outcome_unknown() from error

    def abandon(self) -> OutcomeUnknown:
        """Give up the last call, which was interrupted, and continue as another session."""
        return self._stamps.outcome_unknown()

    def _in_child(self) -> None:
        self._turn = threading.Lock()
