"""A job like one that is there: with its options, and its arguments or others."""

from dataclasses import replace
from typing import Any, Final

import msgspec
from msgspec import structs

from backbeat.app.bulk import Book
from backbeat.app.call import JobCall
from backbeat.app.decrypting import decrypted_record
from backbeat.app.given_options import IN_OPTIONS, NONE, given, usual_job
from backbeat.app.options import JobOptions
from backbeat.engine.calls.read import Snapshot
from backbeat.engine.ids import check_job_id
from backbeat.engine.record import Record, decode_record
from backbeat.errors import JobNotFound

# Those of a record that a plan has under the same names.
_IN_HEAD: Final = ("priority", "lifo", "group", "cost")


def replay_of(
    book: Book, job_id: str, snapshot: Snapshot | None, data: Any, new_id: str | None
) -> JobCall[Any]:
    """A job like one that is there, to be enqueued now.

    What its handler says now counts, except for options that it was given itself.

    Args:
        book: Makes jobs of its queue.
        job_id: The job.
        snapshot: All that is known about it.
        data: Other arguments; None for the same.
        new_id: Id of the new job; None for a new one.

    Raises:
        JobNotFound: There is no such job.
        KeyNotFound: It is encrypted, and its key is not here.
        InvalidPayload: The arguments do not fit the handler.
        InvalidOption: The id is none.
    """
    if snapshot is None:
        raise JobNotFound(job_id)
    old = decrypted_record(job_id, decode_record(snapshot.record), book.queue.encryption)

    def make(name: str, arguments: Any) -> JobCall[Any]:
        return book.call(name, arguments, JobOptions())

    arguments = msgspec.json.decode(old.payload) if data is None else data
    return _with_given(make(old.name, arguments), old, usual_job(make, old), new_id)


def _with_given(call: JobCall[Any], old: Record, usual: Record, new_id: str | None) -> JobCall[Any]:
    head = given(_IN_HEAD, old, usual)
    stored = given(IN_OPTIONS, old.options, usual.options)
    if old.options is not None and old.options.flow is not None:
        stored.pop("wait_ms", None)  # that of a job whose children came first
    options = structs.replace(call.plan.stored or NONE, **stored)
    plan = replace(
        call.plan,
        **head,
        stored=None if options == NONE else options,
        rule=None if "priority" in head else call.plan.rule,
        grouping=None if "group" in head else call.plan.grouping,
        # Whoever wants it again does not want the result that is kept.
        job_id=None if new_id is None else check_job_id(new_id),
        cached=False, refresh=False, plain=False,
    )  # fmt: skip
    return replace(call, plan=plan)
