"""Mounts the gateway in an application of its user, or alone under its prefix."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from backbeat.app import Backbeat
from backbeat.errors import ConfigurationError
from backbeat.gateway.access import Access
from backbeat.gateway.application import make_gateway
from backbeat.gateway.http.options import GatewayOptions

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
) -> "FastAPI":
    """Serve an application's gateway within a FastAPI application, below one prefix.

    The host keeps closing `app` itself, in its lifespan.

    Args:
        app: The application.
        fastapi_app: The application to mount in; mount after its routes are declared.
        prefix: What every address of the gateway begins with. Defaults to "/backbeat".
        access: Who may ask; there is no default. `HostAccess` asks the host's own users.
        options: How it is set up. Defaults to `GatewayOptions()`.

    Returns:
        The gateway, mounted.

    Raises:
        ConfigurationError: There is no access policy, the prefix is none, or a route of the host
            lies at it.
    """
    if not _FORM.fullmatch(prefix):
        raise ConfigurationError(f"prefix {prefix!r}: write it as /backbeat, with no / at the end")
    for path in _paths(fastapi_app):
        if path == prefix or path.startswith(f"{prefix}/"):
            raise ConfigurationError(
                f"the gateway cannot be mounted at {prefix}: the route {path} lies there; give"
                " another prefix"
            )
    gateway = make_gateway(app, access=access, options=options)
    fastapi_app.mount(prefix, gateway)
    return gateway


def _paths(app: "FastAPI") -> Iterator[str]:
    """The address of every route, also of routers that newer versions include when asked."""
    from fastapi import routing

    contexts = getattr(routing, "iter_route_contexts", iter)
    for route in contexts(app.routes):
        yield str(getattr(route, "path", None) or "")
