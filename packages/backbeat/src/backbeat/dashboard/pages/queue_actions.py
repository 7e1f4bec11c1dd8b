"""What can be done to a whole queue."""

from nicegui import ui

from backbeat.dashboard.components.act import action, offer
from backbeat.dashboard.components.dialog import Dialog
from backbeat.dashboard.components.fields import number_in, whole
from backbeat.dashboard.components.offers import Offers
from backbeat.dashboard.pages.job_forms import add
from backbeat.dashboard.pages.queue_emptying import clean, drain, obliterate
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action
from backbeat.pages.look import button


class QueueActions(Offers[bool]):
    """Buttons, for who may; the thing is whether the queue is paused."""

    def __init__(self, visit: Visit, queue: str) -> None:
        """Make them."""
        super().__init__(False)
        self._visit, self._queue = visit, queue
        offer(visit, Action.ADD, "Add a job", lambda: add(visit, queue), queue=queue, icon="add")
        pause = action(visit, Action.PAUSE, "Pause", self._pause, queue=queue, icon="pause")
        resume = action(visit, Action.PAUSE, "Resume", self._resume, queue=queue, icon="play_arrow")
        self.add(pause, lambda paused: not paused)
        self.add(resume, lambda paused: paused)
        offer(
            visit, Action.CONFIGURE, "Scale", lambda: scale(visit, queue), queue=queue, icon="tune"
        )
        _empty(visit, queue)

    async def _pause(self) -> str:
        await self._visit.service.queues.pause(self._visit.caller, self._queue)
        self.show(True)
        return f"{self._queue} is paused"

    async def _resume(self) -> str:
        await self._visit.service.queues.resume(self._visit.caller, self._queue)
        self.show(False)
        return f"{self._queue} goes on"


def _empty(visit: Visit, queue: str) -> None:
    may_clean = visit.may(Action.REMOVE, queue)
    may_destroy = visit.may(Action.DESTROY, queue)
    if not (may_clean or may_destroy):
        return
    with button("Empty", None, icon="delete_sweep", danger=True), ui.menu():
        if may_clean:
            ui.menu_item("Clean: remove what ended", lambda: clean(visit, queue))
        if may_destroy:
            ui.menu_item("Drain: remove what waits", lambda: drain(visit, queue))
            ui.menu_item("Obliterate: remove all of it", lambda: obliterate(visit, queue))


async def scale(visit: Visit, queue: str) -> None:
    """Ask how many jobs shall run at once."""
    dialog = Dialog("Scale", "What is left empty stays as it is.")
    with dialog:
        each = whole("Jobs at once in each worker", most=10_000)
        over_all = whole("Jobs at once over all workers", most=1_000_000)

    async def deed() -> str:
        told = await visit.service.queues.scale(
            visit.caller, queue, concurrency=number_in(each), max_running=number_in(over_all),
            worker=None,
        )  # fmt: skip
        return f"{told} workers were told"

    dialog.offer(visit, "Scale", deed)
    await dialog.shown()
