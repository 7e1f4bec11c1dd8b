"""Jobs given by name and data, or as calls of handlers, made ready alike."""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from backbeat.app import codec
from backbeat.app.enqueuer import JobCall
from backbeat.app.options import JobOptions, Plan, prepare
from backbeat.app.results import ANY_RESULT
from backbeat.engine.ids import check_name
from backbeat.errors import InvalidJob, InvalidOption, InvalidPayload
from backbeat.values import Priority

if TYPE_CHECKING:
    from backbeat.app.operations import Operations


def as_call(queue: "Operations", name: str, data: Any, options: JobOptions) -> JobCall[Any]:
    """A job by name and data, checked by its handler where that is known here.

    Raises:
        InvalidPayload: The data is no JSON, or does not fit the handler.
        InvalidOption: An option does not make sense.
    """
    return _call(queue, name, data, _plan(queue, name, options))


def as_calls(
    queue: "Operations", jobs: Iterable[JobCall[Any] | tuple[str, Any]], options: JobOptions
) -> list[JobCall[Any]]:
    """Jobs given either way.

    Raises:
        InvalidJob: A call belongs to another queue.
        InvalidOption: An id is given for many jobs.
        InvalidPayload: The data of a job is no JSON, or does not fit its handler.
    """
    if options.get("id") is not None:
        raise InvalidOption("id= is that of one job: use handler.options(id=...).call(...)")

    @cache
    def plan(name: str) -> Plan:
        return _plan(queue, name, options)

    calls = []
    for job in jobs:
        if isinstance(job, tuple):
            name, data = job
            calls.append(_call(queue, name, data, plan(name)))
        elif job.queue == queue.name:
            calls.append(job)
        else:
            raise InvalidJob(f"a call of queue {job.queue!r} was given to {queue.name!r}")
    return calls


def _plan(queue: "Operations", name: str, options: JobOptions) -> Plan:
    handler = queue.handlers.get(name)
    if handler is not None:
        return prepare(handler.priority, options)
    check_name(name, "job")
    return prepare(Priority.NORMAL, options)


def _call(queue: "Operations", name: str, data: Any, plan: Plan) -> JobCall[Any]:
    handler = queue.handlers.get(name)
    if handler is None:
        return JobCall(queue.name, name, _encode(name, data), plan, ANY_RESULT)
    return JobCall(queue.name, name, handler.arguments.encode_data(data), plan, handler.result)


def _encode(name: str, data: Any) -> bytes:
    try:
        payload = codec.encode(data)
    except codec.ENCODE_ERRORS as error:
        raise InvalidPayload(f"{name}: {error}") from error
    if b"null" in payload and codec.loses_numbers(data):
        raise InvalidPayload(f"{name}: JSON has no NaN and no infinity")
    return payload
