"""What makes a page out of a function: the frame, and errors in words.

A page that could not be shown since a store is away is loaded again, until it can be.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Concatenate, Final, ParamSpec

from nicegui import ui

from arena.base.errors import ArenaError, Unavailable
from arena.base.pages.frame import frame
from arena.base.pages.site import SITE
from arena.base.pages.visit import Visit
from arena.base.sockets.answers import refused
from backbeat import ServerUnavailable
from backbeat.pages.look import box, nothing

P = ParamSpec("P")
_AGAIN_S: Final = 3.0

Build = Callable[Concatenate[Visit, P], Awaitable[None]]


def screen(path: str, title: str) -> Callable[[Build[P]], Build[P]]:
    """Declare a page of the house.

    Args:
        path: Its address below that of the house, with what varies in braces.
        title: What the browser's tab says.
    """

    def declare(build: Build[P]) -> Build[P]:
        @functools.wraps(build)
        async def show(visit: Visit, /, *args: P.args, **kwargs: P.kwargs) -> None:
            frame(visit)
            with box("page"):
                try:
                    await build(visit, *args, **kwargs)
                except Exception as error:  # noqa: BLE001 - said in words; the log has the rest
                    if isinstance(error, ArenaError):
                        ui.context.client.status_code = error.status
                    nothing("error_outline", "This cannot be shown", words_of(error))
                    if isinstance(error, Unavailable | ServerUnavailable):
                        ui.timer(_AGAIN_S, ui.navigate.reload, once=True, immediate=False)

        SITE.page(path, title)(show)
        return build

    return declare


def words_of(error: Exception) -> str:
    """What is said of an error, as sockets and REST say it."""
    return str(refused(error)["error"]["message"])
