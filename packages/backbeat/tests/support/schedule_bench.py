"""Drives the schedules of a queue bench as operators and workers do, at the time of the bench."""

from typing import Any

from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.schedules import (
    Fired,
    Firing,
    ScheduleSnapshot,
    fire_args,
    move_args,
    parse_fired,
    parse_moved,
    parse_put,
    parse_run,
    parse_schedules,
    put_args,
    run_args,
    schedules_args,
)
from backbeat.engine.firing import firings
from backbeat.engine.ids import run_id
from backbeat.engine.record import Record, decode_record, encode_record
from backbeat.engine.schedule_record import StoredSchedule
from backbeat.schedules.every import Every
from packages.backbeat.tests.support.queue_bench import QueueBench

PERIOD_MS = 1_000
JOB: Record = decode_record(encode_record("task", 0, b"{}"))


class ScheduleBench:
    """The schedules of one queue; most tests have one, `s`."""

    def __init__(self, bench: QueueBench) -> None:
        self.bench = bench

    def put(
        self,
        name: str = "s",
        *,
        revision: int | None = None,
        slot: int | None = None,
        **fields: Any,
    ) -> str:
        """Make or change a schedule, whose next slot is the first after now."""
        stored = StoredSchedule(**({"rule": Every(PERIOD_MS), "job": JOB} | fields))
        known = self.get(name)
        if revision is None:
            revision = known.revision if known else 0
        aimed = stored.timetable(name).after(self.bench.now_ms) if slot is None else slot
        due_ms = 0 if aimed is None else stored.timetable(name).due(aimed)
        tail = put_args(
            name, revision, stored.overlap, stored.limit, aimed, due_ms, stored.encode()
        )
        return parse_put(self.bench.me.call("put_schedule", *tail))

    def get(self, name: str = "s") -> ScheduleSnapshot | None:
        """A schedule, or None."""
        _, found = parse_schedules(self.bench.run("schedules", *schedules_args(only=name)))
        return found[0] if found else None

    def the(self, name: str = "s") -> ScheduleSnapshot:
        """A schedule that is there."""
        found = self.get(name)
        assert found is not None
        return found

    def due(self) -> list[ScheduleSnapshot]:
        """The schedules that are due."""
        return parse_schedules(self.bench.run("due_schedules"))[1]

    def firings(self, name: str = "s") -> list[Firing]:
        """The calls that would deal with what is due of a schedule now."""
        return list(firings(self.the(name), self.bench.now_ms))

    def fire(self, *calls: Firing) -> list[tuple[Fired, int]]:
        """Make these calls; by default those for everything that is due."""
        if not calls:
            calls = tuple(call for each in self.due() for call in firings(each, self.bench.now_ms))
        return [parse_fired(self.bench.run("fire", *fire_args(call))) for call in calls]

    def move(self, *, pause: bool, slot: int | None = None, name: str = "s") -> str:
        """Pause a schedule, or let it go on from a slot."""
        tail = move_args(name, self.the(name).revision, slot, slot or 0, pause=pause)
        return parse_moved(self.bench.me.call("move_schedule", *tail))

    def run_now(self, word: str, name: str = "s") -> bool:
        """Run a schedule on request."""
        job = NewJob(run_id(name, self.bench.now_ms, word), encode_record("task", 0, b"{}"))
        return parse_run(self.bench.me.call("run_schedule", *run_args(name, job)))

    def history(self, name: str = "s") -> list[str]:
        """The lines of a history, the oldest first."""
        lines = self.bench.entries(self.bench.keys.schedule_history(name))
        return [line.decode() for line in reversed(lines)]

    def job(self, slot: int, name: str = "s") -> str:
        """The id of a slot's job."""
        return run_id(name, slot)
