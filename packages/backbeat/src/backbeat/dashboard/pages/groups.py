"""Groups: tenants that share a queue."""

from backbeat.app import GroupInfo
from backbeat.dashboard.components.redrawn import Redrawn
from backbeat.dashboard.components.text import number
from backbeat.dashboard.pages.group_actions import GroupActions
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
    tabs,
)
from backbeat.pages.parts import Fill, Parts

_PAGE = 30


@screen("/groups", "Groups", "groups")
async def groups_page(visit: Visit) -> Refresh | None:
    """A page of the groups of one queue."""
    await visit.reader.fresh()
    names = [each.name for each in visit.snapshot.queues]
    queue = visit.asked("queue") or next(iter(names), None)
    with heading("Groups"):
        pass
    if queue is None:
        with panel():
            nothing("group_work", "There is no queue yet", "Groups are made by jobs that name one.")
        return None
    tabs([(name, visit.href("groups", queue=name), name == queue) for name in names])
    groups = Parts(
        lambda group: group.name,
        lambda group: _draw(visit, queue, group),
        lambda: nothing(
            "group_work", f"{queue} has no groups", "Jobs are put into one with group=..."
        ),
        "split",
    )
    more = link("Next page", "")

    async def refresh() -> None:
        page = await visit.service.groups.list(
            visit.caller, queue, cursor=visit.asked("cursor"), limit=_PAGE
        )
        groups.show(page.groups)
        more.set_visibility(page.cursor is not None)
        more.props["href"] = visit.href("groups", queue=queue, cursor=page.cursor)

    return refresh


def _draw(visit: Visit, queue: str, group: GroupInfo) -> Fill[GroupInfo]:
    with panel(group.name):
        badge = state(_state(group))
        about = Redrawn()
        with box("items"):
            buttons = GroupActions(visit, queue, group)

    def fill(group: GroupInfo) -> None:
        paint(badge, _state(group))
        about.show(group, lambda: facts(_facts(group)))
        buttons.show(group)

    return fill


def _state(group: GroupInfo) -> str:
    if group.paused:
        return "paused"
    return "held" if group.held else "running"


def _facts(group: GroupInfo) -> dict[str, str]:
    made = {
        "Active": number(group.active),
        "Waiting": number(group.waiting),
        "Held by": group.held or "",
        "At once": "any number" if group.concurrency is None else f"{group.concurrency:,}",
        "Starts": "" if group.rate is None else f"{group.rate.count:,} in {group.rate.per:g} s",
        "May wait": "" if group.max_waiting is None else f"{group.max_waiting:,}",
        "Weight": str(group.weight),
        "Level": str(group.priority),
        "Order": "one after the other" if group.ordered else "",
    }
    return {name: value for name, value in made.items() if value}
