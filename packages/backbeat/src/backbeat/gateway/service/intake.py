"""New jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backbeat.app import JobHandle, JobOptions
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.encrypted import audited
from backbeat.gateway.service.resource import Resource


@dataclass(frozen=True, slots=True)
class NewJob:
    """One job that is to be added: name of its handler, arguments, options."""

    name: str
    data: Any
    options: JobOptions = field(default_factory=JobOptions)


class Intake(Resource):
    """Adds jobs, for callers who may."""

    async def add(self, caller: Caller, queue: str, job: NewJob) -> JobHandle[Any]:
        """Add a job; where its id is there already, nothing is added."""
        return (await self.add_many(caller, queue, [job]))[0]

    async def add_many(
        self, caller: Caller, queue: str, jobs: Sequence[NewJob]
    ) -> list[JobHandle[Any]]:
        """Add jobs, in their order; all of them are checked before the first is added."""
        known = await self._queue(caller, Action.ADD, queue)
        calls = [known.call(job.name, job.data, **job.options) for job in jobs]
        subjects = [job.options.get("id") or "" for job in jobs]
        new: list[Mapping[str, Any]] = [
            {"name": job.name, "data": audited(known, job.data)} for job in jobs[:100]
        ]
        async with self._guard.act(
            caller, Action.ADD, "jobs.add", queue=queue, subjects=subjects, new=new
        ):
            return await known.add_many(calls)
