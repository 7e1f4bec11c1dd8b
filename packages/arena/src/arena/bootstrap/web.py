"""The web application: the house with its applications, its pages below `/house`, and Backbeat.

Backbeat has its own routes and pages below `/backbeat`.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from fastapi import FastAPI, routing
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

import backbeat
from arena.base.db import Database
from arena.base.errors import Misconfigured
from arena.base.http.application import make_web
from arena.base.http.front import Front
from arena.base.http.health import Check
from arena.base.http.options import HttpOptions
from arena.base.sessions.opening import Sessions, open_sessions
from arena.base.sessions.operators import operators
from arena.base.sockets import PATH as SOCKETS
from arena.base.sockets import Sockets
from arena.bootstrap.greeting import greets
from arena.bootstrap.opening import Opened
from backbeat.gateway.access import FirstOf, Loopback
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.live import LiveOptions

PLATFORM: Final = "/backbeat"
PAGES: Final = "/house"
_RESERVED: Final = (PLATFORM, PAGES, SOCKETS)


def build_web(
    opened: Opened,
    *,
    options: HttpOptions | None = None,
    here: bool = False,
    pages: bool = True,
    believe: bool = False,
) -> FastAPI:
    """The application to be served.

    Args:
        opened: The house; it is closed by whoever opened it, after this was served.
        options: How HTTP is set up. Defaults to what the settings say.
        here: Whether whoever sits at this machine may do everything with its jobs, without signing
            in. Defaults to False.
        pages: Whether to serve what people look at: the pages of the house and the dashboard.
            Defaults to True.
        believe: Whether newcomers are written to at any address that they type in. Defaults to
            False: only where somebody vouches for it.

    Raises:
        Misconfigured: Two routes are at one address, or one lies below `/backbeat` or `/house`.
    """
    house = opened.house
    greet = greets(house.notifications, believe=believe)
    sessions = open_sessions(house.settings, house.database, greet=greet)
    front = Front(house.jobs, sessions.recogniser, options or HttpOptions.of(house.settings))
    sockets = Sockets(front)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(sockets.watching())
            await stack.enter_async_context(house.notifications.telling(sockets))
            for parts in opened.parts.values():
                if parts.serving is not None:
                    await stack.enter_async_context(parts.serving())
            yield

    web = make_web(
        house.jobs, front, checks={"postgres": _pings(house.database)}, lifespan=lifespan
    )
    web.state.sockets = sockets
    sessions.serve(web)
    web.include_router(house.notifications.routes(), prefix="/api")
    house.notifications.rooms(sockets)
    for name, parts in opened.parts.items():
        for router in parts.routers:
            web.include_router(router, prefix=f"/api/{name}", tags=[name])
            for alias in parts.aliases:
                web.include_router(router, prefix=alias, include_in_schema=False)
        if parts.rooms is not None:
            parts.rooms(sockets)
    _check_paths(web)
    web.mount(SOCKETS, sockets.app)
    access = operators(sessions.recogniser)
    gateway = backbeat.mount(
        house.jobs, web, PLATFORM,
        access=FirstOf(access, Loopback()) if here else access,
        options=GatewayOptions(origins=house.settings.origins),
        # At the usual path of Socket.IO the house has its own.
        live=LiveOptions(path=None),
    )  # fmt: skip
    if pages:
        from backbeat.dashboard.attaching import attach  # NiceGUI takes a second to import

        attach(gateway)
        _show(web, opened, front, sessions)
    return web


def _show(web: FastAPI, opened: Opened, front: Front, sessions: Sessions) -> None:
    from arena.base.pages.opening import open_door
    from arena.base.sessions.pages import DoorKeeper

    shows = [parts.pages() for parts in opened.parts.values() if parts.pages is not None]
    web.state.shows = shows
    web.mount(PAGES, open_door(front, shows, DoorKeeper(front, sessions.accounts).answers))
    for short in ("/", PAGES):
        web.add_route(short, _to_pages, include_in_schema=False)


async def _to_pages(_: Request) -> Response:
    return RedirectResponse(f"{PAGES}/")


def _check_paths(web: FastAPI) -> None:
    seen: set[tuple[str, str]] = set()
    for path, methods in addresses(web):
        if any(path == place or path.startswith(f"{place}/") for place in _RESERVED):
            raise Misconfigured(f"the route {path} lies where the platform is: move it")
        for method in methods:
            if (method, path) in seen:
                raise Misconfigured(f"two routes are at {method} {path}: move one")
            seen.add((method, path))


def addresses(web: FastAPI) -> Iterator[tuple[str, frozenset[str]]]:
    """The path and the methods of every route, of included routers too."""
    for route in routing.iter_route_contexts(web.routes):
        yield str(getattr(route, "path", "")), frozenset(getattr(route, "methods", None) or ())


def _pings(database: Database) -> Check:
    async def ping() -> None:
        async with database.reading() as session:
            await session.execute(text("SELECT 1"))

    return ping
