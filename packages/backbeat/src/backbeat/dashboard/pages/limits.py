"""Limits, locks and breakers: what holds jobs back."""

from functools import partial

from backbeat.dashboard.components.act import action
from backbeat.dashboard.components.look import box, facts, heading, nothing, panel, state, text
from backbeat.dashboard.components.text import ago, moment, number
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action

_MOST_LOCKS = 50


@screen("/limits", "Limits and locks", "limits")
async def limits_page(visit: Visit) -> Refresh | None:
    """All that are declared or in use, as they are now."""
    who, service = visit.caller, visit.service
    with heading("Limits, breakers and locks"):
        pass
    with panel("Limits"):
        limits = await service.limits.list(who)
        if not limits:
            nothing("speed", "No limit is declared", "Declare one with app.limit(...).")
        with box("split"):
            for limit in limits:
                with panel(limit.name):
                    facts({
                        "Free now": "no rate" if limit.free is None else number(limit.free),
                        "Running": f"{limit.running} of {limit.max_running or 'any number'}",
                        "Waiting": number(limit.waiting),
                        "Paused until": moment(limit.paused_until),
                    })  # fmt: skip
                    with box("row"):
                        action(
                            visit,
                            Action.CONFIGURE,
                            "Pause for 1 min",
                            partial(_pause, visit, limit.name),
                        )
                        action(
                            visit, Action.CONFIGURE, "Resume", partial(_resume, visit, limit.name)
                        )
    with panel("Breakers"):
        breakers = await service.breakers.list(who)
        if not breakers:
            nothing(
                "electrical_services",
                "No breaker was used yet",
                "Give a handler breaker=Breaker(...).",
            )
        with box("split"):
            for each in breakers:
                with panel(each.name):
                    state(each.state)
                    facts({
                        "Since": ago(each.since), "Until": moment(each.until),
                        "In the window": f"{each.well} well, {each.failed} failed",
                    })  # fmt: skip
                    with box("row"):
                        action(
                            visit,
                            Action.CONFIGURE,
                            "Open",
                            partial(_open, visit, each.name),
                            danger=True,
                            ask="Hold back its jobs until it is closed?",
                        )
                        action(visit, Action.CONFIGURE, "Close", partial(_close, visit, each.name))
    with panel("Locks"):
        names = await service.locks.names(who)
        if not names:
            nothing(
                "lock_open", "No lock is in use", "Locks appear here while somebody holds them."
            )
        for name in names[:_MOST_LOCKS]:
            lock = await service.locks.get(who, name)
            with box("row"):
                text(lock.name)
                text(f"{len(lock.holders)} of {lock.slots} held, {lock.waiting} wait", "quiet")
        if len(names) > _MOST_LOCKS:
            text(f"{len(names) - _MOST_LOCKS} more: backbeat locks lists them", "quiet")
    return None


async def _pause(visit: Visit, name: str) -> str:
    until = await visit.service.limits.pause(visit.caller, name, 60)
    return f"{name} gives nothing until {moment(until)}"


async def _resume(visit: Visit, name: str) -> str:
    await visit.service.limits.resume(visit.caller, name)
    return f"{name} goes on"


async def _open(visit: Visit, name: str) -> str:
    await visit.service.breakers.open(visit.caller, name)
    return f"{name} is open"


async def _close(visit: Visit, name: str) -> str:
    await visit.service.breakers.close(visit.caller, name)
    return f"{name} is closed"
