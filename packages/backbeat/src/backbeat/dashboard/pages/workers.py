"""Workers: what each runs, how it is, and until when its lease lasts."""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import Final

from backbeat.app import Vitals
from backbeat.dashboard.components.act import action
from backbeat.dashboard.components.redrawn import Redrawn
from backbeat.dashboard.components.text import ago, duration, number
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.reader import Snapshot
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action
from backbeat.gateway.service.workers import WorkerView
from backbeat.pages.look import box, facts, heading, link, nothing, panel, text
from backbeat.pages.parts import Fill, Parts

_MOST_SHOWN: Final = 60
_MOST_JOBS: Final = 3
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker with its place in each of its queues."""

    name: str
    places: tuple[WorkerView, ...]


@screen("/workers", "Workers", "workers")
async def workers_page(visit: Visit) -> Refresh:
    """All of them, by name; filled from the shared reading."""
    await visit.reader.fresh()
    with heading("Workers"):
        count = text("", "quiet")
    workers = Parts[Worker](
        lambda worker: worker.name, lambda worker: _draw(visit, worker),
        lambda: nothing("memory", "No worker takes jobs", "Start one with `backbeat worker`."),
        "split",
    )  # fmt: skip
    more = text("", "quiet")

    async def refresh() -> None:
        found = by_name(visit.snapshot)
        count.set_text(f"{len(found):,} hold a lease")
        workers.show(found[:_MOST_SHOWN])
        others = len(found) - _MOST_SHOWN
        more.set_text(f"{others:,} more: `backbeat workers` lists them" if others > 0 else "")

    return refresh


def by_name(seen: Snapshot) -> list[Worker]:
    """All workers, by name; each with its queues by name."""
    places: dict[str, list[WorkerView]] = defaultdict(list)
    for each in sorted(seen.workers, key=lambda each: (each.info.name, each.queue)):
        places[each.info.name].append(each)
    return [Worker(name, tuple(views)) for name, views in places.items()]


def _draw(visit: Visit, worker: Worker) -> Fill[Worker]:
    with panel(worker.name):
        about = Redrawn()
        queues = Parts[WorkerView](
            lambda place: (place.queue, place.info.number), lambda place: _place(visit, place),
            lambda: text(""),
        )  # fmt: skip

    def fill(worker: Worker) -> None:
        said = _facts(worker.places[0])
        about.show(said, lambda: facts(said))
        queues.show(worker.places)

    return fill


def _facts(place: WorkerView) -> dict[str, str]:
    about = {
        name: number(value) if isinstance(value, int | float) and name != "pid" else str(value)
        for name, value in place.info.about.items()
        if name != "name"
    }
    return {**about, **_vitals(place.vitals), "lease ends": ago(place.info.lease_until)}


def _vitals(vitals: Vitals | None) -> dict[str, str]:
    if vitals is None:
        return {}
    made = {
        "memory": f"{vitals.rss / _MIB:,.0f} MiB, {vitals.rss_at_start / _MIB:,.0f} at its start",
        "processor": "" if vitals.cpu is None else f"{vitals.cpu:.0%} of a core",
        "loop stood still": duration(vitals.blocked) if vitals.blocked else "",
    }
    return {name: value for name, value in made.items() if value}


def _place(visit: Visit, place: WorkerView) -> Fill[WorkerView]:
    with box("items", "line"):
        link(place.queue, visit.href("queues", place.queue))
        runs = Redrawn("runs")
        with box("items"):
            for label, deed in (("Pause", _pause), ("Resume", _resume)):
                action(visit, Action.PAUSE, label, partial(deed, visit, place), queue=place.queue)
    return lambda place: runs.show(place.running, lambda: _running(visit, place))


def _running(visit: Visit, place: WorkerView) -> None:
    text("idle" if not place.running else f"runs {len(place.running):,}", "quiet")
    for job_id in place.running[:_MOST_JOBS]:
        link(job_id, visit.href("queues", place.queue, "jobs", job_id), "small")


async def _pause(visit: Visit, place: WorkerView) -> str:
    await visit.service.workers.pause(visit.caller, place.queue, place.info.number)
    return f"{place.info.name} starts no more jobs of {place.queue}"


async def _resume(visit: Visit, place: WorkerView) -> str:
    await visit.service.workers.resume(visit.caller, place.queue, place.info.number)
    return f"{place.info.name} starts jobs of {place.queue} again"
