"""Ends overdue attempts for the server while the event loop that runs them is blocked."""

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from backbeat.engine.calls.worker import expire_end_args, expire_return_args, parse_expire
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.transport.base import SyncTransport
from backbeat.errors import BackbeatError, LeaseLost
from backbeat.lua import Arg
from backbeat.worker.attempt.run import Run
from backbeat.worker.attempt.verdict import Ended, PutBack, Verdict
from backbeat.worker.leases.lease import Registration

logger = logging.getLogger("backbeat.worker.expiring")


class Overdue(Protocol):
    """One queue, as the watchdog's thread sees it."""

    scripts: QueueScripts

    @property
    def registration(self) -> Registration:
        """What the server knows the worker by."""

    def overdue(self) -> Iterable[tuple[Run, Verdict]]:
        """Attempts that have overstayed, and what that means for their jobs."""

    def ended_elsewhere(self, run: Run) -> None:
        """One of them is over for the server."""


class Expirer:
    """Works in the watchdog's thread, on a connection that is opened when it is needed."""

    def __init__(
        self, connect: Callable[[], SyncTransport], clock: Callable[[], int] | None
    ) -> None:
        """Know how to connect."""
        self._connect = connect
        self._clock = clock
        self._transport: SyncTransport | None = None

    def expire(self, queues: Iterable[Overdue]) -> None:
        """End what is overdue. Their handlers may go on: what they still do is refused."""
        for queue in queues:
            for run, verdict in queue.overdue():
                try:
                    self._end(queue, run, verdict)
                    queue.ended_elsewhere(run)
                except LeaseLost:
                    # All that ran under it goes to others.
                    queue.ended_elsewhere(run)
                except BackbeatError as error:
                    # At the next look again.
                    logger.warning("%s is overdue and could not be ended: %s", run.label, error)

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    def _end(self, queue: Overdue, run: Run, verdict: Verdict) -> None:
        if self._transport is None:
            self._transport = self._connect()
        held = queue.registration
        now_ms = 0 if self._clock is None else self._clock()
        args: list[Arg] = [now_ms, held.wn, held.sid, *_args(run, verdict)]
        command = queue.scripts.command("expire", args)
        if parse_expire(self._transport.script(queue.scripts.script("expire"), command)):
            logger.error("%s was ended: it blocks the event loop and is overdue", run.label)


def _args(run: Run, verdict: Verdict) -> list[Arg]:
    if isinstance(verdict, PutBack):
        record = str(verdict.run_record)
        return expire_return_args(run.id, run.ticket, verdict.due_ms, record, verdict.line)
    assert isinstance(verdict, Ended), "an overdue attempt is never completed"
    record = str(verdict.run_record)
    return expire_end_args(run.id, run.ticket, verdict.state, record, verdict.result, verdict.line)
