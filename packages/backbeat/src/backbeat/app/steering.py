"""How a queue and its workers are steered, for async code."""

from collections.abc import Iterable

from backbeat.app import commands
from backbeat.app.breakers import forget_idle_breakers
from backbeat.app.flow_post import bring_all
from backbeat.app.limit_terms import whole_name
from backbeat.app.questions import Questions
from backbeat.app.times import whole_ms
from backbeat.engine.calls.reply import text_or_none
from backbeat.engine.keys import encrypted_queues, partitions, registry
from backbeat.engine.states import State
from backbeat.errors import QueueActive, WorkerNotFound
from backbeat.values import Seconds

# Inside the class below `list` is the command.
list_of = list
Running = dict[int, tuple[str, ...]]


class Steering(Questions):
    """Commands for a whole queue."""

    async def configure(self) -> None:
        """Make the queue's limits and retention those it was declared with; workers do it, too."""
        connection = await self.ready(adding=False)
        client = self._client_of(connection)
        await client.configure(**self._fields())
        await client.configure_groups(self.options.group_fields())

    async def introduce(self, part: str) -> None:
        """`configure`, of one of the engine's queues behind this one; each worker does it.

        Args:
            part: One of `parts`.
        """
        connection = await self.ready(adding=False)
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

    async def drain(self, *, delayed: bool = False) -> int:
        """Remove what waits now; what is added meanwhile stays, and what is given a new place.

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
        await execute("SREM", encrypted_queues(namespace), self.name)
        await forget_idle_breakers(connection)
        if self.spread is not None:
            await connection.permits.scale(whole_name(self.name), 0)
            await execute("HDEL", partitions(namespace), self.name)

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
