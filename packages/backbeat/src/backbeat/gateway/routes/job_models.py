"""A job as JSON shows it."""

from datetime import datetime
from typing import Any, Self

from pydantic import Field
from typing_extensions import override

from backbeat.gateway.http.envelope import Shown
from backbeat.gateway.service.looking import JobView


class ErrorModel(Shown):
    """Why it failed."""

    error: str
    message: str
    reason: str
    trace: str
    attempts: int


class AttemptModel(Shown):
    """One ended attempt."""

    number: int
    worker: str
    started_at: datetime
    ended_at: datetime
    outcome: str
    error: str
    message: str
    trace: str


class ProgressModel(Shown):
    """How far it is."""

    value: Any
    message: str


class StepModel(Shown):
    """One moment in its life."""

    at: datetime
    what: str
    attempt: int


class FlowRef(Shown):
    """The flow that it belongs to."""

    home: str
    id: str


class JobModel(Shown):
    """A job."""

    id: str
    name: str
    queue: str
    state: str
    reason: str | None
    priority: int
    unique: str
    group: str
    flow: FlowRef | None
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    attempts: int
    failures: int
    readable: bool = Field(description="Whether whoever asks may read what it carries.")
    data: Any = Field(description="Its arguments, without secrets; null where not readable.")
    error: ErrorModel | None

    @classmethod
    def of(cls, view: JobView) -> Self:
        """A job as one caller sees it."""
        return cls.model_validate(cls._facts(view))

    @classmethod
    def _facts(cls, view: JobView) -> dict[str, Any]:
        info = view.info
        facts = {name: getattr(info, name) for name in _TAKEN}
        flow = None if info.flow is None else {"home": info.flow[0], "id": info.flow[1]}
        return {**facts, "data": info.arguments, "readable": view.readable, "flow": flow}


class JobDetail(JobModel):
    """Everything about a job."""

    why: str | None = Field(description="Why it is not running, in a sentence.")
    result: Any
    progress: ProgressModel | None
    cancel_reason: str | None
    history: list[AttemptModel]
    timeline: list[StepModel]
    logs: list[str]

    @classmethod
    @override
    def _facts(cls, view: JobView) -> dict[str, Any]:
        info = view.info
        more = {name: getattr(info, name) for name in ("result", "progress", "cancel_reason")}
        seen = {"why": view.why, "timeline": view.timeline, "logs": view.logs}
        return {**super()._facts(view), **more, **seen, "history": info.history}


_TAKEN = (
    "id", "name", "queue", "state", "reason", "priority", "unique", "group", "created_at",
    "due_at", "finished_at", "attempts", "failures", "error",
)  # fmt: skip
