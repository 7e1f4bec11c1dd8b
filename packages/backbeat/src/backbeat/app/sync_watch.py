"""Waiting for the end of one job without an event loop: a session and a connection for each wait.

Blocks on the server, never polls. A reply that was lost cannot make anybody wait for ever: after a
loss, and now and then, the state of the job is asked.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from backbeat.app.connections import SyncConnection
from backbeat.engine.calls.read import parse_watch, watch_args
from backbeat.engine.calls.reply import Reply, items, raw
from backbeat.engine.ids import new_session
from backbeat.engine.keys import QueueKeys
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import PATIENCE_S
from backbeat.engine.transport.resend import Resend, answered_sync
from backbeat.engine.watch import Notice
from backbeat.errors import ServerUnavailable

# Nobody has to wait for a server that does not answer when all is said.
_PARTING_S: Final = 1.0
# How long one command waits.
_WAIT_S: Final = 10.0
_REPLIES: Final = 500
# The list of replies lives an hour after its last one; much sooner than that, ask.
_ASK_EVERY_S: Final = 300.0


class SyncWatch:
    """News of one job, until its end or until the time is over; `with` closes it.

    Attributes:
        session: Whom the record of a job may name, so that nothing has to be asked.
    """

    def __init__(
        self, connection: SyncConnection, keys: QueueKeys, job_id: str, session: str = ""
    ) -> None:
        """Ask nothing yet.

        Args:
            connection: The application's.
            keys: Of the queue.
            job_id: The job.
            session: The one that the job's record names. Defaults to a new one, which the server
                is told of first.
        """
        self.session = session or new_session()
        self._job_id = job_id
        self._keys = keys
        self._scripts = QueueScripts(self._keys)
        self._transport = connection.transport
        self._clock = connection.clock
        self._blocking = connection.transport.blocking()
        self._expected = bool(session)
        self._over = False

    def news(self, timeout: float | None) -> Iterator[Notice]:
        """News until the end of the job, which is the last; nothing more when the time is over.

        Args:
            timeout: Seconds in all; None for ever.
        """
        deadline = float("inf") if timeout is None else time.monotonic() + timeout
        asked = time.monotonic()
        notices = [] if self._expected else self._ask()
        while True:
            for notice in notices:
                self._over = notice.final
                yield notice
                if notice.final:
                    return
            if (left := deadline - time.monotonic()) <= 0:
                return
            losses = self._blocking.losses
            notices = self._hear(min(left, _WAIT_S))
            if self._blocking.losses != losses or time.monotonic() - asked > _ASK_EVERY_S:
                asked = time.monotonic()
                notices += self._ask()

    def end(self, timeout: float | None) -> Notice | None:
        """The end of the job; None when the time was over first."""
        return next((each for each in self.news(timeout) if each.final), None)

    def close(self) -> None:
        """Stop watching; safe to call twice. A session that a record names goes on being told."""
        self._blocking.close()
        if not self._over and not self._expected:
            self._over = True
            with suppress(ServerUnavailable):
                self._run("unwatch", _PARTING_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self) -> list[Notice]:
        """The end of the job; nothing while it goes on and the server knows that we watch."""
        ended = parse_watch(self._run("watch", PATIENCE_S))
        if ended is None:
            return []
        state, result = ended
        return [Notice(state.value if state is not None else "unknown", result)]

    def _hear(self, wait: float) -> list[Notice]:
        key = self._keys.replies(self.session)
        # A wait of 0 would mean for ever.
        command = ("BLMPOP", f"{max(wait, 0.001):.3f}", 1, key, "LEFT", "COUNT", _REPLIES)
        reply = self._blocking.block(*command, timeout=wait)
        if reply is None:
            return []
        _, lines = items(reply, 2)
        return [_read(line) for line in items(lines, 0)]

    def _run(self, name: str, patience: float) -> Reply:
        script = self._scripts.script(name)
        now_ms = 0 if self._clock is None else self._clock()
        command = self._scripts.command(name, (now_ms, self.session, *watch_args(self._job_id)))
        return answered_sync(lambda: self._transport.script(script, command), Resend(patience))


def _read(line: Reply) -> Notice:
    _, kind, data = raw(line).split(b"|", 2)
    return Notice(kind.decode(), data)
