"""What can be known about a schedule and its runs, as users see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final

import msgspec

from backbeat.app.partitions import Spread, read_text
from backbeat.app.times import moment
from backbeat.engine.calls.schedules import RunEnd, ScheduleSnapshot
from backbeat.engine.ids import slot_of
from backbeat.engine.record import Record
from backbeat.engine.schedule_record import Overlap, StoredSchedule, decode_schedule
from backbeat.errors import InvalidOption, ProtocolError, ScheduleNotFound
from backbeat.schedules.at import At
from backbeat.schedules.rule import describe, zone_of

# Its queue, the server's time when it was read, and what was read.
Found = tuple[str, int, ScheduleSnapshot]


class ScheduleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known about a schedule.

    Attributes:
        name: Its name.
        queue: Name of the queue that its jobs go to.
        rule: Where its slots lie, in words.
        handler: Name of the handler of its jobs.
        arguments: Their arguments.
        next_at: Its next slot, in the zone of its rule; None where none follows.
        paused: Whether it fires nothing.
        fired: How many slots have run.
        missed: What becomes of missed slots, in words.
        window: Seconds that a missed slot may be old; None where that is not asked.
        cap: How many missed slots run at most.
        overlap: What happens while the run before has not ended.
        jitter: Seconds by which a slot may be put off at most.
        start: The first moment at which a slot may lie; None: any.
        end: The last one; None: any.
        limit: How many slots run at most; None: any number.
        declared: Whether it stands in the code of an application.
        running: Ids of its jobs that have not ended; only where overlaps matter.
        parked: Ids of its jobs that wait until those before them end.
    """

    name: str
    queue: str
    rule: str
    handler: str
    arguments: Any
    next_at: datetime | None
    paused: bool
    fired: int
    missed: str
    window: float | None = None
    cap: int = 100
    overlap: Overlap
    jitter: float
    start: datetime | None
    end: datetime | None
    limit: int | None
    declared: bool
    running: tuple[str, ...]
    parked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """How one slot of a schedule ended.

    Attributes:
        slot: The slot; the moment of the request for a run on request.
        job_id: Its job; None for a slot that did not run.
        outcome: completed, failed or cancelled; skipped, because the run before had not ended;
            missed, because nobody was there to fire it.
        started_at: When it was first started; None if it never was.
        ended_at: When it ended, or was left out.
        count: For how many slots it stands, from `slot` on; 1,000 is that many or more.
    """

    slot: datetime
    job_id: str | None
    outcome: str
    started_at: datetime | None
    ended_at: datetime
    count: int = 1

    @property
    def duration(self) -> float | None:
        """Seconds from the first start to the end, waits between attempts included."""
        if self.started_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What became of the schedules that an application declares.

    Attributes:
        created: Names of those that are new on the server.
        changed: Names of those that were there otherwise.
        unchanged: Names of those that were there like this.
        undeclared: Names of those that the server has from a declaration that is no longer in the
            code. They go on until somebody removes them.
    """

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = field(default=())


def read_schedule(queue: str, snapshot: ScheduleSnapshot) -> ScheduleInfo:
    """A schedule as users see it."""
    try:
        stored, rule = decode_schedule(snapshot.record), snapshot.fault
    except ProtocolError as error:
        # One that is broken must not hide the others.
        stored, rule = _UNREADABLE, str(error)
    zone = zone_of(stored.rule)
    return ScheduleInfo(
        name=snapshot.name,
        queue=queue.partition("/")[0],
        rule=rule or describe(stored.rule),
        handler=stored.job.name,
        arguments=msgspec.json.decode(stored.job.payload),
        next_at=None if snapshot.slot is None else moment(snapshot.slot).astimezone(zone),
        paused=snapshot.paused,
        fired=snapshot.fired,
        missed=_missed(stored),
        window=stored.window_ms / 1000 if stored.missed == "window" else None,
        cap=stored.cap,
        overlap=stored.overlap,
        jitter=stored.jitter_ms / 1000,
        start=_moment(stored.start_ms),
        end=_moment(stored.end_ms),
        limit=stored.limit or None,
        declared=stored.declared,
        running=_ids(snapshot.name, snapshot.live),
        parked=_ids(snapshot.name, snapshot.line),
    )


def read_run(name: str, end: RunEnd) -> ScheduledRun:
    """A line of a history as users see it."""
    job_id = f"schedule:{name}:{end.run}"
    slot_ms = slot_of(job_id)
    assert slot_ms is not None
    return ScheduledRun(
        slot=moment(slot_ms),
        job_id=None if end.outcome in {"skipped", "missed"} else job_id,
        outcome=end.outcome,
        started_at=None if end.started_ms is None else moment(end.started_ms),
        ended_at=moment(end.ended_ms),
        count=end.count,
    )


def is_declared(snapshot: ScheduleSnapshot) -> bool:
    """Whether a schedule stands, or stood, in the code of an application."""
    try:
        return decode_schedule(snapshot.record).declared
    except ProtocolError:
        return False


def next_slots(snapshot: ScheduleSnapshot, now_ms: int, count: int) -> list[datetime]:
    """The next slots of a schedule, in the zone of its rule."""
    slot, _ = resumed_slot(snapshot, now_ms) if snapshot.paused else (snapshot.slot, 0)
    if slot is None:
        return []
    stored = decode_schedule(snapshot.record)
    zone, table = zone_of(stored.rule), stored.timetable(snapshot.name)
    return [moment(each).astimezone(zone) for each in islice(table.slots(slot - 1), count)]


def resumed_slot(snapshot: ScheduleSnapshot, now_ms: int) -> tuple[int | None, int]:
    """The slot with which a schedule goes on from now, and when that falls due."""
    stored = decode_schedule(snapshot.record)
    table = stored.timetable(snapshot.name)
    slot = table.after(max(now_ms, snapshot.passed or 0))
    if slot is None or 0 < stored.limit <= snapshot.fired:
        return None, 0
    return slot, table.due(slot)


def parts_of(queue: str, spread: bytes | None) -> tuple[str, ...]:
    """The engine's queues behind a queue.

    Args:
        queue: Its name.
        spread: What the server remembers of its partitions; None for none.
    """
    if spread is None:
        return (queue,)
    count, by = read_text(spread.decode())
    return Spread(queue, count, by).parts


def only_one(name: str, found: Sequence[Found]) -> Found:
    """The one schedule of a name that was found.

    Raises:
        ScheduleNotFound: There is none.
        InvalidOption: Several queues have one.
    """
    if not found:
        raise ScheduleNotFound(name)
    if len(found) > 1:
        queues = ", ".join(queue.partition("/")[0] for queue, _, _ in found)
        raise InvalidOption(f"several queues have a schedule {name!r}: say queue=, of {queues}")
    return found[0]


def _missed(stored: StoredSchedule) -> str:
    if stored.missed == "window":
        return f"window of {stored.window_ms / 1000:g} s"
    return f"all, at most {stored.cap}" if stored.missed == "all" else stored.missed


def _moment(ms: int) -> datetime | None:
    return moment(ms) if ms else None


_UNREADABLE: Final = StoredSchedule(At(0), Record("?", 0, msgspec.Raw(b"null")))


def _ids(name: str, runs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"schedule:{name}:{run}" for run in runs)
