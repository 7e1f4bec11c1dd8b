"""Fires the schedules of one queue when a tick says that some are due.

Any worker may do this, and several at once do no harm: a slot belongs to whoever is first. What
could not be fired is asked for again after a second, of this worker or of another one.
"""

import asyncio
import logging

from backbeat.engine.calls.schedules import ScheduleSnapshot
from backbeat.engine.firing import firings
from backbeat.engine.queue_schedules import QueueSchedules
from backbeat.errors import BackbeatError
from backbeat.worker.throttle import Throttle

logger = logging.getLogger("backbeat.worker.scheduler")


class Scheduler:
    """Fires the schedules of one queue. Belongs to the running event loop."""

    def __init__(self, queue: str, schedules: QueueSchedules) -> None:
        """Fire nothing yet.

        Args:
            queue: Name of the queue, or of a partition.
            schedules: Its schedules.
        """
        self._queue = queue
        self._schedules = schedules
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self._may_log = Throttle()

    def begin(self) -> None:
        """Fire what is due, in the background."""
        if self._task is not None and not self._task.done():
            self._again = True
            return
        self._task = asyncio.create_task(self._work(), name=f"backbeat: schedules of {self._queue}")

    async def close(self) -> None:
        """Stop firing. What was begun is done by another worker."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def fire(self) -> None:
        """Fire what is due, and what falls due meanwhile.

        Raises:
            BackbeatError: The server cannot be asked.
        """
        moved = True
        while moved:
            now_ms, due = await self._schedules.due()
            done = await asyncio.gather(*(self._fire(each, now_ms) for each in due))
            moved = any(done)

    async def _work(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            try:
                await self.fire()
            except BackbeatError as error:
                self._complain("schedules of %s could not be fired: %s", self._queue, error)

    async def _fire(self, snapshot: ScheduleSnapshot, now_ms: int) -> bool:
        """Deal with all due slots of one schedule; whether it has moved on."""
        try:
            snapshot.check()
            for firing in firings(snapshot, now_ms, self._queue):
                answer, made = await self._schedules.fire(firing)
                if answer == "full":
                    self._complain(
                        "schedule %s waits: %s holds as many jobs as it may",
                        firing.name,
                        self._queue,
                    )
                    return False
                if answer == "lost":
                    return True
                logger.debug("schedule %s: %d jobs up to %d", firing.name, made, firing.passed)
        except BackbeatError as error:
            self._complain("schedule %s was not fired: %s", snapshot.name, error)
            return False
        return True

    def _complain(self, words: str, *facts: object) -> None:
        if self._may_log():
            logger.warning(words, *facts)
