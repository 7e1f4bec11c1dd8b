"""What an application shows to the house, so that the house can mount any of them alike."""

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter

from arena.base.pages.show import Show
from arena.base.sockets import Sockets
from arena.house.house import House
from arena.services.notifications import Kind

# Entered while a process serves, or works; left when it ends.
Life = Callable[[], AbstractAsyncContextManager[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an application has, once it has declared its queues, handlers and schedules.

    Attributes:
        routers: Its REST, below `/api/{name}`; each is an `APIRouter(route_class=HouseRoute)`.
        aliases: Prefixes at which the same routes are, too: the paths that people know already.
        pages: What people look at; called where pages are served. Defaults to nothing.
        rooms: Declares its events of Socket.IO. Defaults to none.
        kinds: What it tells people by `house.notifications`; of names that no other has.
        serving: Entered in processes that serve. Defaults to nothing.
        working: Entered in processes that run jobs. Defaults to nothing.
        simulate: What simulated people do at an address, until cancelled. Defaults to nothing.
    """

    routers: tuple[APIRouter, ...] = ()
    aliases: tuple[str, ...] = ()
    pages: Callable[[], Show] | None = None
    rooms: Callable[[Sockets], None] | None = None
    kinds: tuple[Kind, ...] = ()
    serving: Life | None = None
    working: Life | None = None
    simulate: Callable[[str], Coroutine[Any, Any, None]] | None = None


class Application(Protocol):
    """One application. Its tables are in `store`, their step in `arena.base.migrations`.

    Attributes:
        name: One word, lower case: the part of its paths.
    """

    name: str

    def open(self, house: House) -> Parts:
        """Declare queues, handlers and schedules with `house.jobs`, and say what else there is.

        Called once in each process, whether it serves or works. Connects to nothing.
        """
        ...
