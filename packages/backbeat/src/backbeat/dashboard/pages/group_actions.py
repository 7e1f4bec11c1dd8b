"""What can be done to one group of a queue."""

from nicegui import ui

from backbeat.app import GroupInfo, GroupRules
from backbeat.dashboard.components.act import action, offer
from backbeat.dashboard.components.dialog import Dialog
from backbeat.dashboard.components.fields import number_in, whole
from backbeat.dashboard.components.offers import Offers
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action

_MOST = 1_000_000_000


class GroupActions(Offers[GroupInfo]):
    """Buttons, for who may; the thing is the group as it was read last."""

    def __init__(self, visit: Visit, queue: str, group: GroupInfo) -> None:
        """Make them."""
        super().__init__(group)
        self._visit, self._groups = visit, visit.service.groups
        self._queue, self._name = queue, group.name
        self.add(
            action(visit, Action.PAUSE, "Pause", self._pause, queue=queue, icon="pause"),
            lambda group: not group.paused,
        )
        self.add(
            action(visit, Action.PAUSE, "Resume", self._resume, queue=queue, icon="play_arrow"),
            lambda group: group.paused,
        )
        offer(
            visit, Action.CONFIGURE, "Rules", lambda: configure(visit, queue, self.thing),
            queue=queue, icon="tune",
        )  # fmt: skip
        self.add(
            action(
                visit, Action.CONFIGURE, "Reset", self._reset, queue=queue, icon="undo",
                ask="Take back all rules of its own, a pause too?",
            ),
            lambda group: bool(group.own),
        )  # fmt: skip

    async def _pause(self) -> str:
        await self._groups.pause(self._visit.caller, self._queue, self._name)
        return f"{self._name} is paused"

    async def _resume(self) -> str:
        await self._groups.resume(self._visit.caller, self._queue, self._name)
        return f"{self._name} goes on"

    async def _reset(self) -> str:
        await self._groups.reset(self._visit.caller, self._queue, self._name)
        return f"{self._name} has the rules of {self._queue}"


async def configure(visit: Visit, queue: str, group: GroupInfo) -> None:
    """Ask for rules of the group's own."""
    dialog = Dialog("Rules of the group", "They hold at once. Left empty: no limit.")
    with dialog:
        at_once = whole("Jobs at once", group.concurrency, most=_MOST)
        may_wait = whole("Jobs that may wait", group.max_waiting, most=_MOST)
        weight = whole("Weight, 1 to 100", group.weight, most=100)
        level = whole("Level, 0 to 10", group.priority, least=0, most=10)
        ordered = ui.checkbox("One after the other", value=group.ordered)

    async def deed() -> str:
        now, rules = _written(), GroupRules()
        # What was not changed stays a rule of the queue.
        rules.update({name: now[name] for name in now if now[name] != getattr(group, name)})  # type: ignore[typeddict-item] # names of its own
        await visit.service.groups.configure(visit.caller, queue, group.name, **rules)
        return f"{group.name} has its rules"

    def _written() -> dict[str, int | bool | None]:
        return {
            "concurrency": number_in(at_once), "max_waiting": number_in(may_wait),
            "weight": number_in(weight), "priority": number_in(level),
            "ordered": bool(ordered.value),
        }  # fmt: skip

    dialog.offer(visit, "Save", deed)
    await dialog.shown()
