"""One schedule as it is declared or given at run time, checked and made ready."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypedDict

import msgspec
from msgspec import structs

from backbeat.app.call import JobCall
from backbeat.app.encryption import Encryption
from backbeat.app.partitions import Spread
from backbeat.app.times import moment_ms, whole_ms
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.schedules import ScheduleSnapshot
from backbeat.engine.ids import JobIds, check_schedule_name, run_id
from backbeat.engine.record import Record, decode_record
from backbeat.engine.schedule_record import Overlap, StoredSchedule, decode_schedule
from backbeat.errors import (
    ConfigurationError,
    DecryptionError,
    InvalidOption,
    PayloadTooLarge,
    ProtocolError,
)
from backbeat.schedules.every import Every
from backbeat.schedules.missed import Missed, Window, check_missed
from backbeat.schedules.rule import Rule
from backbeat.schedules.timetable import Timetable
from backbeat.values import Seconds

_OVERLAPS: tuple[Overlap, ...] = ("allow", "skip", "queue", "cancel")
_UNBOUNDED = 2**62


class ScheduleOptions(TypedDict, total=False):
    """Options of a schedule. All times are seconds or timedelta.

    Attributes:
        missed: What becomes of slots whose time passed while no worker ran: "skip" leaves them
            out, "one" runs the newest in place of all, "all" runs every one, at most `cap`,
            `Window(length)` runs those that are no older. A slot counts as missed when the next
            one is due, or after a minute. Defaults to "one".
        cap: How many missed slots run at most; the newest are chosen. Defaults to 100.
        overlap: What happens when a slot is due and the run before it has not ended: "allow" runs
            both, "skip" leaves the slot out, "queue" parks its job until the other has ended (100
            of them at most), "cancel" cancels the other. Defaults to "allow".
        jitter: By how much a slot may be put off at most; by how much it is hangs on the name and
            the slot only. Defaults to 0.
        start: The first moment at which a slot may lie; aware. Defaults to any.
        end: The last one; aware. Defaults to any.
        limit: How many slots run at most. Defaults to any number.
    """

    missed: Missed
    cap: int
    overlap: Overlap
    jitter: Seconds
    start: datetime | None
    end: datetime | None
    limit: int | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule that is checked and ready.

    Attributes:
        name: Its name.
        queue: Name of the queue that its jobs go to.
        stored: What the server keeps of it, not encrypted.
        unique: Unique key of its jobs; empty for none.
        encryption: Encrypts the arguments of its jobs; None: nobody does.
    """

    name: str
    queue: str
    stored: StoredSchedule
    unique: str = ""
    encryption: Encryption | None = None

    def check_size(self, limit: int) -> None:
        """Refuse arguments that no job may have.

        Raises:
            PayloadTooLarge: They are larger than the limit.
        """
        size = len(bytes(self.stored.job.payload))
        if size > limit:
            raise PayloadTooLarge(size, limit)

    def home(self, spread: Spread | None) -> str:
        """The engine's queue that has it: its queue, or one of the partitions of that."""
        if spread is None:
            return self.queue
        return spread.home(self.name, self.unique, bytes(self.stored.job.payload))

    def sealed(self) -> StoredSchedule:
        """What the server keeps of it, its arguments encrypted where they have to be."""
        if self.encryption is None:
            return self.stored
        payload = bytes(self.stored.job.payload)
        return _with(self.stored, self.encryption.encrypt_arguments(run_id(self.name, 0), payload))

    def is_stored(self, known: ScheduleSnapshot) -> bool:
        """Whether the server has it as it is, encrypted with the current key where it has to be."""
        if known.fault:
            return False
        if self.encryption is None:
            return known.record == self.stored.encode()
        try:
            there = decode_schedule(known.record)
            sealed = bytes(there.job.payload)
            payload = self.encryption.decrypt_arguments(run_id(self.name, 0), sealed)
        except (ProtocolError, DecryptionError):
            return False
        return self.encryption.is_current(sealed) and _with(there, payload) == self.stored

    def aim(self, known: ScheduleSnapshot | None, now_ms: int) -> tuple[int | None, int]:
        """Its next slot, and when that falls due.

        A slot that was dealt with never comes again, also where the clock was put back. Where only
        the job or a policy changes, slots that are due stay due.
        """
        table = self.stored.timetable(self.name)
        slot = known.slot if known and _table_of(known) == table else None
        if slot is None:
            slot = table.after(max(now_ms, (known and known.passed) or 0))
        if slot is None or (known and 0 < self.stored.limit <= known.fired):
            return None, 0
        return slot, table.due(slot)


def prepare_schedule(
    name: str, rule: Rule, call: JobCall[Any], options: ScheduleOptions, *, declared: bool
) -> Schedule:
    """Check a schedule and make it ready.

    Args:
        name: Its name.
        rule: Where its slots lie.
        call: The job that it makes.
        options: What was given.
        declared: Whether it stands in the code of an application.

    Raises:
        InvalidOption: An option does not make sense; the message names it.
        TypeError: There is no such option.
    """
    if unknown := options.keys() - ScheduleOptions.__annotations__.keys():
        raise TypeError(f"there is no option {min(unknown)!r}")
    missed, cap = options.get("missed", "one"), options.get("cap", 100)
    check_missed(missed, cap)
    overlap = options.get("overlap", "allow")
    if overlap not in _OVERLAPS:
        raise InvalidOption(f"overlap must be one of {', '.join(_OVERLAPS)}, not {overlap!r}")
    stored = StoredSchedule(
        rule=rule,
        job=job_of(call),
        missed="window" if isinstance(missed, Window) else missed,
        window_ms=whole_ms(missed.length) if isinstance(missed, Window) else 0,
        cap=cap,
        overlap=overlap,
        jitter_ms=_jitter(rule, options.get("jitter", 0)),
        start_ms=_moment(options.get("start")),
        end_ms=_moment(options.get("end")),
        limit=_limit(options.get("limit")),
        declared=declared,
    )
    if stored.end_ms and stored.end_ms < stored.start_ms:
        raise InvalidOption("end must not lie before start")
    _, unique = call.plan.identity(call.name, call.payload)
    name = check_schedule_name(name)
    return Schedule(name, call.queue, stored, unique, call.plan.encryption)


def job_of(call: JobCall[Any]) -> Record:
    """The job of a schedule, as if it were made at 0; not encrypted.

    Raises:
        InvalidOption: It has what a schedule decides.
    """
    plan = call.plan
    if plan.job_id is not None or plan.delay_ms or plan.run_at_ms or plan.replace or plan.wait:
        raise InvalidOption(
            "the job of a schedule cannot have id=, delay=, run_at=, on_kept= or wait=: the"
            " schedule gives it an id and a time, and nobody waits for it"
        )
    # Its id is that of its slot, whatever else gives ids.
    plan = replace(plan, cached=False, refresh=False, encryption=None)
    return decode_record(plan.job(call.name, call.payload, 0, _UNBOUNDED).record)


def _with(stored: StoredSchedule, payload: bytes) -> StoredSchedule:
    job = structs.replace(stored.job, payload=msgspec.Raw(payload))
    return structs.replace(stored, job=job)


def _jitter(rule: Rule, jitter: Seconds) -> int:
    jitter_ms = whole_ms(jitter)
    if isinstance(rule, Every) and jitter_ms > rule.period_ms:
        raise InvalidOption("jitter must not be longer than the distance of the slots")
    return jitter_ms


def _moment(moment: datetime | None) -> int:
    return 0 if moment is None else moment_ms(moment)


def _limit(limit: int | None) -> int:
    if limit is not None and limit < 1:
        raise InvalidOption(f"limit must be at least 1, and is {limit}")
    return limit or 0


def run_job(snapshot: ScheduleSnapshot, now_ms: int, queue: str) -> NewJob:
    """A job of a schedule that is made on request."""
    word = _ids.new()
    stored = decode_schedule(snapshot.record)
    return NewJob(run_id(snapshot.name, now_ms, word, queue=queue), stored.record(now_ms))


def _table_of(snapshot: ScheduleSnapshot) -> Timetable | None:
    """The slots that a schedule has so far; None where they cannot be read."""
    try:
        return decode_schedule(snapshot.record).timetable(snapshot.name)
    except ProtocolError:
        return None


_ids: Final = JobIds()


class Declared:
    """The schedules that stand in the code of an application, by name."""

    def __init__(self) -> None:
        """Know none yet."""
        self.by_name: dict[str, Schedule] = {}

    def enter(self, schedule: Schedule) -> None:
        """Add one.

        Raises:
            ConfigurationError: There is one of this name.
        """
        if schedule.name in self.by_name:
            raise ConfigurationError(f"schedule {schedule.name!r} is declared already")
        self.by_name[schedule.name] = schedule

    def of(self, queue: str) -> list[Schedule]:
        """Those of a queue."""
        return [each for each in self.by_name.values() if each.queue == queue]
