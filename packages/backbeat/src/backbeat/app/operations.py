"""Questions to a queue and commands for it, for async code."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal

from backbeat.app import commands
from backbeat.app.breakers import forget_idle_breakers
from backbeat.app.commands import Page, Removed, WorkerInfo
from backbeat.app.connections import AsyncConnection
from backbeat.app.flow_post import bring_all
from backbeat.app.history import HistoryPoint, read_history, span_ms
from backbeat.app.home import Home
from backbeat.app.info import JobInfo, read_failure, read_info
from backbeat.app.limit_terms import whole_name
from backbeat.app.load import OLDEST_OF, QueueLoad, measure, window_ms
from backbeat.app.options import check_priority
from backbeat.app.partitions import Spread, agree
from backbeat.app.policy import QueueOptions
from backbeat.app.queue_events import QueueEvents
from backbeat.app.running import running_jobs
from backbeat.app.times import whole_ms
from backbeat.engine.calls.measure import Per
from backbeat.engine.calls.read import Counts
from backbeat.engine.calls.reply import text_or_none
from backbeat.engine.client import QueueClient
from backbeat.engine.flaws import Flaw
from backbeat.engine.keys import partitions, registry
from backbeat.engine.partitioned import PartitionedClient
from backbeat.engine.states import State
from backbeat.engine.verifying import Meter
from backbeat.errors import JobNotFound, QueueActive, StorageFull, WorkerNotFound
from backbeat.values import Seconds

# Inside the classes below `list` is the command.
list_of = list
Ids = list[str]
Lines = list[str]
Flaws = list[Flaw]
Workers = list[WorkerInfo]
Running = dict[int, tuple[str, ...]]


class Operations(ABC):
    """What can be asked of a queue and told to it.

    Every command has one effect, whatever is lost on the way. All of them raise ServerUnavailable
    when the server cannot be reached or refuses, and OutcomeUnknown when a command was sent and
    never answered.
    """

    app: Home
    name: str
    options: QueueOptions
    spread: Spread | None

    async def get(self, job_id: str) -> JobInfo:
        """Everything that is known about a job.

        Raises:
            JobNotFound: It is not in the queue, or was not kept when it ended.
        """
        snapshot = await (await self.client()).get(job_id)
        if snapshot is None:
            raise JobNotFound(job_id)
        return read_info(self.name, job_id, snapshot)

    async def counts(self) -> Counts:
        """How many jobs are in each state; the cost does not grow with them."""
        return await (await self.client()).counts()

    async def list(self, state: State, *, cursor: str | None = None, limit: int = 50) -> Page:
        """A page of the jobs in a state: the next to run first, of ended ones the newest.

        Args:
            state: The state.
            cursor: That of the page before. Defaults to None: the first page.
            limit: At most so many, and never more than 200. Defaults to 50.
        """
        page = await (await self.client()).list(State(state), cursor or "", limit)
        return commands.read_page(self.name, State(state), page)

    async def logs(self, job_id: str, *, start: int = 0, count: int = 1_000) -> Lines:
        """Log lines of a job, the oldest first.

        Args:
            job_id: The job.
            start: Lines to leave out; negative counts from the end. Defaults to 0.
            count: At most so many, and never more than 1,000.
        """
        lines = await (await self.client()).logs(job_id, start, count)
        return [line.decode() for line in lines]

    async def workers(self) -> Workers:
        """The workers that hold a lease on the queue, by number."""
        replies = await (await self.client()).workers()
        return commands.read_workers(replies)

    async def running(self, most: int = 2_000) -> Running:
        """Which jobs each worker runs: ids of jobs by the number that `workers()` shows.

        Args:
            most: Look at so many jobs at most, of each partition. Defaults to 2,000.
        """
        connection = await self.connection()
        parts = [connection.client(part) for part in self.parts]
        return await running_jobs(self._client_of(connection), parts, most)

    def events(
        self, since: str | None = None, *, kinds: Iterable[str] | None = None
    ) -> QueueEvents:
        """What happens in the queue: an async iterator that never ends by itself.

        Args:
            since: Id of the last event that was read, "0-0" for all that are kept. Defaults to
                None: those from now on.
            kinds: Only events of these kinds. Defaults to all.
        """
        return QueueEvents(self.client, since, kinds)

    async def configure(self) -> None:
        """Make the queue's limits and retention those it was declared with; workers do it, too."""
        connection = await self.ready()
        client = self._client_of(connection)
        await client.configure(**self._fields())
        await client.configure_groups(self.options.group_fields())

    async def introduce(self, part: str) -> None:
        """`configure`, of one of the engine's queues behind this one; each worker does it.

        Args:
            part: One of `parts`.
        """
        connection = await self.ready()
        client = connection.client(part)
        await client.configure(**self._fields())
        await client.configure_groups(self.options.group_fields())

    async def pause(self) -> None:
        """Let workers start nothing until `resume`; what runs goes on."""
        await (await self.client()).pause()

    async def resume(self) -> None:
        """Let workers start jobs again."""
        await (await self.client()).resume()

    async def pause_worker(self, number: int) -> None:
        """Let one worker start no more jobs of this queue until `resume_worker`; others go on.

        It hears of it within milliseconds. A process that starts in its place is not paused.

        Args:
            number: As `workers()` shows it.

        Raises:
            WorkerNotFound: It is not registered (any more).
        """
        if not await (await self.client()).pause_worker(number, paused=True):
            raise WorkerNotFound(self.name, number)

    async def resume_worker(self, number: int) -> None:
        """Let one worker start jobs again; see `pause_worker`."""
        if not await (await self.client()).pause_worker(number, paused=False):
            raise WorkerNotFound(self.name, number)

    async def scale(
        self,
        concurrency: int | None = None,
        *,
        max_running: int | None = None,
        worker: str | None = None,
    ) -> int:
        """Change how many jobs run at once, now and until it is scaled again or `unscale`d.

        Running workers are told at once, starting ones read it. Jobs that run go on.

        Args:
            concurrency: Jobs of this queue in each worker process; never more than the worker has
                slots. Defaults to as it is.
            max_running: Jobs of this queue over all workers. Defaults to as it is.
            worker: Name of a worker: `concurrency` is then for all of its jobs, whatever their
                queue, and ends with the process.

        Returns:
            How many workers were told.

        Raises:
            InvalidOption: A number is none, or none is given, or there is no such worker.
        """
        commands.check_scale(concurrency, max_running, worker)
        numbers = [] if worker is None else commands.numbers_of(worker, await self.workers())
        return await self._scale(concurrency, max_running, numbers)

    async def unscale(self) -> None:
        """Let as many jobs run at once as was declared."""
        await self._scale(0, 0)

    async def load(self, window: Seconds = 60.0) -> QueueLoad:
        """How loaded the queue is: for people, and for whoever adds and takes away workers.

        Args:
            window: Over how long rates are measured. Workers write down what they are measured by
                every half minute. Defaults to 60 seconds.

        Raises:
            InvalidOption: The window is none.
        """
        length = window_ms(window)
        parts = await (await self.client()).load(OLDEST_OF)
        return measure(parts, len(await self.workers()), length)

    async def history(
        self, last: Seconds = 3_600.0, *, per: Per = "minute"
    ) -> list_of[HistoryPoint]:
        """What came, ran and ended in each minute or hour, of the queue and of its handlers.

        Workers write down what they count every 15 seconds, and how the queue stands every half
        minute: what happened since then is missing, and stands in the minute of its writing.

        Args:
            last: How far back. Minutes are kept for a day, hours for 30 days. Defaults to an hour.
            per: "minute" or "hour". Defaults to "minute".

        Returns:
            The minutes or hours of which something is known, the oldest first.

        Raises:
            InvalidOption: The time is none.
        """
        client = await self.client()
        first_ms, last_ms = span_ms(last, per, (await client.counts()).now_ms)
        return read_history(await client.measured(per, first_ms, last_ms))

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
        """
        connection = await self.connection()
        client = self._client_of(connection)
        snapshot = await client.get(job_id)
        old, new = commands.bodies(self.payload, job_id, snapshot, data, connection.limit)
        commands.check_updated(job_id, await client.update_data(job_id, old, new))

    async def verify(self, *, repair: bool = False, progress: Meter | None = None) -> Flaws:
        """Find what is wrong with what the server holds of the queue, in steps of 200 jobs.

        Each job is looked at in one moment, so the queue may be in use. A repair converges: what a
        second one finds was broken in between, or cannot be put right.

        Args:
            repair: Whether to put right what can be put right safely. A job that is in no state and
                left no trace of an end runs, perhaps once more. Defaults to False: reads only.
            progress: Is told how many entries were looked at, and how many there are about.

        Returns:
            What is or was wrong; nothing where all is well.
        """
        return await (await self.client()).checks.verify(repair=repair, meter=progress)

    async def drain(self, *, delayed: bool = False) -> int:
        """Remove what waits now; what is added meanwhile stays.

        Args:
            delayed: Whether delayed jobs go, too. Defaults to False.

        Returns:
            How many were removed.
        """
        return await (await self.client()).drain(include_delayed=delayed)

    async def clean(
        self, state: State, *, older_than: Seconds = 0.0, limit: int = 1_000_000
    ) -> int:
        """Remove ended jobs, the oldest first.

        Args:
            state: completed, failed or cancelled.
            older_than: Only those that ended before this time. Defaults to 0: all.
            limit: At most so many. Defaults to 1,000,000.

        Returns:
            How many were removed.
        """
        client = await self.client()
        return await client.clean(commands.ended(state), whole_ms(older_than), limit)

    async def obliterate(self, *, force: bool = False) -> None:
        """Remove the queue with everything in it.

        How far it and other queues have told each other in flows is forgotten a day later, by any
        worker.

        Args:
            force: Also while jobs are active: their workers lose them. Defaults to False.

        Raises:
            QueueActive: Jobs are active, and nothing forces.
        """
        connection = await self.connection()
        if not await self._client_of(connection).obliterate(force=force):
            raise QueueActive(self.name)
        await bring_all(connection, self.parts)
        connection.announced.discard(self.name)
        execute, namespace = connection.transport.execute, connection.namespace
        await execute("SREM", registry(namespace), self.name)
        await forget_idle_breakers(connection)
        if self.spread is not None:
            await connection.permits.scale(whole_name(self.name), 0)
            await execute("HDEL", partitions(namespace), self.name)

    @abstractmethod
    def payload(self, name: str, data: Any) -> bytes:
        """Arguments of a handler as JSON, checked where it is known here.

        Raises:
            InvalidPayload: The data is no JSON, or does not fit the handler.
        """

    async def connection(self) -> AsyncConnection:
        """The application's connection of this event loop."""
        return self.app.connections.here() or await self.app.connections.open()

    @property
    def parts(self) -> tuple[str, ...]:
        """The engine's queues behind this one: its partitions, or just itself."""
        return (self.name,) if self.spread is None else self.spread.parts

    async def client(self) -> QueueClient | PartitionedClient:
        """What the queue is asked and told through."""
        return self._client_of(await self.connection())

    async def ready(self) -> AsyncConnection:
        """The connection, after the server was told once that there is this queue.

        Raises:
            ConfigurationError: Others have declared it with other partitions.
        """
        connection = await self.connection()
        if connection.wants_time:
            asked_at = time.monotonic()
            connection.learn_time(asked_at, await connection.transport.execute("TIME"))
        if self.name not in connection.announced:
            # A full server knows the name already, or learns it later: workers must go on.
            with suppress(StorageFull):
                await self._announce(connection)
                connection.announced.add(self.name)
        return connection

    async def _announce(self, connection: AsyncConnection) -> None:
        execute, namespace = connection.transport.execute, connection.namespace
        there = await execute("HGET", partitions(namespace), self.name)
        if self.spread is not None and there is None:
            # Whoever has partitions says so before the name: a name alone is without.
            if not await execute("SISMEMBER", registry(namespace), self.name):
                await execute("HSETNX", partitions(namespace), self.name, self.spread.text)
            there = await execute("HGET", partitions(namespace), self.name)
        agree(self.name, self.spread, text_or_none(there))
        await execute("SADD", registry(namespace), self.name)

    def _client_of(self, connection: AsyncConnection) -> QueueClient | PartitionedClient:
        if self.spread is None:
            return connection.client(self.name)
        parts = [connection.client(part) for part in self.parts]
        return PartitionedClient(parts, self.spread.partitioning)

    def _fields(self) -> dict[str, str]:
        return self.options.fields(self.options.keep or self.app.keep)

    async def _scale(
        self, concurrency: int | None, running: int | None, workers: Iterable[int] = ()
    ) -> int:
        connection = await self.connection()
        client, numbers = self._client_of(connection), list_of(workers)
        if running is None or self.spread is None:
            return await client.scale(concurrency, running, numbers)
        parts = self.spread.parts
        meta = connection.keys(parts[0]).key("meta")
        there = text_or_none(await connection.transport.execute("HGET", meta, "declared_running"))
        declared = int(there or self.options.max_running or 0)
        share = commands.share_of(self.name, running, declared, len(parts))
        told = await client.scale(concurrency, share, numbers)
        await connection.permits.scale(whole_name(self.name), running, declared)
        return told

    async def _failed_with(self, error: str, job_ids: Ids) -> Ids:
        client = await self.client()
        snapshots = await asyncio.gather(*map(client.get, job_ids))
        return [
            job_id
            for job_id, snapshot in zip(job_ids, snapshots, strict=True)
            if snapshot is not None and read_failure(snapshot.result).error == error
        ]
