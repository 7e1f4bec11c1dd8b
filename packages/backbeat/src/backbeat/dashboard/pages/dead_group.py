"""One group of dead letters: what failed, in which jobs, and letting them run again."""

from typing import Final

from backbeat.app import DeadGroup, Failure, JobInfo
from backbeat.dashboard.components.act import action
from backbeat.dashboard.components.go import go
from backbeat.dashboard.components.offers import Offers
from backbeat.dashboard.components.redrawn import Redrawn
from backbeat.dashboard.components.text import ago, moment, number
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action
from backbeat.pages.look import code, facts, heading, link, nothing, panel, text
from backbeat.pages.table import Column, Row, fill, table

COLUMNS: Final = (
    Column("id", "Id", "link"),
    Column("message", "Message"),
    Column("reason", "Why no further attempt"),
    Column("attempts", "Attempts", "number"),
    Column("ended", "Failed"),
)
_PAGE: Final = 25
_LONGEST: Final = 300


@screen("/dead/{queue}/{fingerprint}", "Dead letters", "dead")
async def dead_group_page(visit: Visit, queue: str, fingerprint: str) -> Refresh:
    """One group."""
    cursor = visit.asked("cursor")
    crumbs = (("Dead letters", visit.href("dead")), (queue, visit.href("dead", queue=queue)))
    group = await visit.service.dead.group(visit.caller, queue, fingerprint)
    title = "Nothing is left of it" if group is None else group.error.error or group.error.reason
    with heading(title, *crumbs):
        text("", "grow")
        buttons = GroupActions(visit, queue, fingerprint, group)
    about = Redrawn()
    with panel("Jobs"):
        none = nothing("task_alt", "Its jobs run again, or are gone", "Look at the other groups.")
        jobs = table(COLUMNS, [], key="id")
        more = link("Next page", "")

    async def refresh() -> None:
        group = await visit.service.dead.group(visit.caller, queue, fingerprint)
        buttons.show(group)
        if group is not None:
            about.show(group, lambda: _about(visit, queue, group))
        page = await visit.service.dead.list_group(
            visit.caller, queue, fingerprint, cursor=cursor, limit=_PAGE
        )
        fill(jobs, [_row(visit, each.info) for each in page.jobs])
        none.set_visibility(not page.jobs)
        jobs.set_visibility(bool(page.jobs))
        more.set_visibility(page.cursor is not None)
        more.props["href"] = visit.href("dead", queue, fingerprint, cursor=page.cursor)

    return refresh


def _about(visit: Visit, queue: str, group: DeadGroup) -> None:
    with panel():
        facts({
            "Handler": group.name, "Jobs": number(group.count),
            "Oldest": f"{moment(group.first_at)} UTC", "Latest": f"{moment(group.last_at)} UTC",
            "Fingerprint": group.fingerprint,
        })  # fmt: skip
        text(group.error.message, "problem")
        if group.error.trace:
            code(group.error.trace)
        link("The latest of them", visit.href("queues", queue, "jobs", group.sample))


def _row(visit: Visit, info: JobInfo) -> Row:
    error = info.error or Failure()
    return {
        "id": info.id, "id_href": visit.href("queues", info.queue, "jobs", info.id),
        "message": error.message[:_LONGEST], "reason": error.reason,
        "attempts": info.attempts, "ended": ago(info.finished_at),
    }  # fmt: skip


class GroupActions(Offers[DeadGroup | None]):
    """Buttons, for who may; the thing is the group, None where nothing is left of it."""

    def __init__(self, visit: Visit, queue: str, fingerprint: str, group: DeadGroup | None) -> None:
        """Make them."""
        super().__init__(group)
        self._visit, self._dead = visit, visit.service.dead
        self._queue, self._fingerprint = queue, fingerprint
        for made in (
            action(
                visit, Action.RETRY, "Retry group", self._retry, queue=queue, icon="replay",
                ask="Let the jobs of this group run again?",
            ),
            action(
                visit, Action.REMOVE, "Remove group", self._remove, queue=queue, icon="delete",
                danger=True, ask="Remove the jobs of this group with all that is kept of them?",
            ),
        ):  # fmt: skip
            self.add(made, lambda group: group is not None)

    async def _retry(self) -> str:
        count = await self._dead.retry_group(self._visit.caller, self._queue, self._fingerprint)
        return f"{count:,} run again"

    async def _remove(self) -> str:
        count = await self._dead.remove_group(self._visit.caller, self._queue, self._fingerprint)
        go(self._visit, "dead", queue=self._queue)
        return f"{count:,} were removed"
