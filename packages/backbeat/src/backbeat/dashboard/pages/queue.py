"""One queue: how it is, its jobs by state, and what can be done to all or some of them."""

from typing import Final

from backbeat.dashboard.components.look import box, heading, paint, panel, state, text, tile
from backbeat.dashboard.components.text import duration, number
from backbeat.dashboard.pages.queue_actions import QueueActions
from backbeat.dashboard.pages.queue_jobs import QueueJobs
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit

_STATES: Final = ("waiting", "active", "delayed", "completed", "failed", "cancelled")


@screen("/queues/{queue}", "Queue", "")
async def queue_page(visit: Visit, queue: str) -> Refresh:
    """One queue."""
    await visit.service.queues.get(visit.caller, queue)
    with heading(queue, ("Overview", visit.href())):
        badge = state("running")
        text("", "grow")
        buttons = QueueActions(visit, queue)
    with box("tiles"):
        tiles = {name: tile(name, name) for name in _STATES}
        rate, oldest, empty_in = tile("done / s"), tile("oldest waits"), tile("until empty")
    with panel("Jobs"):
        jobs = QueueJobs(visit, queue)

    async def refresh() -> None:
        seen = visit.snapshot
        status, load = seen.queue(queue), seen.loads.get(queue)
        if status is not None and status.counts is not None:
            for name, made in tiles.items():
                made.set_text(number(getattr(status.counts, name)))
            staffed = "running" if status.workers else "held"
            paint(badge, "paused" if status.counts.paused else staffed)
            buttons.show(status.counts.paused)
        if load is not None:
            rate.set_text(number(load.ended_per_second))
            oldest.set_text(duration(load.oldest_wait))
            empty_in.set_text(duration(load.drain_seconds))
        await jobs.refresh()

    return refresh
