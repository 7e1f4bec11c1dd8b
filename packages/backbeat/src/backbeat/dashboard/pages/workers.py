"""Workers: what each runs, and until when its lease lasts."""

from backbeat.dashboard.components.look import heading, nothing, panel
from backbeat.dashboard.components.table import Column, fill, table
from backbeat.dashboard.components.text import ago, pretty
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit

COLUMNS = (
    Column("name", "Worker"),
    Column("queue", "Queue", "link"),
    Column("running", "Runs", "number"),
    Column("jobs", "Jobs"),
    Column("lease", "Lease ends"),
    Column("about", "Says of itself"),
)


@screen("/workers", "Workers", "workers")
async def workers_page(visit: Visit) -> Refresh:
    """All of them, by name; filled from the shared reading."""
    await visit.reader.fresh()
    with heading("Workers"):
        pass
    with panel():
        none = nothing("memory", "No worker takes jobs", "Start one with backbeat worker.")
        workers = table(COLUMNS, [], key="key")

    async def refresh() -> None:
        found = sorted(visit.snapshot.workers, key=lambda each: (each.info.name, each.queue))
        fill(workers, [
            {
                "key": f"{each.queue}/{each.info.number}", "name": each.info.name,
                "queue": each.queue, "queue_href": visit.href("queues", each.queue),
                "running": len(each.running), "jobs": ", ".join(each.running[:5]),
                "lease": ago(each.info.lease_until), "about": pretty(each.info.about)[:300],
            }
            for each in found
        ])  # fmt: skip
        none.set_visibility(not found)
        workers.set_visibility(bool(found))

    return refresh
