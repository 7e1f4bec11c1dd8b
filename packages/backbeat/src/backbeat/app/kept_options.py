"""What stays of the job of a schedule when the schedule is changed: the options that were given."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from msgspec import structs

from backbeat.app.decrypting import decrypted_record
from backbeat.app.given_options import IN_OPTIONS, NONE, given, usual_job
from backbeat.app.options import JobOptions
from backbeat.app.queue import Queue
from backbeat.app.schedule import Schedule
from backbeat.engine.calls.schedules import ScheduleSnapshot
from backbeat.engine.ids import run_id
from backbeat.engine.record import Record
from backbeat.engine.schedule_record import decode_schedule
from backbeat.errors import DecryptionError, ProtocolError


def keep_options(
    schedule: Schedule, queue: Queue, known: ScheduleSnapshot, said: JobOptions
) -> Schedule:
    """A schedule whose job has the options that its job has had; of another handler, none.

    Args:
        schedule: As it shall be, with what its handler and `said` say.
        queue: That of its jobs.
        known: The one that is there.
        said: Options of its job that are given now; these are not kept.
    """
    try:
        old = _decrypted(decode_schedule(known.record).job, known.name, queue)
    except (ProtocolError, DecryptionError):
        return schedule
    if old.name != schedule.stored.job.name:
        return schedule
    return _merged(schedule, old, usual_job(queue.call, old), said)


def _decrypted(job: Record, schedule: str, queue: Queue) -> Record:
    if queue.encryption is None:
        return job
    return decrypted_record(run_id(schedule, 0), job, queue.encryption)


def _merged(schedule: Schedule, old: Record, usual: Record, said: Collection[str]) -> Schedule:
    """The schedule with what was given with its job before and is not given now.

    The other options are worked out anew, since they may hang on the arguments.
    """
    fields = {field for name in said for field in _FIELDS.get(name, ())}
    job = schedule.stored.job
    in_options = given(_without(IN_OPTIONS, fields), old.options, usual.options)
    options = structs.replace(job.options or NONE, **in_options)
    in_head = given(_without(_IN_HEAD, fields), old, usual)
    job = structs.replace(job, **in_head, options=None if options == NONE else options)
    stored = structs.replace(schedule.stored, job=job)
    return replace(schedule, stored=stored, unique=job.unique)


def _without(names: Collection[str], fields: Collection[str]) -> list[str]:
    return [name for name in names if name not in fields]


_IN_HEAD: Final = ("priority", "lifo", "group", "cost", "unique")
# What each option of a job is called where it is stored.
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "priority": ("priority",),
    "lifo": ("lifo",),
    "group": ("group",),
    "cost": ("cost",),
    "unique": ("unique",),
    "attempts": ("attempts",),
    "retry": ("attempts", "backoff"),
    "timeout": ("timeout_ms",),
    "wait_timeout": ("wait_ms",),
    "deadline": ("deadline_ms",),
    "stale_after": ("stale_ms",),
    "keep": ("keep", "keep_ms"),
    "lock": ("lock",),
    "cache": ("keep", "keep_ms"),
}
