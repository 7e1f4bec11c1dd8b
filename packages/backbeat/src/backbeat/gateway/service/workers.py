"""Workers: who takes jobs, what each runs, and whether it goes on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from backbeat.app import Vitals, WorkerInfo
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker of a queue: what it says of itself, the jobs that it runs, and how it is."""

    queue: str
    info: WorkerInfo
    running: tuple[str, ...]
    vitals: Vitals | None = None


# Inside the class below `list` is the question.
Views = list[WorkerView]


class Workers(Resource):
    """Workers, for callers who may."""

    async def list(self, caller: Caller, queue: str | None = None) -> Sequence[WorkerView]:
        """Those of one queue, or of every queue that the caller may see."""
        names = await self._visible(caller)
        if queue is not None:
            names = [(await self._queue(caller, Action.VIEW, queue)).name]
        found = await asyncio.gather(*map(self._of, names))
        views = [view for views in found for view in views]
        vitals = await self._app.vitals(view.info.name for view in views)
        return [replace(view, vitals=vitals.get(view.info.name)) for view in views]

    async def pause(self, caller: Caller, queue: str, number: int) -> None:
        """Let one worker start no more jobs of the queue."""
        known = await self._queue(caller, Action.PAUSE, queue)
        async with self._guard.act(
            caller, Action.PAUSE, "workers.pause", queue=queue, subjects=[str(number)]
        ):
            await known.pause_worker(number)

    async def resume(self, caller: Caller, queue: str, number: int) -> None:
        """Let one worker start jobs again."""
        known = await self._queue(caller, Action.PAUSE, queue)
        async with self._guard.act(
            caller, Action.PAUSE, "workers.resume", queue=queue, subjects=[str(number)]
        ):
            await known.resume_worker(number)

    async def _of(self, name: str) -> Views:
        queue = self._app.queue(name)
        infos, running = await queue.workers(), await queue.running()
        return [WorkerView(name, info, running.get(info.number, ())) for info in infos]
