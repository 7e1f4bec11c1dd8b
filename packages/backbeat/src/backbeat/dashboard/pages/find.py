"""Jobs by their id, in every queue that may be seen."""

from backbeat.dashboard.components.look import heading, nothing, panel
from backbeat.dashboard.components.table import table
from backbeat.dashboard.pages.job_rows import COLUMNS, job_rows
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit


@screen("/find", "Find", "")
async def find_page(visit: Visit) -> Refresh | None:
    """What the search box leads to."""
    wanted = visit.asked("id") or ""
    found = await visit.service.jobs.find(visit.caller, wanted[:200]) if wanted else []
    with heading(f"Jobs with the id {wanted[:200]}", ("Overview", visit.href())):
        pass
    with panel():
        if found:
            table(COLUMNS, job_rows(visit, found), key="id_href")
        else:
            nothing(
                "search_off",
                "There is no such job",
                "An id is found as a whole. Ended jobs are kept for as long as their queue says.",
            )
    return None
