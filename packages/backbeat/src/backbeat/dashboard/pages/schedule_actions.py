"""What can be done to one schedule."""

from backbeat.app import ScheduleInfo
from backbeat.dashboard.components.act import action, offer
from backbeat.dashboard.components.go import go
from backbeat.dashboard.components.offers import Offers
from backbeat.dashboard.pages.schedule_form import put_schedule
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action


class ScheduleActions(Offers[ScheduleInfo]):
    """Buttons, for who may; the thing is the schedule as it was read last."""

    def __init__(self, visit: Visit, info: ScheduleInfo) -> None:
        """Make them."""
        super().__init__(info)
        self._visit, self._schedules = visit, visit.service.schedules
        self._queue, self._name = info.queue, info.name
        queue = info.queue
        self.add(
            action(visit, Action.PAUSE, "Pause", self._pause, queue=queue, icon="pause"),
            lambda info: not info.paused,
        )
        self.add(
            action(visit, Action.PAUSE, "Resume", self._resume, queue=queue, icon="play_arrow"),
            lambda info: info.paused,
        )
        action(visit, Action.ADD, "Run now", self._run, queue=queue, icon="bolt")
        offer(
            visit, Action.CONFIGURE, "Change", lambda: put_schedule(visit, self.thing),
            queue=queue, icon="edit",
        )  # fmt: skip
        action(
            visit, Action.CONFIGURE, "Remove", self._remove, queue=queue, icon="delete",
            danger=True,
            ask="Remove it with its history? What the code declares is back with the next worker.",
        )  # fmt: skip

    async def _pause(self) -> str:
        await self._schedules.pause(self._visit.caller, self._queue, self._name)
        return f"{self._name} is paused"

    async def _resume(self) -> str:
        await self._schedules.resume(self._visit.caller, self._queue, self._name)
        return f"{self._name} goes on"

    async def _run(self) -> str:
        job = await self._schedules.run_now(self._visit.caller, self._queue, self._name)
        return f"added {job.id}"

    async def _remove(self) -> str:
        await self._schedules.remove(self._visit.caller, self._queue, self._name)
        go(self._visit, "schedules")
        return f"{self._name} was removed"
