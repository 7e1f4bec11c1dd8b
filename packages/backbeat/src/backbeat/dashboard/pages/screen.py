"""What makes a page out of a function: the frame, who asks, live filling, and errors in words."""

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec

from nicegui import ui

from backbeat.dashboard.addresses import name_in
from backbeat.dashboard.components.deeds import problem
from backbeat.dashboard.components.frame import frame
from backbeat.dashboard.components.go import go
from backbeat.dashboard.site import SITE
from backbeat.dashboard.visit import Visit
from backbeat.errors import BackbeatError
from backbeat.pages.look import box, nothing

logger = logging.getLogger("backbeat.dashboard")

P = ParamSpec("P")
# Fills a page again after each reading.
Refresh = Callable[[], Awaitable[None]]
Build = Callable[Concatenate[Visit, P], Awaitable[Refresh | None]]


def screen(path: str, title: str, here: str) -> Callable[[Build[P]], Build[P]]:
    """Declare a page.

    Args:
        path: Its address, below that of the dashboard.
        title: What the browser's tab says.
        here: Which place of the navigation is marked.
    """

    def declare(build: Build[P]) -> Build[P]:
        shown: Callable[..., Awaitable[Refresh | None]] = build

        @functools.wraps(build)
        async def show(visit: Visit, /, **names: str) -> None:
            frame(visit, here)
            with box("page"):
                try:
                    refresh = await shown(
                        visit, **{key: name_in(each) for key, each in names.items()}
                    )
                    if refresh is not None:
                        await refresh()
                except Exception as error:  # noqa: BLE001 - said in words; the log has the rest
                    nothing("error_outline", "This cannot be shown", problem(error))
                    return
            if refresh is not None:
                _keep_live(visit, refresh)

        SITE.page(path, title)(show)
        return build

    return declare


def _keep_live(visit: Visit, refresh: Refresh) -> None:
    client = ui.context.client

    async def again() -> None:
        if not client.has_socket_connection:
            return
        with client:
            if await visit.recognise() is None:
                go(visit, "sign-in")
                return
            try:
                await refresh()
            except BackbeatError as error:
                ui.notify(problem(error), type="warning")

    visit.reader.watch(client.id, again)
    client.on_delete(lambda: visit.reader.leave(client.id))
