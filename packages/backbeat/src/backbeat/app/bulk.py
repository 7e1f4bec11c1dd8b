"""Jobs given by name and data, or as calls of handlers, made ready alike."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from backbeat.app import codec
from backbeat.app.call import JobCall
from backbeat.app.contact import Contact
from backbeat.app.handler import Handler
from backbeat.app.options import JobOptions, Plan, prepare
from backbeat.app.policy import NO_HANDLER
from backbeat.app.results import any_result
from backbeat.engine.ids import check_name
from backbeat.errors import InvalidJob, InvalidOption, InvalidPayload


class Book:
    """The handlers of one queue, and how jobs by name are made ready.

    Attributes:
        queue: The queue.
        handlers: Its handlers by name.
    """

    def __init__(self, queue: Contact, handlers: Mapping[str, Handler[..., Any]]) -> None:
        """Look into `handlers` as they are at each call."""
        self.queue = queue
        self.handlers = handlers

    def call(self, name: str, data: Any, options: JobOptions) -> JobCall[Any]:
        """A job by name and data.

        Raises:
            InvalidPayload: The data is no JSON, or does not fit the handler.
            InvalidOption: An option does not make sense.
        """
        return self._call(name, data, self._plan(name, options))

    def calls(
        self, jobs: Iterable[JobCall[Any] | tuple[str, Any]], options: JobOptions
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
            return self._plan(name, options)

        calls = []
        for job in jobs:
            if isinstance(job, tuple):
                name, data = job
                calls.append(self._call(name, data, plan(name)))
            elif job.queue == self.queue.name:
                calls.append(job)
            else:
                raise InvalidJob(f"a call of queue {job.queue!r} was given to {self.queue.name!r}")
        return calls

    def payload(self, name: str, data: Any) -> bytes:
        """Arguments as JSON, checked where the handler is known here.

        Raises:
            InvalidPayload: The data is no JSON, or does not fit the handler.
        """
        handler = self.handlers.get(name)
        return _encode(name, data) if handler is None else handler.arguments.encode_data(data)

    def _call(self, name: str, data: Any, plan: Plan) -> JobCall[Any]:
        handler = self.handlers.get(name)
        queue = self.queue
        known = any_result(queue.app.keyring, queue.name) if handler is None else handler.result
        return JobCall(queue.name, name, self.payload(name, data), plan, known)

    def _plan(self, name: str, options: JobOptions) -> Plan:
        handler = self.handlers.get(name)
        if handler is not None:
            return prepare(handler.policy, options, handler.arguments)
        check_name(name, "job")
        return prepare(replace(NO_HANDLER, encryption=self.queue.encrypts), options)


def _encode(name: str, data: Any) -> bytes:
    try:
        payload = codec.encode(data)
    except codec.ENCODE_ERRORS as error:
        raise InvalidPayload(f"{name}: {error}") from error
    if b"null" in payload and codec.loses_numbers(data):
        raise InvalidPayload(f"{name}: JSON has no NaN and no infinity")
    return payload
