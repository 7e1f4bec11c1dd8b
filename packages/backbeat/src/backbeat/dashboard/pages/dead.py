"""Dead letters: jobs that failed for good."""

from backbeat.dashboard.components.act import action
from backbeat.dashboard.components.look import box, heading, link, nothing, panel, tabs, text
from backbeat.dashboard.components.table import Column, fill, table
from backbeat.dashboard.components.text import ago
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action

COLUMNS = (
    Column("id", "Id", "link"),
    Column("name", "Handler"),
    Column("error", "Error"),
    Column("message", "Message"),
    Column("reason", "Why no further attempt"),
    Column("ended", "Failed"),
)
_PAGE = 25


@screen("/dead", "Dead letters", "dead")
async def dead_page(visit: Visit) -> Refresh | None:
    """Failed jobs of one queue, by default of the one that has most."""
    counts = await visit.service.dead.counts(visit.caller)
    with heading("Dead letters"):
        text("", "grow")
        with box("row") as buttons:
            pass
    if not any(each.failed for each in counts):
        with panel():
            nothing(
                "task_alt",
                "No job has failed for good",
                "Jobs that used up their attempts appear here.",
            )
        return None
    most = max(counts, key=lambda each: each.failed).queue
    queue = visit.asked("queue") or most
    cursor = visit.asked("cursor")

    async def retry_all() -> str:
        return f"{await visit.service.dead.retry_all(visit.caller, queue):,} run again"

    with buttons:
        action(
            visit, Action.RETRY, "Retry all", retry_all, queue=queue, icon="replay",
            ask=f"Let every failed job of {queue} run again?",
        )  # fmt: skip
    with panel():
        tabs([
            (
                f"{each.queue} ({each.failed:,})",
                visit.href("dead", queue=each.queue),
                each.queue == queue,
            )
            for each in counts
        ])  # fmt: skip
        jobs = table(COLUMNS, [], key="id")
        more = link("Next page", "")

    async def refresh() -> None:
        page = await visit.service.dead.list(visit.caller, queue, cursor=cursor, limit=_PAGE)
        fill(jobs, [
            {
                "id": info.id, "id_href": visit.href("queues", queue, "jobs", info.id),
                "name": info.name, "ended": ago(info.finished_at),
                "error": info.error.error if info.error else "",
                "message": info.error.message[:300] if info.error else "",
                "reason": info.error.reason if info.error else "",
            }
            for info in (each.info for each in page.jobs)
        ])  # fmt: skip
        more.set_visibility(page.cursor is not None)
        more.props["href"] = visit.href("dead", queue=queue, cursor=page.cursor)

    return refresh
