"""One job: what it is, what happened to it, why it is not running, and what can be done."""

from dataclasses import replace

from nicegui import ui

from backbeat.app import Progress
from backbeat.dashboard.components.redrawn import Redrawn
from backbeat.dashboard.components.text import ago, moment, pretty
from backbeat.dashboard.pages.job_actions import JobActions
from backbeat.dashboard.pages.job_log import JobLog
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.service.looking import JobView
from backbeat.pages.look import (
    box,
    code,
    facts,
    heading,
    link,
    paint,
    panel,
    state,
    text,
)


@screen("/queues/{queue}/jobs/{job_id:path}", "Job", "")
async def job_page(visit: Visit, queue: str, job_id: str) -> Refresh:
    """One job; filled again while it changes."""
    view = await visit.service.jobs.get(visit.caller, queue, job_id)
    with heading(job_id, ("Overview", visit.href()), (queue, visit.href("queues", queue))):
        badge = state(view.info.state)
        text("", "grow")
        buttons = JobActions(visit, view)
    body = Redrawn()
    log = JobLog(visit, view)

    async def refresh() -> None:
        view = await visit.service.jobs.get(visit.caller, queue, job_id)
        paint(badge, view.info.state)
        buttons.show(view)
        body.show(replace(view, logs=()), lambda: _draw(visit, view))
        log.show(view, _HIDDEN)

    return refresh


def _draw(visit: Visit, view: JobView) -> None:
    info = view.info
    if view.why is not None:
        with panel("Why is it not running?", "why"):
            text(view.why)
    if info.progress is not None:
        _progress(info.progress)
    with box("split"):
        with panel("Facts"):
            facts(_facts(view))
            if info.flow is not None:
                link("Its flow", visit.href("flows", *info.flow))
        with panel("Timeline"):
            _timeline(view)
    if info.error is not None:
        with panel(f"{info.error.error}: no further attempt, {info.error.reason}"):
            text(info.error.message, "problem")
            if info.error.trace:
                code(info.error.trace)
    with box("split"):
        with panel("Arguments"):
            code(pretty(info.arguments) if view.readable else _HIDDEN)
        if info.finished_at is not None and info.error is None:
            with panel("Result"):
                code(pretty(info.result) if view.readable else _HIDDEN)
    if info.history:
        with panel("Attempts"):
            _attempts(view)


def _progress(progress: Progress) -> None:
    with panel("Progress"):
        if isinstance(progress.value, int | float):
            share = min(1.0, max(0.0, progress.value / 100))
            ui.linear_progress(share, show_value=False).props("rounded size=8px")
        text(progress.message or pretty(progress.value))


_HIDDEN = "You may not read what jobs carry: this needs the permission read-data."


def _facts(view: JobView) -> dict[str, str]:
    info = view.info
    made = {
        "Handler": info.name,
        "Queue": info.queue,
        "Priority": str(info.priority),
        "Added": f"{moment(info.created_at)} UTC, {ago(info.created_at)}",
        "Attempts": f"{info.attempts}, of which {info.failures} failed",
        "Group": info.group,
        "Unique key": info.unique,
        "Waits for": "" if info.reason is None else info.reason.value,
        "Cancelled for": info.cancel_reason or "",
    }
    return {name: value for name, value in made.items() if value}


def _timeline(view: JobView) -> None:
    with box("steps"):
        for step in view.timeline:
            with box("step"):
                text(step.at.strftime("%H:%M:%S.%f")[:-3], "quiet", "number")
                with box("items"):
                    state(step.what)
                    if step.attempt:
                        text(f"attempt {step.attempt}", "quiet", "small")


def _attempts(view: JobView) -> None:
    for attempt in view.info.history:
        title = f"{attempt.number}. {attempt.outcome} on {attempt.worker}"
        with ui.expansion(title, caption=attempt.message[:200] or None).classes("full-width"):
            facts({"Started": moment(attempt.started_at), "Ended": moment(attempt.ended_at)})
            if attempt.error:
                text(f"{attempt.error}: {attempt.message}", "problem")
            if attempt.trace:
                code(attempt.trace)
