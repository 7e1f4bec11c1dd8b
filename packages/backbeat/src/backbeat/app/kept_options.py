"""What stays of the job of a schedule when the schedule is changed: the options that were given."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

import msgspec
from msgspec import structs

from backbeat.app.options import JobOptions
from backbeat.app.queue import Queue
from backbeat.app.schedule import Schedule, job_of
from backbeat.engine.calls.schedules import ScheduleSnapshot
from backbeat.engine.ids import run_id
from backbeat.engine.record import Record, StoredOptions
from backbeat.engine.schedule_record import decode_schedule
from backbeat.errors import DecryptionError, InvalidPayload, ProtocolError


def keep_options(
    schedule: Schedule, queue: Queue, known: ScheduleSnapshot, given: JobOptions
) -> Schedule:
    """A schedule whose job has the options that its job has had; of another handler, none.

    Args:
        schedule: As it shall be, with what its handler and `given` say.
        queue: That of its jobs.
        known: The one that is there.
        given: Options of its job that are given now; these are not kept.
    """
    try:
        old = _decrypted(decode_schedule(known.record).job, known.name, queue)
    except (ProtocolError, DecryptionError):
        return schedule
    if old.name != schedule.stored.job.name:
        return schedule
    try:
        usual = job_of(queue.call(old.name, msgspec.json.decode(old.payload)))
    except InvalidPayload:
        # The handler takes other arguments by now, and so says nothing of these.
        usual = Record(old.name, 0, old.payload)
    return _merged(schedule, old, usual, given)


def _decrypted(job: Record, schedule: str, queue: Queue) -> Record:
    if queue.encryption is None:
        return job
    payload = queue.encryption.decrypt_arguments(run_id(schedule, 0), bytes(job.payload))
    return structs.replace(job, payload=msgspec.Raw(payload))


def _merged(schedule: Schedule, old: Record, usual: Record, given: Collection[str]) -> Schedule:
    """A schedule whose job has what was given with its job before.

    A record does not say which options were given with the job and which came from its handler:
    those that are not what the handler makes of the same arguments were given. The others are
    worked out anew, since they may hang on the arguments.

    Args:
        schedule: As it shall be, with what its handler and `given` say.
        old: Its job as it was.
        usual: The job that the handler makes of the arguments of `old`, where nothing is given.
        given: Names of the options that are given now.
    """
    said = {field for name in given for field in _FIELDS.get(name, ())}
    job = schedule.stored.job
    options = _kept(_IN_OPTIONS, job.options or _NONE, old.options, usual.options, said)
    job = _kept(_IN_HEAD, job, old, usual, said)
    job = structs.replace(job, options=None if options == _NONE else options)
    stored = structs.replace(schedule.stored, job=job)
    return replace(schedule, stored=stored, unique=job.unique)


def _kept(names: Collection[str], new: Any, old: Any, usual: Any, said: Collection[str]) -> Any:
    """The new one, with what the old one has that is not usual; None stands for no options."""
    old, usual = old or _NONE, usual or _NONE
    kept = {
        name: getattr(old, name)
        for name in names
        if name not in said and getattr(old, name) != getattr(usual, name)
    }
    return structs.replace(new, **kept)


_NONE: Final = StoredOptions()
_IN_HEAD: Final = ("priority", "lifo", "group", "cost", "unique")
# The trace is that of whoever changes the schedule, and its jobs belong to no flow.
_IN_OPTIONS: Final = tuple(
    name for name in StoredOptions.__struct_fields__ if name not in {"trace", "flow"}
)
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
