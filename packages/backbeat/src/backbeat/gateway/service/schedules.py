"""Schedules: when they fire, how their runs ended, and what is done to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from backbeat.app import JobHandle, JobOptions, ScheduledRun, ScheduleInfo, ScheduleOptions
from backbeat.errors import InvalidPayload
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.encrypted import audited, veiled
from backbeat.gateway.service.resource import Resource
from backbeat.schedules.rule import Rule


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A schedule that is to be.

    Attributes:
        rule: When it has slots.
        handler: Name of the handler of its jobs.
        data: Their arguments.
        options: What becomes of its slots.
        job: Options of its jobs that are given anew; what it has besides is kept.
    """

    rule: Rule
    handler: str
    data: Any
    options: ScheduleOptions
    job: JobOptions = field(default_factory=JobOptions)


class Schedules(Resource):
    """Schedules, for callers who may; each by its queue and name."""

    async def list(self, caller: Caller, queue: str | None = None) -> Sequence[ScheduleInfo]:
        """Those of one queue, or of every queue that the caller may see."""
        names = await self._visible(caller)
        if queue is not None:
            names = [(await self._queue(caller, Action.VIEW, queue)).name]
        found = [each for name in names for each in await self._app.schedules.list(queue=name)]
        return [self._shown(caller, each) for each in found]

    async def get(self, caller: Caller, queue: str, name: str) -> ScheduleInfo:
        """Everything about one."""
        await self._queue(caller, Action.VIEW, queue)
        return self._shown(caller, await self._app.schedules.get(name, queue=queue))

    async def history(
        self, caller: Caller, queue: str, name: str, count: int = 20
    ) -> Sequence[ScheduledRun]:
        """How its last slots ended, the newest first."""
        await self._queue(caller, Action.VIEW, queue)
        return await self._app.schedules.history(name, count=count, queue=queue)

    async def preview(
        self, caller: Caller, queue: str, name: str, count: int = 5
    ) -> Sequence[datetime]:
        """Its next slots."""
        await self._queue(caller, Action.VIEW, queue)
        return await self._app.schedules.preview(name, count, queue=queue)

    async def upsert(
        self, caller: Caller, queue: str, name: str, schedule: NewSchedule
    ) -> ScheduleInfo:
        """Make one, or change the one of this name; a mark left in its arguments keeps what was."""
        known = await self._queue(caller, Action.CONFIGURE, queue)
        # What it adds is added in the caller's name.
        self._guard.check(caller, Action.ADD, queue)
        there = {each.name: each for each in await self._app.schedules.list(queue=queue)}
        old = there.get(name)
        try:
            data = self._redactor.restore(schedule.data, None if old is None else old.arguments)
        except ValueError as error:
            raise InvalidPayload(str(error)) from None
        told = audited(known, data)
        new = {"handler": schedule.handler, "data": told, "rule": str(schedule.rule)}
        async with self._guard.act(
            caller, Action.CONFIGURE, "schedules.upsert", queue=queue, subjects=[name], old=old,
            new={**new, **schedule.job},
        ):  # fmt: skip
            info = await self._app.schedules.change(
                name, schedule.rule, schedule.handler, data, queue=queue, job=schedule.job,
                **schedule.options,
            )  # fmt: skip
        return self._shown(caller, info)

    async def pause(self, caller: Caller, queue: str, name: str) -> None:
        """Let it fire nothing until `resume`."""
        await self._queue(caller, Action.PAUSE, queue)
        async with self._guard.act(
            caller, Action.PAUSE, "schedules.pause", queue=queue, subjects=[name]
        ):
            await self._app.schedules.pause(name, queue=queue)

    async def resume(self, caller: Caller, queue: str, name: str) -> None:
        """Let it go on with the first slot after now."""
        await self._queue(caller, Action.PAUSE, queue)
        async with self._guard.act(
            caller, Action.PAUSE, "schedules.resume", queue=queue, subjects=[name]
        ):
            await self._app.schedules.resume(name, queue=queue)

    async def run_now(self, caller: Caller, queue: str, name: str) -> JobHandle[Any]:
        """Make a job of it at once."""
        await self._queue(caller, Action.ADD, queue)
        async with self._guard.act(
            caller, Action.ADD, "schedules.run", queue=queue, subjects=[name]
        ):
            return await self._app.schedules.run_now(name, queue=queue)

    async def remove(self, caller: Caller, queue: str, name: str) -> None:
        """Remove it with its history."""
        await self._queue(caller, Action.CONFIGURE, queue)
        old = await self._app.schedules.get(name, queue=queue)
        async with self._guard.act(
            caller, Action.CONFIGURE, "schedules.remove", queue=queue, subjects=[name], old=old
        ):
            await self._app.schedules.remove(name, queue=queue)

    def _shown(self, caller: Caller, info: ScheduleInfo) -> ScheduleInfo:
        readable = caller.principal.may(Action.READ_DATA, info.queue)
        arguments = self._redactor.value(veiled(info.arguments)) if readable else None
        return msgspec.structs.replace(info, arguments=arguments)
