"""A job from outside: its result, its news, and commands for it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Generic, Literal, TypeVar

from typing_extensions import override

from backbeat.app.info import JobInfo
from backbeat.app.operations import Operations
from backbeat.app.outcome import JobEvent, failed, read_event, read_result, too_late
from backbeat.app.policy import in_seconds
from backbeat.app.results import Result
from backbeat.engine.calls.enqueue import Added
from backbeat.engine.states import State
from backbeat.engine.watch import Notice, Watch
from backbeat.errors import JobActive, JobNotFound
from backbeat.values import Seconds

R = TypeVar("R")


class JobHandle(Generic[R]):
    """A job in a queue. Made by `enqueue`, or by `handler.handle(id)` for one enqueued elsewhere.

    Attributes:
        queue: Where it is.
        id: Its id.
        added: "created" by the call that gave this handle; "existing": a job of this id was in the
            queue; "kept": one had ended and is still kept. None where nothing was enqueued.
    """

    __slots__ = ("_result", "_watch", "added", "id", "queue")

    def __init__(
        self,
        queue: Operations,
        job_id: str,
        added: Added | None,
        result: Result[R],
        watch: "tuple[asyncio.AbstractEventLoop, Watch] | None" = None,
    ) -> None:
        """Asks nobody.

        Args:
            queue: Where the job is.
            job_id: The job.
            added: What the queue answered when it was enqueued.
            result: How its result is read.
            watch: A watch that began before it was enqueued, with its event loop.
        """
        self.queue = queue
        self.id = job_id
        self.added: Added | None = added
        self._result = result
        self._watch = watch

    @property
    def created(self) -> bool:
        """Whether the call that gave this handle made the job."""
        return self.added == "created"

    @property
    def existing(self) -> bool:
        """Whether a job of this id was in the queue and not ended: nothing was added."""
        return self.added == "existing"

    @property
    def kept(self) -> bool:
        """Whether a job of this id had ended and is still kept: nothing was added."""
        return self.added == "kept"

    async def result(self, timeout: Seconds | None = None) -> R:  # noqa: ASYNC109 - the field's word
        """Wait for the end of the job; safe to call again, and from several places.

        Args:
            timeout: Longest wait; the job goes on. Defaults to ever.

        Returns:
            What its handler returned.

        Raises:
            JobFailed: It failed.
            JobCancelled: It was cancelled.
            ResultNotKept: It has ended or was removed, and nobody kept how.
            TimeoutError: It has not ended in time.
            JobError: Its result is not of the type that the handler declares.
            ServerUnavailable: The server cannot be reached, or refuses.
        """
        limit = in_seconds(timeout)
        try:
            async with asyncio.timeout(limit):
                notice = await self._end()
        except TimeoutError:
            raise too_late(self.id, limit) from None
        if notice.kind == "failed":
            snapshot = await (await self.queue.client()).get(self.id)
            raise failed(self.queue.name, self.id, notice, snapshot)
        return read_result(self.id, notice, self._result)

    async def events(self) -> AsyncIterator[JobEvent]:
        """News of the job until its end, from now on; of one that has ended, just that.

        Progress comes at most every 100 ms, the newest wins. Break out of the loop at any time.
        """
        client = await self.queue.client()
        async with await client.watch(self.id) as watch:
            async for notice in watch:
                yield read_event(self.id, notice, self._result)

    async def info(self) -> JobInfo:
        """Everything that is known about it.

        Raises:
            JobNotFound: It is not in the queue, or was not kept when it ended.
        """
        return await self.queue.get(self.id)

    async def state(self) -> State | None:
        """Where it is; None: not in the queue, or not kept when it ended."""
        snapshot = await (await self.queue.client()).get(self.id)
        return None if snapshot is None else snapshot.state

    async def logs(self) -> list[str]:
        """Its log lines, the oldest first."""
        return await self.queue.logs(self.id)

    async def cancel(self, reason: str = "") -> Literal["cancelled", "flagged", "ended"]:
        """Cancel it; see `Queue.cancel`."""
        return await self.queue.cancel(self.id, reason)

    async def remove(self) -> None:
        """Remove it and everything about it.

        Raises:
            JobActive: A worker runs it: cancel it instead.
            JobNotFound: It is not in the queue.
        """
        removed = await self.queue.remove(self.id)
        if removed.active:
            raise JobActive(self.id)
        if not removed.count:
            raise JobNotFound(self.id)

    async def promote(self) -> bool:
        """Let it start now; False if it was not delayed."""
        return await self.queue.promote(self.id) == 1

    async def retry(self, *, reset_attempts: bool = True) -> bool:
        """Let it run again; False if it has not ended. See `Queue.retry`."""
        self._watch = None
        return await self.queue.retry(self.id, reset_attempts=reset_attempts) == 1

    async def reschedule(
        self, *, delay: Seconds | None = None, run_at: datetime | None = None
    ) -> None:
        """Move its start; see `Queue.reschedule`."""
        await self.queue.reschedule(self.id, delay=delay, run_at=run_at)

    @override
    def __repr__(self) -> str:
        return f"<JobHandle {self.queue.name}/{self.id} {self.added or ''}>"

    async def _end(self) -> Notice:
        if self._watch is not None and self._watch[0] is asyncio.get_running_loop():
            return await self._watch[1].end()
        client = await self.queue.client()
        async with await client.watch(self.id) as watch:
            return await watch.end()


async def settle(
    watch: Watch | None, added: Added
) -> "tuple[asyncio.AbstractEventLoop, Watch] | None":
    """A watch that began before its job was added, now that it is; None where it is of no use."""
    if watch is None:
        return None
    if added != "created":
        # The job in the queue is another one, whose record does not name us.
        await watch.close()
        return None
    watch.expected = False
    return asyncio.get_running_loop(), watch


async def give_up(watch: Watch | None) -> None:
    """End a watch whose job was not added."""
    if watch is not None:
        await watch.close()
