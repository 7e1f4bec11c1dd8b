"""One queue: how it is, its jobs by state, and what can be done to all or some of them."""

from nicegui import ui

from backbeat import State
from backbeat.dashboard.components.look import (
    box,
    heading,
    link,
    nothing,
    panel,
    state,
    tabs,
    text,
    tile,
)
from backbeat.dashboard.components.table import Row, fill, table
from backbeat.dashboard.components.text import duration, number
from backbeat.dashboard.pages.job_rows import COLUMNS, bulk_actions, job_rows
from backbeat.dashboard.pages.queue_actions import queue_actions
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.errors import BadRequest
from backbeat.gateway.service.jobs import Wanted

_PAGE = 25


@screen("/queues/{queue}", "Queue", "")
async def queue_page(visit: Visit, queue: str) -> Refresh:
    """One queue."""
    await visit.service.queues.get(visit.caller, queue)
    shown = asked_state(visit)
    wanted = Wanted(visit.asked("handler"), visit.asked("group"), visit.asked("text"))
    cursor = visit.asked("cursor")
    with heading(queue, ("Overview", visit.href())):
        badge = state("running")
        text("", "grow")
        queue_actions(visit, queue)
    with box("tiles"):
        tiles = {
            name: tile(name, name)
            for name in ("waiting", "active", "delayed", "completed", "failed", "cancelled")
        }
        rate, oldest, empty_in = tile("done / s"), tile("oldest waits"), tile("until empty")
    with panel("Jobs"):
        tabs([(s.value, visit.href("queues", queue, state=s.value), s is shown) for s in State])
        _filters(visit, queue, shown)
        chosen: list[Row] = []
        with box("row"):
            bulk_actions(visit, queue, shown, chosen)
        none = nothing(
            "inbox", f"No {shown} job here",
            "Look at another state, or take the filter away." if wanted != Wanted()
            else "Jobs appear here as soon as there are any.",
        )  # fmt: skip
        jobs = table(
            COLUMNS, [], key="id", on_select=lambda rows: chosen.__setitem__(slice(None), rows)
        )
        with box("row") as pages:
            if cursor:
                link("First page", _address(visit, queue, shown))
            more = link("Next page", "")

    async def refresh() -> None:
        seen = visit.snapshot
        status, load = seen.queue(queue), seen.loads.get(queue)
        if status is not None and status.counts is not None:
            for name, made in tiles.items():
                made.set_text(number(getattr(status.counts, name)))
            _paint(badge, "paused" if status.counts.paused else _staffed(status.workers))
        if load is not None:
            rate.set_text(number(load.ended_per_second))
            oldest.set_text(duration(load.oldest_wait))
            empty_in.set_text(duration(load.drain_seconds))
        page = await visit.service.jobs.list(
            visit.caller, queue, shown, wanted=wanted, cursor=cursor, limit=_PAGE
        )
        rows = job_rows(visit, page.jobs)
        fill(jobs, rows)
        none.set_visibility(not rows)
        jobs.set_visibility(bool(rows))
        pages.set_visibility(bool(cursor or page.cursor))
        more.set_visibility(page.cursor is not None)
        more.props["href"] = _address(visit, queue, shown, cursor=page.cursor)

    return refresh


def asked_state(visit: Visit) -> State:
    """The state that the address names; waiting where it names none.

    Raises:
        BadRequest: There is no such state.
    """
    try:
        return State(visit.asked("state") or State.WAITING)
    except ValueError:
        raise BadRequest("there is no such state of jobs") from None


def _staffed(workers: int) -> str:
    return "running" if workers else "held"


def _paint(badge: ui.label, words: str) -> None:
    if badge.text != words:
        badge.classes(replace=f"state state-{words}")
        badge.set_text(words)


def _address(visit: Visit, queue: str, shown: State, *, cursor: str | None = None) -> str:
    kept = {name: visit.asked(name) for name in ("handler", "group", "text")}
    return visit.href("queues", queue, state=shown.value, cursor=cursor, **kept)


def _filters(visit: Visit, queue: str, shown: State) -> None:
    def go() -> None:
        given = {name: (each.value or "").strip() or None for name, each in fields.items()}
        ui.navigate.to(visit.href("queues", queue, state=shown.value, **given))

    with box("row"):
        fields = {
            name: ui.input(label, value=visit.asked(name) or "")
            for name, label in (("handler", "Handler"), ("group", "Group"), ("text", "Contains"))
        }
        for each in fields.values():
            each.props("dense outlined maxlength=128").on("keydown.enter", go)
        ui.button("Filter", on_click=go).props("flat no-caps")
        if any(visit.asked(name) for name in fields):
            link("Take it away", visit.href("queues", queue, state=shown.value))
