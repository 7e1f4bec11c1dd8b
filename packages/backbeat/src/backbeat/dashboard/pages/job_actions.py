"""What can be done to one job: buttons for what makes sense in its state."""

from typing import Final

from backbeat import State
from backbeat.dashboard.components.act import action, offer
from backbeat.dashboard.components.go import go
from backbeat.dashboard.components.offers import Offers
from backbeat.dashboard.pages.job_forms import edit, reprioritise, reschedule
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action
from backbeat.gateway.service.looking import JobView

_MOVABLE: Final = {State.WAITING, State.DELAYED}


class JobActions(Offers[JobView]):
    """Buttons, for who may; the thing is the job as it was read last."""

    def __init__(self, visit: Visit, view: JobView) -> None:
        """Make them."""
        super().__init__(view)
        self._visit, self._jobs = visit, visit.service.jobs
        self._queue, self._ids = view.info.queue, [view.info.id]
        self._starting()
        self._moving()
        self._ending()

    def _starting(self) -> None:
        visit, queue = self._visit, self._queue
        self.add(
            action(visit, Action.RETRY, "Retry", self._retry, queue=queue, icon="replay"),
            lambda view: view.info.finished_at is not None,
        )
        self.add(
            action(visit, Action.RETRY, "Start now", self._promote, queue=queue, icon="play_arrow"),
            lambda view: view.info.state is State.DELAYED,
        )

    def _moving(self) -> None:
        visit, queue = self._visit, self._queue
        for label, ask, icon in (
            ("Reschedule", lambda: reschedule(visit, self.thing), "schedule"),
            ("Priority", self._reprioritise, "low_priority"),
        ):
            self.add(
                offer(visit, Action.RETRY, label, ask, queue=queue, icon=icon),
                lambda view: view.info.state in _MOVABLE,
            )
        self.add(
            offer(
                visit, Action.EDIT_DATA, "Edit and replay", lambda: edit(visit, self.thing),
                queue=queue, icon="edit",
            ),
            lambda view: view.readable,
        )  # fmt: skip

    def _ending(self) -> None:
        self.add(
            action(
                self._visit, Action.CANCEL, "Cancel", self._cancel, queue=self._queue,
                icon="cancel", ask="Cancel this job? If it runs, it is asked to stop.",
            ),
            lambda view: view.info.finished_at is None,
        )  # fmt: skip
        self.add(
            action(
                self._visit, Action.REMOVE, "Remove", self._remove, queue=self._queue,
                icon="delete", danger=True, ask="Remove this job with all that is kept of it?",
            ),
            lambda view: view.info.state is not State.ACTIVE,
        )  # fmt: skip

    async def _reprioritise(self) -> None:
        await reprioritise(self._visit, self._queue, self._ids, self.thing.info.priority)

    async def _retry(self) -> str:
        count = await self._jobs.retry(self._visit.caller, self._queue, self._ids)
        return f"{count} runs again"

    async def _promote(self) -> str:
        count = await self._jobs.promote(self._visit.caller, self._queue, self._ids)
        return f"{count} starts now"

    async def _cancel(self) -> str:
        why = "cancelled in the dashboard"
        ends = await self._jobs.cancel(self._visit.caller, self._queue, self._ids, why)
        return f"it is {ends[self._ids[0]]}"

    async def _remove(self) -> str:
        removed = await self._jobs.remove(self._visit.caller, self._queue, self._ids)
        if removed.active:
            return "it runs, and stays"
        go(self._visit, "queues", self._queue)
        return "it was removed"
