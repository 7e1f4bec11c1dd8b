"""The audit log: who asked for what, and when."""

from backbeat.dashboard.components.text import moment, pretty
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.pages.look import heading, link, nothing, panel
from backbeat.pages.table import Column, table

COLUMNS = (
    Column("at", "When, UTC"),
    Column("who", "Who"),
    Column("what", "What"),
    Column("queue", "Queue"),
    Column("subjects", "To what"),
    Column("refused", "Refused"),
    Column("new", "Asked for"),
)


@screen("/audit", "Audit log", "audit")
async def audit_page(visit: Visit) -> Refresh | None:
    """A page of it, the newest first."""
    page = await visit.service.audit.page(visit.caller, cursor=visit.asked("cursor"), limit=50)
    with heading("Audit log"):
        pass
    with panel():
        if not page.entries:
            nothing(
                "history",
                "Nothing was changed yet",
                "Every change through the gateway is written down here.",
            )
            return None
        table(COLUMNS, [
            {
                "id": each.id, "at": moment(each.at), "who": each.who, "what": each.what,
                "queue": each.queue or "", "subjects": ", ".join(each.subjects[:10]),
                "refused": each.refused or "",
                "new": "" if each.new is None else pretty(each.new)[:300],
            }
            for each in page.entries
        ], key="id")  # fmt: skip
        if page.cursor:
            link("Older entries", visit.href("audit", cursor=page.cursor))
    return None
