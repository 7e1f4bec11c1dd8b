"""The jobs of a queue: a page of one state, filtered, and what can be done to the chosen ones."""

from typing import Final

from nicegui import ui

from backbeat import State
from backbeat.dashboard.components.fields import line
from backbeat.dashboard.components.form import asking_form
from backbeat.dashboard.pages.bulk_actions import bulk_actions
from backbeat.dashboard.pages.job_rows import COLUMNS, job_rows
from backbeat.dashboard.visit import Visit
from backbeat.gateway.errors import BadRequest
from backbeat.gateway.service.jobs import Wanted
from backbeat.pages.look import box, link, nothing, tabs
from backbeat.pages.table import fill, table

_PAGE: Final = 25
_FILTERS: Final = {"handler": "Handler", "group": "Group", "text": "Contains"}


class QueueJobs:
    """A page of the jobs that the address asks for."""

    def __init__(self, visit: Visit, queue: str) -> None:
        """Draw it, without jobs yet."""
        self._visit, self._queue = visit, queue
        self._state = asked_state(visit)
        self._cursor = visit.asked("cursor")
        self._wanted = Wanted(visit.asked("handler"), visit.asked("group"), visit.asked("text"))
        tabs([(each.value, self._address(each), each is self._state) for each in State])
        self._filters()
        with box("items") as bulk:
            pass
        self._none = self._nothing()
        self._table = table(COLUMNS, [], key="id", selectable=True)
        with bulk:
            bulk_actions(visit, queue, self._state, self._table)
        with box("items") as self._pages:
            if self._cursor:
                link("First page", self._address(self._state))
            self._more = link("Next page", "")

    async def refresh(self) -> None:
        """Fill it."""
        page = await self._visit.service.jobs.list(
            self._visit.caller, self._queue, self._state,
            wanted=self._wanted, cursor=self._cursor, limit=_PAGE,
        )  # fmt: skip
        fill(self._table, job_rows(self._visit, page.jobs))
        self._none.set_visibility(not page.jobs)
        self._table.set_visibility(bool(page.jobs))
        self._pages.set_visibility(bool(self._cursor or page.cursor))
        self._more.set_visibility(page.cursor is not None)
        self._more.props["href"] = self._address(self._state, cursor=page.cursor)

    def _nothing(self) -> ui.element:
        hint = (
            "Jobs appear here as soon as there are any."
            if self._wanted.all
            else "Look at another state, or take the filter away."
        )
        return nothing("inbox", f"No {self._state} job here", hint)

    def _filters(self) -> None:
        asked = {name: self._visit.asked(name) for name in _FILTERS}
        form = asking_form(self._visit, "queues", self._queue, state=self._state.value)
        with form.classes("items filters"):
            for name, label in _FILTERS.items():
                line(label, asked[name] or "").props(f"name={name}")
            ui.button("Filter").props("flat no-caps type=submit")
            if any(asked.values()):
                link("Take it away", self._visit.href("queues", self._queue, state=self._state))

    def _address(self, state: State, *, cursor: str | None = None) -> str:
        kept = {name: self._visit.asked(name) for name in _FILTERS}
        return self._visit.href("queues", self._queue, state=state.value, cursor=cursor, **kept)


def asked_state(visit: Visit) -> State:
    """The state that the address names; waiting where it names none.

    Raises:
        BadRequest: There is no such state.
    """
    try:
        return State(visit.asked("state") or State.WAITING)
    except ValueError:
        raise BadRequest("there is no such state of jobs") from None
