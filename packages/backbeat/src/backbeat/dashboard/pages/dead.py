"""Dead letters: jobs that failed for good, grouped by what they failed of."""

from collections.abc import Sequence
from typing import Final

from backbeat.app import DeadGroup
from backbeat.dashboard.components.act import action
from backbeat.dashboard.components.redrawn import Redrawn
from backbeat.dashboard.components.text import ago, number
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action
from backbeat.gateway.service.dead import DeadCount
from backbeat.pages.look import heading, nothing, panel, tabs, text
from backbeat.pages.table import Column, Row, fill, table

COLUMNS: Final = (
    Column("error", "Error", "link"),
    Column("message", "The latest says"),
    Column("name", "Handler"),
    Column("count", "Jobs", "number"),
    Column("first", "Oldest"),
    Column("last", "Latest"),
)
_MOST_SHOWN: Final = 100
_LONGEST: Final = 200


@screen("/dead", "Dead letters", "dead")
async def dead_page(visit: Visit) -> Refresh:
    """What failed in one queue, by default in the one that has most."""
    asked = visit.asked("queue")
    chosen = asked or _most(await visit.service.dead.counts(visit.caller))
    with heading("Dead letters"):
        text("", "grow")
        if chosen is not None:
            _retry_all(visit, chosen)
    queues = Redrawn()
    with panel():
        none = nothing(
            "task_alt", "No job has failed for good",
            "Jobs that used up their attempts appear here.",
        )  # fmt: skip
        groups = table(COLUMNS, [], key="fingerprint")
        more = text("", "quiet")

    async def refresh() -> None:
        counts = await visit.service.dead.counts(visit.caller)
        queue = chosen or _most(counts)
        queues.show(counts, lambda: _tabs(visit, counts, queue))
        found = [] if queue is None else await visit.service.dead.groups(visit.caller, queue)
        fill(groups, [_row(visit, queue or "", each) for each in found[:_MOST_SHOWN]])
        none.set_visibility(not found)
        groups.set_visibility(bool(found))
        more.set_text(
            f"{len(found) - _MOST_SHOWN:,} smaller groups more" if len(found) > _MOST_SHOWN else ""
        )

    return refresh


def _most(counts: Sequence[DeadCount]) -> str | None:
    there = [each for each in counts if each.failed]
    return max(there, key=lambda each: each.failed).queue if there else None


def _tabs(visit: Visit, counts: Sequence[DeadCount], queue: str | None) -> None:
    tabs([
        (f"{each.queue} ({each.failed:,})", visit.href("dead", queue=each.queue),
         each.queue == queue)
        for each in counts if each.failed or each.queue == queue
    ])  # fmt: skip


def _row(visit: Visit, queue: str, group: DeadGroup) -> Row:
    return {
        "fingerprint": group.fingerprint,
        "error": group.error.error or group.error.reason,
        "error_href": visit.href("dead", queue, group.fingerprint),
        "message": group.error.message[:_LONGEST],
        "name": group.name,
        "count": number(group.count),
        "first": ago(group.first_at),
        "last": ago(group.last_at),
    }


def _retry_all(visit: Visit, queue: str) -> None:
    async def retry_all() -> str:
        return f"{await visit.service.dead.retry_all(visit.caller, queue):,} run again"

    action(
        visit, Action.RETRY, "Retry all", retry_all, queue=queue, icon="replay",
        ask=f"Let every failed job of {queue} run again?",
    )  # fmt: skip
