"""The schedules of an application: what its code declares, and what is changed at run time."""

from contextlib import suppress
from typing import Any, Unpack

from backbeat.app.call import JobCall
from backbeat.app.handle import JobHandle
from backbeat.app.kept_options import keep_options
from backbeat.app.options import JobOptions
from backbeat.app.results import any_result
from backbeat.app.schedule import Schedule, ScheduleOptions, prepare_schedule, run_job
from backbeat.app.schedule_info import (
    ScheduleInfo,
    SyncReport,
    is_declared,
    next_slots,
    read_run,
    read_schedule,
    resumed_slot,
)
from backbeat.app.schedule_search import Infos, Moments, Names, Runs, ScheduleSearch
from backbeat.errors import ScheduleNotFound
from backbeat.schedules.rule import Rule


class Schedules(ScheduleSearch):
    """The schedules of an application; it is `app.schedules`.

    A schedule lives with the queue of its jobs, apart from them, and any worker of that queue
    fires it. Where two queues have schedules of one name, `queue=` says which is meant. All
    commands raise ServerUnavailable and OutcomeUnknown as those of queues do, and those for one
    schedule ProtocolError where a foreign hand has damaged its state; it can still be removed.
    """

    async def sync(self, queue: str | None = None) -> SyncReport:
        """Make the server's schedules those that the code declares; workers do it when they start.

        What the code does not declare is left alone: it may have been made at run time, or be
        declared by another release that still runs.

        Args:
            queue: Only those of this queue. Defaults to all queues.

        Returns:
            What became of them, and which the code declares no longer.

        Raises:
            PayloadTooLarge: The arguments of a job are larger than the limit.
        """
        became: dict[str, Names] = {"created": [], "changed": [], "unchanged": []}
        undeclared: Names = []
        for name in [queue] if queue else [*self._app.queues]:
            declared = self._declared.of(name)
            for schedule in declared:
                became[await self._put(schedule)].append(schedule.name)
            known = {schedule.name for schedule in declared}
            for snapshot in [
                each for part in self._app.queue(name).parts for each in await self._all(part)
            ]:
                if is_declared(snapshot) and snapshot.name not in known:
                    undeclared.append(snapshot.name)
        return SyncReport(
            tuple(became["created"]), tuple(became["changed"]), tuple(became["unchanged"]),
            tuple(undeclared),
        )  # fmt: skip

    async def upsert(
        self, name: str, rule: Rule, call: JobCall[Any], **options: Unpack[ScheduleOptions]
    ) -> ScheduleInfo:
        """Make a schedule, or make the one of this name another.

        Its first slot lies after now. Where only the job or a policy changes, slots that are due
        stay due; a schedule that is paused stays paused.

        Args:
            name: Letters, digits and `._-`; at most 80.
            rule: What `cron`, `every` or `at` makes.
            call: The job that it makes, by `handler.call(...)`. Its queue has the schedule.
            **options: See `ScheduleOptions`.

        Raises:
            InvalidOption: An option does not make sense.
            PayloadTooLarge: The arguments are larger than the limit.
        """
        schedule = prepare_schedule(name, rule, call, options, declared=False)
        await self._put(schedule)
        return await self.get(name, queue=schedule.queue)

    async def change(
        self, name: str, rule: Rule, handler: str, data: Any, *, queue: str,
        job: JobOptions | None = None, **options: Unpack[ScheduleOptions],
    ) -> ScheduleInfo:  # fmt: skip
        """Make a schedule another by the name of its handler, or make one; for people who edit it.

        Unlike with `upsert`, its job keeps the options that it has been given (priority, retries,
        group, ...) but for those in `job`, as long as it is one of the same handler.

        Args:
            name: Letters, digits and `._-`; at most 80.
            rule: What `cron`, `every` or `at` makes.
            handler: Name of the handler of its jobs.
            data: Their arguments.
            queue: Name of the queue that its jobs go to.
            job: Options of its jobs that are given anew. Defaults to none.
            **options: See `ScheduleOptions`; what is not given has its default.

        Raises:
            InvalidPayload: The data is no JSON, or does not fit the handler.
            InvalidOption: An option does not make sense.
            PayloadTooLarge: The arguments are larger than the limit.
        """
        home, given = self._app.queue(queue), job or JobOptions()
        call = home.call(handler, data, **given)
        schedule = prepare_schedule(name, rule, call, options, declared=False)
        with suppress(ScheduleNotFound):
            known = (await self._find(name, queue))[-1]
            schedule = keep_options(schedule, home, known, given)
        await self._put(schedule)
        return await self.get(name, queue=queue)

    async def pause(self, name: str, *, queue: str | None = None) -> None:
        """Let a schedule fire nothing until `resume`; jobs that it has made go on.

        Raises:
            ScheduleNotFound: There is none of this name.
        """
        await self._move(name, queue, pause=True)

    async def resume(self, name: str, *, queue: str | None = None) -> None:
        """Let a schedule go on with the first slot after now; those before it are not made up.

        Raises:
            ScheduleNotFound: There is none of this name.
        """
        await self._move(name, queue, pause=False)

    async def run_now(self, name: str, *, queue: str | None = None) -> JobHandle[Any]:
        """Make a job of a schedule at once, also of a paused one, whatever else of it runs.

        Slots that are due while it runs see it as the run before them. The schedule's next slot
        and its limit stay what they are.

        Returns:
            The job's handle.

        Raises:
            ScheduleNotFound: There is none of this name.
            QueueFull: The queue holds as many jobs as it may.
        """
        connection, at, _, snapshot = await self._find(name, queue)
        snapshot.check()
        job = run_job(snapshot, connection.now_ms(), at)
        if not await connection.client(at).schedules.run_now(name, job):
            raise ScheduleNotFound(name)
        of = self._app.queue(at.partition("/")[0])
        return JobHandle(of, job.id, "created", any_result(of.app.keyring, of.name))

    async def remove(self, name: str, *, queue: str | None = None) -> None:
        """Remove a schedule and its history; of its jobs only those that are parked go with it.

        One that the code declares is back when the next worker starts.

        Raises:
            ScheduleNotFound: There is none of this name.
        """
        connection, at, _, _ = await self._find(name, queue)
        if not await connection.client(at).schedules.remove(name):
            raise ScheduleNotFound(name)

    async def get(self, name: str, *, queue: str | None = None) -> ScheduleInfo:
        """Everything that is known about a schedule.

        Raises:
            ScheduleNotFound: There is none of this name.
        """
        _, at, _, snapshot = await self._find(name, queue)
        return read_schedule(at, snapshot)

    async def list(self, *, queue: str | None = None) -> Infos:
        """All schedules on the server, by queue and name.

        Args:
            queue: Only those of this queue. Defaults to all queues.
        """
        names = await self._parts(await self._connection(), queue)
        return [read_schedule(at, each) for at in names for each in await self._all(at)]

    async def history(self, name: str, *, count: int = 20, queue: str | None = None) -> Runs:
        """How the last slots of a schedule ended, the newest first.

        The newest 100 are kept, for 400 days after the last of them.

        Args:
            name: Of the schedule.
            count: At most so many. Defaults to 20.
            queue: Its queue. Defaults to the one that has a schedule of this name.

        Raises:
            ScheduleNotFound: There is none of this name.
        """
        connection, at, _, _ = await self._find(name, queue)
        ends = await connection.client(at).schedules.history(name, count)
        return [read_run(name, each) for each in ends]

    async def preview(self, name: str, count: int = 5, *, queue: str | None = None) -> Moments:
        """The next slots of a schedule, from its next one on; jitter may put each off.

        Args:
            name: Of the schedule.
            count: At most so many. Defaults to 5.
            queue: Its queue. Defaults to the one that has a schedule of this name.

        Returns:
            Moments in the zone of its rule.

        Raises:
            ScheduleNotFound: There is none of this name.
        """
        _, _, now_ms, snapshot = await self._find(name, queue)
        snapshot.check()
        return next_slots(snapshot, now_ms, count)

    async def _put(self, schedule: Schedule) -> str:
        queue = self._app.queue(schedule.queue)
        connection = await queue.ready()
        schedule.check_size(connection.limit)
        home = schedule.home(queue.spread)
        for part in queue.parts:
            # With other arguments its jobs may belong to another partition than before.
            elsewhere = connection.client(part).schedules
            if part != home and (await elsewhere.get(schedule.name))[1] is not None:
                await elsewhere.remove(schedule.name)
        schedules = connection.client(home).schedules
        while True:
            now_ms, known = await schedules.get(schedule.name)
            if known is not None and schedule.is_stored(known):
                return "unchanged"
            slot, due_ms = schedule.aim(known, now_ms)
            revision = known.revision if known else 0
            if await schedules.put(schedule.name, schedule.sealed(), revision, slot, due_ms):
                return "changed" if known else "created"

    async def _move(self, name: str, queue: str | None, *, pause: bool) -> None:
        moved = "changed"
        while moved == "changed":
            connection, at, now_ms, snapshot = await self._find(name, queue)
            snapshot.check()
            if snapshot.paused is pause:
                return
            slot, due_ms = resumed_slot(snapshot, now_ms)
            moved = await connection.client(at).schedules.move(
                name, snapshot.revision, slot, due_ms, pause=pause
            )
        if moved == "unknown":
            raise ScheduleNotFound(name)
