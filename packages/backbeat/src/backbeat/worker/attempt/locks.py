"""The locks that jobs need: taken before they run, given back when their outcome is told.

A busy lock parks its job: it goes back to delayed, with no attempt used, and is woken by whoever
gives the lock back. Should nobody do so, it looks again when the lock's time is over.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.permits.calls import Answer, Wish
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.session import PATIENCE_S
from backbeat.engine.transport.resend import Resend
from backbeat.errors import BackbeatError
from backbeat.worker.attempt.run import Run
from backbeat.worker.leases.keeping import Kept

logger = logging.getLogger("backbeat.worker.locks")

# A job behind many others looks less often: it is their turn before.
_LONGEST_LOOK_MS: Final = 600_000

Go = Callable[[Run], Coroutine[Any, Any, None]]


class Keeps(Protocol):
    """Extends locks while jobs run; a keeper, for one registration."""

    def keep(self, kept: Kept, lost: Callable[[], None]) -> None:
        """Extend it from now on."""

    def drop(self, kept: Kept) -> None:
        """Extend it no more."""


@dataclass(frozen=True, slots=True)
class _Held:
    wish: Wish
    kept: Kept
    resent: bool


class JobLocks:
    """The locks of the jobs of one queue that run here. Belongs to the running event loop."""

    def __init__(
        self, queue: str, permits: PermitClient, keeps: Keeps, *, ttl_ms: int, worker: str
    ) -> None:
        """Hold nothing yet.

        Args:
            queue: Name of the queue.
            permits: Where locks are asked for.
            keeps: Extends what is held.
            ttl_ms: How long a lock is kept for a worker that is silent.
            worker: Name of this worker, for people.
        """
        self._queue = queue
        self._permits = permits
        self._keeps = keeps
        self._ttl_ms = ttl_ms
        self._worker = worker
        self._held: dict[Run, _Held] = {}
        self._ended: dict[str, _Held] = {}
        self._parked: dict[str, Wish] = {}
        self._calls: set[asyncio.Task[None]] = set()

    async def run(
        self, run: Run, name: Callable[[], str], on_lost: Callable[[Run, str], None], go: Go
    ) -> None:
        """Run an attempt under its lock, or park its job.

        Args:
            run: The attempt.
            name: Gives the name of its lock.
            on_lost: Called with its name when the lock is lost: the attempt has to end.
            go: Runs the attempt.
        """
        try:
            held = await self._take(run, name())
        except BaseException as error:  # noqa: BLE001 - without its lock the attempt ends with it
            run.home.raised(run, error)
            return
        if held is None:
            return
        if run.stop is not None:
            self._release(held)
            run.home.raised(run, asyncio.CancelledError())
            return
        self._held[run] = held
        self._keeps.keep(held.kept, lambda: on_lost(run, held.wish.name))
        try:
            await go(run)
        finally:
            del self._held[run]
            if run.home.untold(run):
                self._ended[run.id] = held
            else:
                self._release(held)

    def told(self, untold: Outcomes) -> None:
        """A tick was answered: give back the locks of the jobs whose outcomes it told."""
        if not (self._ended or self._parked):
            return
        later = untold.ids()
        for job_id in [each for each in self._ended if each not in later]:
            self._release(self._ended.pop(job_id))
        for job_id in [each for each in self._parked if each not in later]:
            self._begin(self._join(job_id, self._parked.pop(job_id)))

    def forsake(self, run: Run) -> None:
        """What this run still does counts no more: its lock runs out, unless it ends before."""
        if run in self._held:
            self._keeps.drop(self._held[run].kept)

    def lose(self) -> None:
        """The jobs are no longer ours: give back what is held for those that have ended."""
        self._parked.clear()
        while self._ended:
            self._release(self._ended.popitem()[1])

    async def settled(self) -> None:
        """Wait until everything is given back that is to be."""
        while self._calls:
            await asyncio.wait(self._calls)

    async def _take(self, run: Run, name: str) -> _Held | None:
        wish = self._wish(run, name)
        resend = Resend(PATIENCE_S)
        try:
            answer = await self._permits.hold(wish, "take", resend=resend)
        except BaseException:
            self._begin(self._leave(wish, resent=True))
            raise
        if answer.word != "held":
            self._parked[run.id] = wish
            run.home.parked(run, self._due_ms(answer))
            return None
        run.job.lock_fence = answer.fence
        return _Held(wish, Kept(name, wish.token, wish.waiter, wish.ttl_ms), resend.unknown)

    def _wish(self, run: Run, name: str) -> Wish:
        waiter = f"{self._queue}|{run.id}"
        about = {"queue": self._queue, "job": run.id, "worker": self._worker}
        return Wish(
            name, f"{waiter}|{run.ticket}", waiter, self._ttl_ms,
            since_ms=run.record.created_ms, who=msgspec.json.encode(about).decode(),
        )  # fmt: skip

    def _due_ms(self, answer: Answer) -> int:
        return answer.until_ms + min(answer.parked * self._ttl_ms, _LONGEST_LOOK_MS)

    def _release(self, held: _Held) -> None:
        self._keeps.drop(held.kept)
        self._begin(self._leave(held.wish, resent=held.resent))

    async def _leave(self, wish: Wish, *, resent: bool) -> None:
        try:
            await self._permits.release(wish.name, wish.token, wish.waiter, resent=resent)
        except BackbeatError as error:
            logger.warning("%s was not given back, it runs out by itself: %s", wish.name, error)

    async def _join(self, job_id: str, wish: Wish) -> None:
        """Put a job into the line of its lock, now that it can be woken; or wake it at once."""
        try:
            answer = await self._permits.hold(wish, "park")
            if answer.word == "free":
                await self._permits.unpark(self._queue, job_id)
        except BackbeatError as error:
            logger.warning("job %s looks for %s later: %s", job_id, wish.name, error)

    def _begin(self, call: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(call, name=f"backbeat: locks of {self._queue}")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
