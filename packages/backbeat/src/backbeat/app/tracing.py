"""The trace context that jobs carry, and what log lines say of the job they come from.

Imports nothing of OpenTelemetry: `Backbeat.trace` brings what does. Until then there is no carrier,
and that is all that enqueueing asks.
"""

from collections.abc import Callable, MutableMapping
from typing import Any

from backbeat.app.job import current_job

Carrier = Callable[[], dict[str, str] | None]

# Gives the context of whoever enqueues, as W3C headers; of the process, as OpenTelemetry is.
_carriers: list[Carrier] = []


def carry_with(carrier: Carrier) -> None:
    """Let all jobs that this process enqueues carry what this gives."""
    _carriers[:] = [carrier]


def carried() -> dict[str, str] | None:
    """The context of whoever enqueues now; None for none."""
    return _carriers[0]() if _carriers else None


def log_facts() -> dict[str, Any]:
    """What a log line says of the job that runs here, and of its trace; nothing where none runs."""
    job = current_job()
    if job is None:
        return {}
    facts: dict[str, Any] = {
        "job": job.id, "handler": job.name, "queue": job.queue, "attempt": job.attempt,
    }  # fmt: skip
    context = carried() or job.trace or {}
    _, trace_id, span_id, *_ = (*context.get("traceparent", "").split("-"), "", "", "")
    if trace_id:
        facts |= {"trace_id": trace_id, "span_id": span_id}
    return facts


def add_job(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor for structlog: adds job, handler, queue, attempt, and the ids of the trace."""
    for name, value in log_facts().items():
        event.setdefault(name, value)
    return event
