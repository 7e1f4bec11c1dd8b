"""New jobs."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header
from pydantic import Field, model_validator

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Asked, Envelope
from backbeat.gateway.http.repeats import HEADER
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.job_choices import JobChoices
from backbeat.gateway.routes.jobs import AddedModel
from backbeat.gateway.routes.parameters import Id, Moment, Name, QueueName, Seconds
from backbeat.gateway.service.intake import NewJob

router = APIRouter(prefix="/queues/{queue}/jobs", tags=["jobs"], route_class=GatewayRoute)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=HEADER,
        description="Names this request: sent again with the same key, it is answered as before.",
    ),
]


class Add(JobChoices):
    """A job."""

    name: Name = Field(description="Name of its handler.")
    data: Any = Field(default_factory=dict, description="Its arguments.")
    id: Id | None = Field(default=None, description="Where it is there already, nothing is added.")
    delay: Seconds | None = None
    run_at: Moment | None = None

    @model_validator(mode="after")
    def _one_start(self) -> "Add":
        if self.delay is not None and self.run_at is not None:
            raise ValueError("give delay or runAt, not both")
        return self

    def as_job(self, job_id: str | None) -> NewJob:
        """The job, with an id where the body names none."""
        given = {"delay": self.delay, "run_at": self.run_at, "id": self.id or job_id}
        options: Any = {name: value for name, value in given.items() if value is not None}
        return NewJob(self.name, self.data, {**self.choices(), **options})


class AddMany(Asked):
    """Jobs, in their order."""

    jobs: Annotated[list[Add], Field(min_length=1, max_length=1_000)]


@router.post("", status_code=201, **needs(Action.ADD))
async def add_job(
    who: Who, desk: Desk, queue: QueueName, body: Add, key: IdempotencyKey = None
) -> Envelope[AddedModel]:
    """Add a job; `created` is false where its id was there already."""
    handle = await desk.intake.add(who, queue, body.as_job(_job_id(who.principal.name, key, 0)))
    return Envelope(data=AddedModel(id=handle.id, created=handle.created))


@router.post("/bulk", status_code=201, **needs(Action.ADD, costly=True))
async def add_jobs(
    who: Who, desk: Desk, queue: QueueName, body: AddMany, key: IdempotencyKey = None
) -> Envelope[list[AddedModel]]:
    """Add up to 1,000 jobs; all of them are checked before the first is added."""
    name = who.principal.name
    jobs = [each.as_job(_job_id(name, key, n)) for n, each in enumerate(body.jobs)]
    handles = await desk.intake.add_many(who, queue, jobs)
    return Envelope(data=[AddedModel(id=each.id, created=each.created) for each in handles])


def _job_id(who: str, key: str | None, number: int) -> str | None:
    """The id that a key gives a job: should its answer be lost, it is not added a second time."""
    if key is None:
        return None
    digest = hashlib.sha256(f"{len(who)}:{who}:{key}".encode()).hexdigest()[:32]
    return f"once-{digest}-{number}"
