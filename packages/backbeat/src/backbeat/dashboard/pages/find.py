"""What the search box leads to: jobs by their id, and whatever has these words in it."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from backbeat import State
from backbeat.dashboard.pages.job_rows import COLUMNS, job_rows
from backbeat.dashboard.pages.overview import busiest
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.reader import Snapshot
from backbeat.dashboard.visit import Visit
from backbeat.gateway.service.jobs import MOST_SEARCHED, Wanted
from backbeat.gateway.service.looking import JobView
from backbeat.pages.look import box, heading, link, nothing, panel, text
from backbeat.pages.table import Column, table

_LONGEST: Final = 200
# In these states jobs are looked through for words, those of the busiest queues first.
_STATES: Final = (State.ACTIVE, State.WAITING, State.FAILED, State.DELAYED)
_MOST_LOOKED_AT: Final = 20_000
_MOST_PAGES: Final = 100
_MOST_SHOWN: Final = 25
_NAMED: Final = Column("queue", "Queue", "link")


@screen("/find", "Find", "")
async def find_page(visit: Visit) -> Refresh | None:
    """Queues and schedules by name, jobs by id, and jobs by what is in them."""
    wanted = (visit.asked("q") or "")[:_LONGEST]
    with heading(f"Found for {wanted}" if wanted else "Find", ("Overview", visit.href())):
        pass
    if not wanted:
        with panel():
            nothing("search", "What shall be found?", "Write an id, a name or words above.")
        return None
    places = await _places(visit, wanted)
    by_id = await visit.service.jobs.find(visit.caller, wanted)
    known = {(each.info.queue, each.info.id) for each in by_id}
    with_words = [
        each
        for each in await _with_words(visit, wanted)
        if (each.info.queue, each.info.id) not in known
    ]
    if places:
        with panel("Queues and schedules"), box("items"):
            for words, href in places:
                link(words, href)
    if jobs := [*by_id, *with_words]:
        with panel("Jobs"):
            _table(visit, jobs[:_MOST_SHOWN])
    if not (places or jobs):
        with panel():
            nothing(
                "search_off", "There is no such job, queue or schedule",
                "Ended jobs are kept for as long as their queue says.",
            )  # fmt: skip
    text(
        f"Ids were looked for in all queues; words in {_MOST_LOOKED_AT:,} jobs at most,"
        f" {MOST_SEARCHED:,} of each state of a queue. The page of a queue looks on.",
        "quiet", "small",
    )  # fmt: skip
    return None


def _table(visit: Visit, jobs: Sequence[JobView]) -> None:
    rows = job_rows(visit, jobs)
    for row, job in zip(rows, jobs, strict=True):
        queue = job.info.queue
        row |= {"key": f"{queue}/{job.info.id}", "queue": queue}
        row["queue_href"] = visit.href("queues", queue)
    table((*COLUMNS[:1], _NAMED, *COLUMNS[1:]), rows, key="key")


async def _places(visit: Visit, wanted: str) -> list[tuple[str, str]]:
    await visit.reader.fresh()
    queues = [each.name for each in visit.snapshot.queues]
    found = [(name, visit.href("queues", name)) for name in queues if wanted in name]
    schedules = await visit.service.schedules.list(visit.caller)
    found += [
        (f"{each.name} of {each.queue}", visit.href("schedules", each.queue, each.name))
        for each in schedules
        if wanted in each.name
    ]
    return found[:_MOST_SHOWN]


async def _with_words(visit: Visit, wanted: str) -> list[JobView]:
    await visit.count_search()
    pages = await asyncio.gather(*(
        visit.service.jobs.list(
            visit.caller, name, state, wanted=Wanted(text=wanted), limit=_MOST_SHOWN
        )
        for name, state in islice(_searched(visit.snapshot), _MOST_PAGES)
    ))  # fmt: skip
    return [job for page in pages for job in page.jobs]


def _searched(seen: Snapshot) -> Iterator[tuple[str, State]]:
    """Queues and states that have jobs, as many as may be looked at."""
    left = _MOST_LOOKED_AT
    for name in busiest(seen):
        status = seen.queue(name)
        for state in _STATES:
            count = 0 if status is None or status.counts is None else status.counts.of(state)
            if count > 0 and left > 0:
                left -= min(count, MOST_SEARCHED)
                yield name, state
