"""One job: what it is, what happened to it, why it is not running, and what can be done."""

from nicegui import ui

from backbeat.dashboard.components.look import box, code, facts, heading, link, panel, state, text
from backbeat.dashboard.components.text import ago, moment, pretty
from backbeat.dashboard.pages.job_actions import job_actions
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.service.looking import JobView


@screen("/queues/{queue}/jobs/{job_id:path}", "Job", "")
async def job_page(visit: Visit, queue: str, job_id: str) -> Refresh:
    """One job; filled again while it changes."""
    body = ui.element("div").classes("page").style("padding: 0")
    shown: list[JobView] = []
    with panel("Log"):
        log = code("")

    async def refresh() -> None:
        view = await visit.service.jobs.get(visit.caller, queue, job_id)
        if shown != [view]:
            shown[:] = [view]
            body.clear()
            with body:
                draw(visit, view)
        log.set_text("\n".join(view.logs) or _why_no_log(view))

    return refresh


def draw(visit: Visit, view: JobView) -> None:
    """All but its log, which only grows."""
    info = view.info
    crumbs = (("Overview", visit.href()), (info.queue, visit.href("queues", info.queue)))
    with heading(info.id, *crumbs):
        state(info.state.value)
        text("", "grow")
        job_actions(visit, view)
    if view.why is not None:
        with panel("Why is it not running?", "why"):
            text(view.why)
    if info.progress is not None:
        with panel("Progress"):
            if isinstance(info.progress.value, int | float):
                ui.linear_progress(
                    min(1.0, max(0.0, info.progress.value / 100)), show_value=False
                ).props("rounded size=8px")
            text(info.progress.message or pretty(info.progress.value))
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
                with box("row"):
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


def _why_no_log(view: JobView) -> str:
    return "It has written no log yet: job.log(...) does." if view.readable else _HIDDEN
