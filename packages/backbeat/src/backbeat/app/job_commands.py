"""What can be done to the jobs of a queue, for async code."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

from backbeat.app import commands
from backbeat.app.commands import Removed
from backbeat.app.info import JobInfo, read_failure
from backbeat.app.options import check_priority
from backbeat.app.questions import Questions
from backbeat.engine.states import State
from backbeat.values import Seconds

# Inside the class below `list` is the command.
list_of = list
Ids = list[str]


class JobCommands(Questions):
    """Commands for some jobs of a queue."""

    async def cancel(
        self, job_id: str, reason: str = ""
    ) -> Literal["cancelled", "flagged", "ended"]:
        """Cancel a job.

        Args:
            job_id: The job.
            reason: Why, for whoever asks later.

        Returns:
            "cancelled" where it waited; "flagged" where it runs: its worker was told to end it;
            "ended" where it had ended before.

        Raises:
            JobNotFound: It is not in the queue.
        """
        answer = await (await self.client()).cancel(job_id, reason)
        return commands.known(job_id, answer)

    async def remove(self, *job_ids: str) -> Removed:
        """Remove jobs and everything about them, except those that are active."""
        return Removed(*await (await self.client()).remove(job_ids))

    async def promote(self, *job_ids: str) -> int:
        """Let delayed jobs start now; how many there were."""
        return await (await self.client()).promote(job_ids)

    async def retry(self, *job_ids: str, reset_attempts: bool = True) -> int:
        """Let ended jobs run again.

        Args:
            *job_ids: The jobs; those that have not ended are left alone.
            reset_attempts: Whether failures so far are forgotten; otherwise a job that has used up
                its attempts gets one more. Defaults to True.

        Returns:
            How many run again.
        """
        client = await self.client()
        return await client.retry(job_ids, reset_fails=reset_attempts)

    async def retry_where(
        self,
        *,
        state: State = State.FAILED,
        name: str | None = None,
        error: str | None = None,
        reset_attempts: bool = True,
    ) -> int:
        """Let those ended jobs run again that fit; looks at every job in the state.

        Args:
            state: failed, completed or cancelled. Defaults to failed.
            name: Only jobs of this handler.
            error: Only jobs that failed with this type of error, such as "TimeoutError".
            reset_attempts: See `retry`.

        Returns:
            How many run again.
        """
        client = await self.client()
        job_ids: Ids = []
        cursor = ""
        while True:
            page = await client.list(commands.ended(state), cursor, 200)
            fitting = commands.named(page, name)
            job_ids += fitting if error is None else await self._failed_with(error, fitting)
            cursor = page.cursor
            if not cursor:
                break
        return await client.retry(list(dict.fromkeys(job_ids)), reset_fails=reset_attempts)

    async def reschedule(
        self, job_id: str, *, delay: Seconds | None = None, run_at: datetime | None = None
    ) -> None:
        """Move the start of a waiting or delayed job.

        Args:
            job_id: The job.
            delay: Start after this time from now. Either this or `run_at`.
            run_at: Start at this moment; aware.

        Raises:
            InvalidOption: Both or none is given, or the moment has no time zone.
            JobNotFound: It is not in the queue.
            JobActive: It runs.
            JobError: It has ended.
        """
        connection = await self.connection()
        due_ms = commands.due_ms(delay, run_at)
        client = self._client_of(connection)
        if (answer := await client.reschedule(job_id, due_ms)) != "ok":
            raise commands.not_moved(job_id, answer, await client.get(job_id))

    async def set_priority(self, job_id: str, priority: int, *, lifo: bool = False) -> None:
        """Give a waiting or delayed job another place in the order.

        Args:
            job_id: The job.
            priority: 0 to 10.
            lifo: Whether it goes before its equals. Defaults to False.

        Raises:
            InvalidOption: The priority is none.
            JobNotFound: It is not in the queue.
            JobActive: It runs.
            JobError: It has ended.
        """
        client = await self.client()
        level = check_priority(priority)
        if (answer := await client.set_priority(job_id, level, lifo=lifo)) != "ok":
            raise commands.not_moved(job_id, answer, await client.get(job_id))

    async def reprioritise(
        self,
        priority: int,
        *,
        state: State | None = None,
        name: str | None = None,
        where: Callable[[JobInfo], bool] | Iterable[str] | None = None,
    ) -> int:
        """Give many jobs another priority, in small steps while the queue is in use.

        A job that is claimed meanwhile stays as it is. In a queue with ageing a job keeps the time
        that it has waited; elsewhere it goes behind its equals, in the order of before.

        Args:
            priority: 0 to 10.
            state: waiting or delayed. Defaults to both.
            name: Only jobs of this handler.
            where: Says of each job whether to change it; or the ids of the jobs. Defaults to all.

        Returns:
            How many were changed.

        Raises:
            InvalidOption: The priority is none, or jobs of that state have none.
        """
        level = check_priority(priority)
        states = commands.placed(state)
        client = await self.client()
        if where is not None and not callable(where):
            return await client.reprioritise(level, list_of(where))
        job_ids: Ids = []
        for each in states:
            cursor: str | None = ""
            while cursor is not None:
                page = await self.list(each, cursor=cursor, limit=200)
                job_ids += commands.chosen(page, name, where)
                cursor = page.cursor
        return await client.reprioritise(level, list_of(dict.fromkeys(job_ids)))

    async def update_data(self, job_id: str, data: Any) -> None:
        """Replace the arguments of a job that does not run.

        Args:
            job_id: The job.
            data: All of its arguments, as for `add`.

        Raises:
            InvalidPayload: The data is no JSON, or does not fit the handler.
            PayloadTooLarge: It is larger than the limit.
            JobNotFound: It is not in the queue.
            JobActive: It runs.
            JobError: Somebody else changed it at the same time; nothing was changed here.
            KeyNotFound: It is encrypted, and there are no keys here.
        """
        connection = await self.connection()
        client = self._client_of(connection)
        snapshot = await client.get(job_id)
        old, new = commands.bodies(self, job_id, snapshot, data, connection.limit)
        commands.check_updated(job_id, await client.update_data(job_id, old, new))

    async def _failed_with(self, error: str, job_ids: Ids) -> Ids:
        client = await self.client()
        snapshots = await asyncio.gather(*map(client.get, job_ids))
        return [
            job_id
            for job_id, snapshot in zip(job_ids, snapshots, strict=True)
            if snapshot is not None and read_failure(snapshot.result).error == error
        ]
