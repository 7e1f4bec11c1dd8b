"""Spans of attempts, and the context that leads from who enqueued a job to who runs it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

from opentelemetry.trace import SpanKind, StatusCode, TracerProvider, get_tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_HEADERS: Final = TraceContextTextMapPropagator()


class Traced(Protocol):
    """A job, as much of it as a span says."""

    id: str
    name: str
    queue: str
    attempt: int
    trace: Mapping[str, str] | None


class Tracing:
    """Makes a span for each attempt, named by the conventions for messaging."""

    def __init__(self, provider: TracerProvider | None) -> None:
        """Make spans with this provider; None is the global one."""
        self._tracer = get_tracer("backbeat", tracer_provider=provider)

    def carry(self) -> dict[str, str] | None:
        """The present context as W3C headers; None where there is none."""
        headers: dict[str, str] = {}
        _HEADERS.inject(headers)
        return headers or None

    async def around(self, job: Traced, call_next: Callable[[], Awaitable[Any]]) -> Any:
        """Run an attempt within a span, whose parent is that of who enqueued the job."""
        attributes: dict[str, str | int] = {
            "messaging.system": "backbeat",
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.destination.name": job.queue,
            "messaging.message.id": job.id,
            "backbeat.handler": job.name,
            "backbeat.attempt": job.attempt,
        }
        with self._tracer.start_as_current_span(
            f"process {job.queue}",
            context=_HEADERS.extract(dict(job.trace or {})),
            kind=SpanKind.CONSUMER,
            attributes=attributes,
        ) as span:
            try:
                return await call_next()
            except BaseException as error:
                span.set_attribute("error.type", type(error).__qualname__)
                if not isinstance(error, Exception):
                    # A run that is told to end: the tracer itself looks at exceptions only.
                    span.set_status(StatusCode.ERROR, type(error).__name__)
                raise
