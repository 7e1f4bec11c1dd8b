"""Limits, breakers and locks: what holds jobs back."""

from typing import Final

from backbeat.app import BreakerInfo, LimitInfo, LockHolder, LockInfo
from backbeat.dashboard.components.redrawn import Redrawn
from backbeat.dashboard.components.text import ago, moment, number, pretty
from backbeat.dashboard.pages.holding_actions import BreakerActions, LimitActions, LockActions
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.pages.look import (
    box,
    facts,
    heading,
    link,
    nothing,
    paint,
    panel,
    state,
    text,
)
from backbeat.pages.parts import Fill, Parts

_MOST_LOCKS: Final = 30


@screen("/limits", "Limits and locks", "limits")
async def limits_page(visit: Visit) -> Refresh:
    """All that are declared or in use."""
    with heading("Limits, breakers and locks"):
        pass
    with panel("Limits"):
        limits = Parts[LimitInfo](
            lambda limit: limit.name, lambda limit: _limit(visit, limit),
            lambda: nothing("speed", "No limit is declared", "Declare one with app.limit(...)."),
            "split",
        )  # fmt: skip
    with panel("Breakers"):
        breakers = Parts[BreakerInfo](
            lambda breaker: breaker.name, lambda breaker: _breaker(visit, breaker),
            lambda: nothing(
                "electrical_services", "No breaker was used yet",
                "Give a handler breaker=Breaker(...).",
            ),
            "split",
        )  # fmt: skip
    with panel("Locks"):
        locks = Parts[LockInfo](
            lambda lock: lock.name, lambda lock: _lock(visit, lock),
            lambda: nothing(
                "lock_open", "No lock is in use", "They appear here while somebody holds them."
            ),
            "split",
        )  # fmt: skip
        more = text("", "quiet")

    async def refresh() -> None:
        who, service = visit.caller, visit.service
        limited = await service.limits.list(who)
        limits.show(limited)
        breakers.show(await service.breakers.list(who))
        # Limits are kept as locks are, and have their place above.
        shown = {limit.name for limit in limited}
        names = [name for name in await service.locks.names(who) if name not in shown]
        locks.show([await service.locks.get(who, name) for name in names[:_MOST_LOCKS]])
        others = len(names) - _MOST_LOCKS
        more.set_text(f"{others:,} more: `backbeat locks` lists them" if others > 0 else "")

    return refresh


def _limit(visit: Visit, limit: LimitInfo) -> Fill[LimitInfo]:
    with panel(limit.name):
        about = Redrawn()
        with box("items"):
            buttons = LimitActions(visit, limit)

    def fill(limit: LimitInfo) -> None:
        buttons.show(limit)
        about.show(limit, lambda: facts({
            "Free now": "no rate" if limit.free is None else number(limit.free),
            "Running": f"{limit.running} of {limit.max_running or 'any number'}",
            "Waiting": number(limit.waiting),
            "Paused until": moment(limit.paused_until),
        }))  # fmt: skip

    return fill


def _breaker(visit: Visit, breaker: BreakerInfo) -> Fill[BreakerInfo]:
    with panel(breaker.name):
        badge = state(breaker.state)
        about = Redrawn()
        with box("items"):
            buttons = BreakerActions(visit, breaker)

    def fill(breaker: BreakerInfo) -> None:
        paint(badge, breaker.state)
        buttons.show(breaker)
        about.show(breaker, lambda: facts({
            "Since": ago(breaker.since), "Until": moment(breaker.until),
            "In the window": f"{breaker.well} well, {breaker.failed} failed",
        }))  # fmt: skip

    return fill


def _lock(visit: Visit, lock: LockInfo) -> Fill[LockInfo]:
    with panel(lock.name):
        about = Redrawn()
        with box("items"):
            buttons = LockActions(visit, lock)

    def fill(lock: LockInfo) -> None:
        buttons.show(lock)
        about.show(lock, lambda: _about_lock(visit, lock))

    return fill


def _about_lock(visit: Visit, lock: LockInfo) -> None:
    facts({
        "Held": f"{sum(each.slots for each in lock.holders)} of {lock.slots}",
        "Waiting": number(lock.waiting + len(lock.parked)),
    })  # fmt: skip
    for holder in lock.holders:
        _holder(visit, holder)


def _holder(visit: Visit, holder: LockHolder) -> None:
    with box("items", "small"):
        job, queue = holder.about.get("job"), holder.about.get("queue")
        if isinstance(job, str) and isinstance(queue, str):
            link(job, visit.href("queues", queue, "jobs", job))
        else:
            text(pretty(holder.about))
        text(f"since {moment(holder.since)}, until {moment(holder.until)} UTC", "quiet")
