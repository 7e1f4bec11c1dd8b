"""The log of a job: it grows while somebody looks."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from backbeat.dashboard.visit import Visit
from backbeat.errors import BackbeatError
from backbeat.gateway.service.looking import JobView
from backbeat.pages.look import panel, text

# As many as the server keeps.
MOST_LINES: Final = 1_000
_EVERY_S: Final = 0.5


class JobLog:
    """Log lines; those that are new are added to those that are there."""

    def __init__(self, visit: Visit, view: JobView) -> None:
        """Show those that there are; a job that runs is asked for more twice a second."""
        self._visit, self._queue, self._id = visit, view.info.queue, view.info.id
        self._client, self._active = ui.context.client, False
        self._lines: list[str] = []
        with panel("Log"):
            self._none = text("", "quiet")
            self._log = ui.log(max_lines=MOST_LINES).classes("code")
        ui.timer(_EVERY_S, self._stream)

    def show(self, view: JobView, hidden: str) -> None:
        """Show a job's lines; where they may not be read, say `hidden`."""
        self._active = view.info.finished_at is None and view.readable
        self._add(view.logs)
        self._none.set_text(
            ("It has written no log yet: job.log(...) does." if view.readable else hidden)
            if not self._lines
            else ""
        )
        self._log.set_visibility(bool(self._lines))

    async def _stream(self) -> None:
        if not self._active or not self._client.has_socket_connection:
            return
        # Where the oldest lines may have gone, a place in the list says nothing.
        start = len(self._lines) if len(self._lines) < MOST_LINES else 0
        try:
            lines = await self._visit.service.jobs.logs(
                self._visit.caller, self._queue, self._id, start=start, count=MOST_LINES
            )
        except BackbeatError:
            return  # the page itself is filled again, and says what is wrong
        if lines:
            self._add([*self._lines[:start], *lines])
            self._none.set_text("")
            self._log.set_visibility(True)

    def _add(self, lines: Sequence[str]) -> None:
        for line in lines[len(lines) - added(self._lines, lines) :]:
            # One line of a log is one line here, however it is broken.
            self._log.push(" ".join(line.splitlines()) or " ", classes="log-line")
        self._lines = list(lines)


def added(before: Sequence[str], now: Sequence[str]) -> int:
    """How many lines are new at the end, where old ones may be gone at the begin."""
    for gone in range(len(before)):
        kept = len(before) - gone
        if kept <= len(now) and before[gone] == now[0] and list(before[gone:]) == list(now[:kept]):
            return len(now) - kept
    return len(now)
