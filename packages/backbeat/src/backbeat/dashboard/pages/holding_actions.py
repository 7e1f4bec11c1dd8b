"""What can be done to limits, breakers and locks."""

from backbeat.app import BreakerInfo, LimitInfo, LockInfo
from backbeat.dashboard.components.act import action, offer
from backbeat.dashboard.components.dialog import Dialog, name_field, shut_until_typed
from backbeat.dashboard.components.fields import number_in, whole
from backbeat.dashboard.components.offers import Offers
from backbeat.dashboard.components.text import moment
from backbeat.dashboard.visit import Visit
from backbeat.errors import InvalidOption
from backbeat.gateway.access import Action

_LONGEST_S = 86_400


class LimitActions(Offers[LimitInfo]):
    """Pause and resume a limit."""

    def __init__(self, visit: Visit, limit: LimitInfo) -> None:
        """Make the buttons."""
        super().__init__(limit)
        self._visit, name = visit, limit.name
        offer(visit, Action.CONFIGURE, "Pause", lambda: _pause(visit, name), icon="pause")
        self.add(
            action(visit, Action.CONFIGURE, "Resume", self._resume, icon="play_arrow"),
            lambda limit: limit.paused_until is not None,
        )

    async def _resume(self) -> str:
        await self._visit.service.limits.resume(self._visit.caller, self.thing.name)
        return f"{self.thing.name} goes on"


class BreakerActions(Offers[BreakerInfo]):
    """Open and close a breaker."""

    def __init__(self, visit: Visit, breaker: BreakerInfo) -> None:
        """Make the buttons."""
        super().__init__(breaker)
        self._visit = visit
        self.add(
            action(
                visit, Action.CONFIGURE, "Open", self._open, danger=True,
                ask="Hold back its jobs until it is closed?",
            ),
            lambda breaker: breaker.state == "closed",
        )  # fmt: skip
        self.add(
            action(visit, Action.CONFIGURE, "Close", self._close),
            lambda breaker: breaker.state != "closed",
        )

    async def _open(self) -> str:
        await self._visit.service.breakers.open(self._visit.caller, self.thing.name)
        return f"{self.thing.name} is open"

    async def _close(self) -> str:
        await self._visit.service.breakers.close(self._visit.caller, self.thing.name)
        return f"{self.thing.name} is closed"


class LockActions(Offers[LockInfo]):
    """Take a lock away from who holds it."""

    def __init__(self, visit: Visit, lock: LockInfo) -> None:
        """Make the button."""
        super().__init__(lock)
        self.add(
            offer(
                visit, Action.DESTROY, "Take away", lambda: _take_away(visit, lock.name),
                icon="lock_open", danger=True,
            ),
            lambda lock: bool(lock.holders),
        )  # fmt: skip


async def _pause(visit: Visit, name: str) -> None:
    dialog = Dialog("Pause", "It gives nothing to anyone for so long.")
    with dialog:
        seconds = whole("Seconds", 60, most=_LONGEST_S)

    async def deed() -> str:
        wanted = number_in(seconds)
        if wanted is None:
            raise InvalidOption("say for how many seconds")
        until = await visit.service.limits.pause(visit.caller, name, wanted)
        return f"{name} gives nothing until {moment(until)} UTC"

    dialog.offer(visit, "Pause", deed)
    await dialog.shown()


async def _take_away(visit: Visit, name: str) -> None:
    dialog = Dialog(
        "Take away",
        "Whoever holds it goes on until it looks: only writes with a fence are safe from it.",
    )
    with dialog:
        said = name_field(name)

    async def deed() -> str:
        count = await visit.service.locks.take_away(visit.caller, name, confirm=said.value or "")
        return f"{count} have it no more"

    shut_until_typed(dialog.offer(visit, "Take away", deed, danger=True), said, name)
    await dialog.shown()
