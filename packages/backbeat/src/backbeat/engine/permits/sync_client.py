"""Locks, semaphores and limits of an installation, for code without an event loop."""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from typing import Final

from backbeat.engine.calls.reply import names
from backbeat.engine.keys import QueueKeys
from backbeat.engine.permits import calls
from backbeat.engine.permits.calls import Answer, Kept, Look, Mode, Wish
from backbeat.engine.permits.keys import PermitKeys
from backbeat.engine.permits.limit_calls import Taken, parse_scale, parse_take, scale_args
from backbeat.engine.permits.scripts import PermitScripts
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import PATIENCE_S, Clock, SyncSession
from backbeat.engine.transport.base import Reply, SyncBlockingConnection, SyncTransport
from backbeat.engine.transport.forks import after_fork
from backbeat.engine.transport.resend import Resend, answered_sync
from backbeat.errors import BackbeatError
from backbeat.lua import Arg

logger = logging.getLogger("backbeat.permits")

_IDLE_CONNECTIONS: Final = 8


class SyncPermitClient:
    """`PermitClient` for threads: safe to share between them."""

    def __init__(
        self,
        transport: SyncTransport,
        namespace: str,
        *,
        clock: Clock | None = None,
        patience: float = PATIENCE_S,
    ) -> None:
        """Ask nothing yet; see `PermitClient` for the arguments."""
        self._transport = transport
        self._namespace = namespace
        self._clock = clock
        self._patience = patience
        self._turn = threading.Lock()
        self._idle: list[SyncBlockingConnection] = []
        after_fork(self._in_child)

    def hold(self, wish: Wish, mode: Mode, *, resend: Resend | None = None) -> Answer:
        """See `PermitClient.hold`."""
        reply = self._ask(wish.name, "hold", calls.hold_args(wish, mode), resend)
        answer = calls.parse_hold(reply)
        self._tell(wish.name, answer.jobs)
        return answer

    def extend(self, name: str, token: str, ttl_ms: int, *, resend: Resend | None = None) -> Kept:
        """See `PermitClient.extend`."""
        kept = calls.parse_extend(
            self._ask(name, "extend", calls.extend_args(token, ttl_ms), resend)
        )
        self._tell(name, kept.jobs)
        return kept

    def release(self, name: str, token: str, waiter: str, *, resent: bool = False) -> Kept:
        """See `PermitClient.release`."""
        resend = Resend(self._patience)
        args = calls.release_args(token, waiter, resent=resent)
        kept = calls.parse_release(self._ask(name, "release", args, resend))
        self._tell(name, kept.jobs)
        if resend.unknown and not kept.ours:
            return Kept(ours=True, now_ms=kept.now_ms, jobs=kept.jobs)
        return kept

    def session(self, name: str) -> SyncSession:
        """A session for numbered calls on one limit: `take` and `pause`."""
        scripts = PermitScripts(PermitKeys(self._namespace, name))
        return SyncSession(self._transport, scripts, clock=self._clock)

    def take(self, session: SyncSession, name: str, args: Sequence[Arg]) -> Taken:
        """Take units and slots, and settle those that were taken before; see `take_args`."""
        taken = parse_take(session.run("take", args))
        self._tell(name, taken.jobs)
        return taken

    def scale(self, name: str, most: int, declared: int = 0) -> None:
        """See `PermitClient.scale`."""
        args = scale_args(most, declared)
        self._tell(name, parse_scale(self._ask(name, "scale", args)))

    def look(self, name: str) -> Look:
        """See `PermitClient.look`."""
        return calls.parse_look(self._ask(name, "look", []))

    def turn(self, name: str, waiter: str, seconds: float) -> None:
        """See `PermitClient.turn`; up to 100 ms late where it is only the time that is over."""
        if seconds <= 0:
            return
        key = PermitKeys(self._namespace, name).wake(waiter)
        with self._turn:
            connection = self._idle.pop() if self._idle else self._transport.blocking()
        try:
            connection.block("BLPOP", key, f"{seconds:.3f}", timeout=seconds)
        finally:
            with self._turn:
                keep = len(self._idle) < _IDLE_CONNECTIONS
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def close(self) -> None:
        """Close the waiting connections; the transport stays open."""
        with self._turn:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _tell(self, name: str, jobs: Sequence[str]) -> None:
        told = deque(jobs)
        try:
            while told:
                waiter = told.popleft()
                queue, _, job_id = waiter.partition("|")
                if not self._unpark(queue, job_id):
                    args = calls.release_args("", waiter, resent=False)
                    told += calls.parse_release(self._ask(name, "release", args)).jobs
        except BackbeatError as error:
            logger.warning("jobs that wait for %s look later: %s", name, error)

    def _unpark(self, queue: str, job_id: str) -> bool:
        scripts = QueueScripts(QueueKeys(self._namespace, queue))
        line = scripts.command("unpark", [self._now_ms(), job_id])
        script = scripts.script("unpark")
        reply = answered_sync(lambda: self._transport.script(script, line), Resend(self._patience))
        return names(reply) != ()

    def _ask(
        self, name: str, script: str, tail: Sequence[Arg], resend: Resend | None = None
    ) -> Reply:
        scripts = PermitScripts(PermitKeys(self._namespace, name))
        line = scripts.command(script, [self._now_ms(), *tail])
        return answered_sync(
            lambda: self._transport.script(scripts.script(script), line),
            resend or Resend(self._patience),
        )

    def _now_ms(self) -> int:
        return 0 if self._clock is None else self._clock()

    def _in_child(self) -> None:
        self._turn = threading.Lock()
        self._idle = []
