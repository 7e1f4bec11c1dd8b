"""The schedules of an application, for code without an event loop."""

from contextlib import suppress
from typing import Any, Unpack

from backbeat.app.call import JobCall
from backbeat.app.connections import SyncConnection
from backbeat.app.kept_options import keep_options
from backbeat.app.options import JobOptions
from backbeat.app.results import any_result
from backbeat.app.schedule import Declared, Schedule, ScheduleOptions, prepare_schedule, run_job
from backbeat.app.schedule_info import (
    ScheduleInfo,
    SyncReport,
    is_declared,
    next_slots,
    only_one,
    parts_of,
    read_run,
    read_schedule,
    resumed_slot,
)
from backbeat.app.schedule_search import (
    PAGE,
    Infos,
    Moments,
    Names,
    Runs,
    ScheduleHome,
    Snapshots,
)
from backbeat.app.sync_handle import SyncJobHandle
from backbeat.engine.calls.reply import items, pairs, text
from backbeat.engine.calls.schedules import ScheduleSnapshot
from backbeat.engine.keys import partitions, registry
from backbeat.errors import ScheduleNotFound
from backbeat.schedules.rule import Rule


class SyncSchedules:
    """`Schedules` for code without an event loop; safe to share by threads."""

    def __init__(self, app: ScheduleHome, declared: Declared) -> None:
        """Ask nobody yet; see `Schedules`."""
        self._app = app
        self._declared = declared

    def sync(self, queue: str | None = None) -> SyncReport:
        """See `Schedules.sync`."""
        became: dict[str, Names] = {"created": [], "changed": [], "unchanged": []}
        undeclared: Names = []
        for name in [queue] if queue else [*self._app.queues]:
            declared = self._declared.of(name)
            for schedule in declared:
                became[self._put(schedule)].append(schedule.name)
            known = {schedule.name for schedule in declared}
            for snapshot in [
                each for part in self._app.queue(name).parts for each in self._all(part)
            ]:
                if is_declared(snapshot) and snapshot.name not in known:
                    undeclared.append(snapshot.name)
        return SyncReport(
            tuple(became["created"]), tuple(became["changed"]), tuple(became["unchanged"]),
            tuple(undeclared),
        )  # fmt: skip

    def upsert(
        self, name: str, rule: Rule, call: JobCall[Any], **options: Unpack[ScheduleOptions]
    ) -> ScheduleInfo:
        """See `Schedules.upsert`."""
        schedule = prepare_schedule(name, rule, call, options, declared=False)
        self._put(schedule)
        return self.get(name, queue=schedule.queue)

    def change(
        self, name: str, rule: Rule, handler: str, data: Any, *, queue: str,
        job: JobOptions | None = None, **options: Unpack[ScheduleOptions],
    ) -> ScheduleInfo:  # fmt: skip
        """See `Schedules.change`."""
        home, given = self._app.queue(queue), job or JobOptions()
        call = home.call(handler, data, **given)
        schedule = prepare_schedule(name, rule, call, options, declared=False)
        with suppress(ScheduleNotFound):
            schedule = keep_options(schedule, home, self._find(name, queue)[-1], given)
        self._put(schedule)
        return self.get(name, queue=queue)

    def pause(self, name: str, *, queue: str | None = None) -> None:
        """See `Schedules.pause`."""
        self._move(name, queue, pause=True)

    def resume(self, name: str, *, queue: str | None = None) -> None:
        """See `Schedules.resume`."""
        self._move(name, queue, pause=False)

    def run_now(self, name: str, *, queue: str | None = None) -> SyncJobHandle[Any]:
        """See `Schedules.run_now`."""
        connection, at, _, snapshot = self._find(name, queue)
        snapshot.check()
        job = run_job(snapshot, connection.now_ms(), at)
        if not connection.client(at).schedules.run_now(name, job):
            raise ScheduleNotFound(name)
        of = self._app.queue(at.partition("/")[0])
        return SyncJobHandle(of.sync, job.id, "created", any_result(of.app.keyring, of.name))

    def remove(self, name: str, *, queue: str | None = None) -> None:
        """See `Schedules.remove`."""
        connection, at, _, _ = self._find(name, queue)
        if not connection.client(at).schedules.remove(name):
            raise ScheduleNotFound(name)

    def get(self, name: str, *, queue: str | None = None) -> ScheduleInfo:
        """See `Schedules.get`."""
        _, at, _, snapshot = self._find(name, queue)
        return read_schedule(at, snapshot)

    def list(self, *, queue: str | None = None) -> Infos:
        """See `Schedules.list`."""
        names = self._parts(self._connection(), queue)
        return [read_schedule(at, each) for at in names for each in self._all(at)]

    def history(self, name: str, *, count: int = 20, queue: str | None = None) -> Runs:
        """See `Schedules.history`."""
        connection, at, _, _ = self._find(name, queue)
        ends = connection.client(at).schedules.history(name, count)
        return [read_run(name, each) for each in ends]

    def preview(self, name: str, count: int = 5, *, queue: str | None = None) -> Moments:
        """See `Schedules.preview`."""
        _, _, now_ms, snapshot = self._find(name, queue)
        snapshot.check()
        return next_slots(snapshot, now_ms, count)

    def _put(self, schedule: Schedule) -> str:
        queue = self._app.queue(schedule.queue)
        connection = queue.sync.ready()
        schedule.check_size(connection.limit)
        home = schedule.home(queue.spread)
        for part in queue.parts:
            # With other arguments its jobs may belong to another partition than before.
            elsewhere = connection.client(part).schedules
            if part != home and elsewhere.get(schedule.name)[1] is not None:
                elsewhere.remove(schedule.name)
        schedules = connection.client(home).schedules
        while True:
            now_ms, known = schedules.get(schedule.name)
            if known is not None and schedule.is_stored(known):
                return "unchanged"
            slot, due_ms = schedule.aim(known, now_ms)
            revision = known.revision if known else 0
            if schedules.put(schedule.name, schedule.sealed(), revision, slot, due_ms):
                return "changed" if known else "created"

    def _move(self, name: str, queue: str | None, *, pause: bool) -> None:
        moved = "changed"
        while moved == "changed":
            connection, at, now_ms, snapshot = self._find(name, queue)
            snapshot.check()
            if snapshot.paused is pause:
                return
            slot, due_ms = resumed_slot(snapshot, now_ms)
            moved = connection.client(at).schedules.move(
                name, snapshot.revision, slot, due_ms, pause=pause
            )
        if moved == "unknown":
            raise ScheduleNotFound(name)

    def _find(
        self, name: str, queue: str | None
    ) -> tuple[SyncConnection, str, int, ScheduleSnapshot]:
        connection = self._connection()
        declared = self._declared.by_name.get(name)
        if queue is None and declared is not None:
            queue = declared.queue
        found = []
        for at in self._parts(connection, queue):
            now_ms, snapshot = connection.client(at).schedules.get(name)
            if snapshot is not None:
                found.append((at, now_ms, snapshot))
        return connection, *only_one(name, found)

    def _all(self, queue: str) -> Snapshots:
        schedules = self._connection().client(queue).schedules
        found: Snapshots = []
        page = schedules.page(limit=PAGE)
        while page:
            found += page
            page = schedules.page(found[-1].name, PAGE)
        return found

    def _parts(self, connection: SyncConnection, queue: str | None) -> Names:
        """The engine's queues behind a queue, or behind all that there are."""
        execute, namespace = connection.transport.execute, connection.namespace
        names = items(execute("SMEMBERS", registry(namespace)), 0)
        spread = dict(pairs(items(execute("HGETALL", partitions(namespace)), 0)))
        wanted = [queue] if queue else sorted({*map(text, names), *self._app.queues})
        return [part for name in wanted for part in parts_of(name, spread.get(name))]

    def _connection(self) -> SyncConnection:
        return self._app.connections.open_sync()
