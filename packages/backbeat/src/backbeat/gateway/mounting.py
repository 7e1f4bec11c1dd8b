"""Mounts the gateway in an application of its user, or alone under its prefix."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from backbeat.app import Backbeat
from backbeat.errors import ConfigurationError
from backbeat.gateway.access import Access
from backbeat.gateway.application import Gateway, make_gateway
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.http.outermost import Outermost
from backbeat.gateway.live import LiveOptions

if TYPE_CHECKING:
    from fastapi import FastAPI

PREFIX: Final = "/backbeat"
_FORM: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")


def mount(
    app: Backbeat,
    fastapi_app: "FastAPI",
    prefix: str = PREFIX,
    *,
    access: Access | None,
    options: GatewayOptions | None = None,
    live: LiveOptions | None = None,
) -> Gateway:
    """Serve an application's gateway within a FastAPI application, below one prefix.

    That is REST, metrics and server-sent events below the prefix, and Socket.IO at `/socket.io` and
    at `socket.io` below the prefix. Any number of processes may serve it. The host keeps closing
    `app` itself, in its lifespan, around which one is put that lets sockets and streams go, and
    within which dashboards end. A host that runs no lifespan has to `close()` its dashboards.

    Args:
        app: The application.
        fastapi_app: The application to mount in; mount after its routes are declared.
        prefix: What every address of the gateway begins with. Defaults to "/backbeat".
        access: Who may ask; there is no default. `HostAccess` asks the host's own users.
        options: How it is set up. Defaults to `GatewayOptions()`.
        live: How its live events are set up. Defaults to `LiveOptions()`.

    Returns:
        The gateway, mounted.

    Raises:
        ConfigurationError: There is no access policy, the prefix is none, or a route of the host
            lies at it or at the path of Socket.IO.
        InvalidOption: An origin is none.
    """
    live = live or LiveOptions()
    places = [prefix] if live.path is None else [prefix, live.path]
    for place in places:
        _check_place(place, fastapi_app)
    gateway = make_gateway(app, access=access, options=options, live=live)
    sockets = Outermost(gateway.live.sockets)
    for path in (f"{prefix}/socket.io", live.path):
        if path is not None:
            fastapi_app.mount(path, sockets)
    fastapi_app.mount(prefix, gateway)
    _put_around(fastapi_app, gateway)
    return gateway


def _check_place(place: str, host: "FastAPI") -> None:
    if not _FORM.fullmatch(place):
        raise ConfigurationError(f"prefix {place!r}: write it as /backbeat, with no / at the end")
    for path in _paths(host):
        if path == place or path.startswith(f"{place}/"):
            raise ConfigurationError(
                f"the gateway cannot be mounted at {place}: the route {path} lies there; give"
                " another prefix, or LiveOptions(path=None) for Socket.IO below the prefix alone"
            )


def _put_around(host: "FastAPI", gateway: Gateway) -> None:
    """Whoever stops the host waits for streams to end: they have to be told before.

    What reads for open pages ends before the host closes the application: it would open it again.
    """
    inner = host.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: "FastAPI") -> AsyncIterator[Any]:
        async with gateway.live.running(), inner(served) as state:
            try:
                yield state
            finally:
                for end in gateway.endings:
                    end()

    host.router.lifespan_context = lifespan


def _paths(app: "FastAPI") -> Iterator[str]:
    """The address of every route, also of routers that newer versions include when asked."""
    from fastapi import routing

    contexts = getattr(routing, "iter_route_contexts", iter)
    for route in contexts(app.routes):
        yield str(getattr(route, "path", None) or "")
