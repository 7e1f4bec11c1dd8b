"""Groups: tenants that share a queue."""

from functools import partial

from backbeat.dashboard.components.act import action
from backbeat.dashboard.components.look import (
    box,
    facts,
    heading,
    link,
    nothing,
    panel,
    state,
    tabs,
)
from backbeat.dashboard.components.text import number
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action

_PAGE = 30


@screen("/groups", "Groups", "groups")
async def groups_page(visit: Visit) -> Refresh | None:
    """A page of the groups of one queue."""
    await visit.reader.fresh()
    names = [each.name for each in visit.snapshot.queues]
    queue = visit.asked("queue") or next(iter(names), None)
    with heading("Groups"):
        pass
    tabs([(name, visit.href("groups", queue=name), name == queue) for name in names])
    if queue is None:
        nothing("group_work", "There is no queue yet", "Groups are made by jobs that name one.")
        return None
    page = await visit.service.groups.list(
        visit.caller, queue, cursor=visit.asked("cursor"), limit=_PAGE
    )
    if not page.groups:
        with panel():
            nothing("group_work", f"{queue} has no groups", "Jobs are put into one with group=...")
    with box("split"):
        for each in page.groups:
            with panel(each.name):
                state("paused" if each.paused else ("held" if each.held else "running"))
                facts({
                    "Active": number(each.active), "Waiting": number(each.waiting),
                    "At once": "any number" if each.concurrency is None else str(each.concurrency),
                    "Weight": str(each.weight),
                })  # fmt: skip
                with box("row"):
                    action(
                        visit,
                        Action.PAUSE,
                        "Pause",
                        partial(_pause, visit, queue, each.name),
                        queue=queue,
                    )
                    action(
                        visit,
                        Action.PAUSE,
                        "Resume",
                        partial(_resume, visit, queue, each.name),
                        queue=queue,
                    )
    if page.cursor:
        link("Next page", visit.href("groups", queue=queue, cursor=page.cursor))
    return None


async def _pause(visit: Visit, queue: str, group: str) -> str:
    await visit.service.groups.pause(visit.caller, queue, group)
    return f"{group} is paused"


async def _resume(visit: Visit, queue: str, group: str) -> str:
    await visit.service.groups.resume(visit.caller, queue, group)
    return f"{group} goes on"
