"""Serves a gateway by itself."""

import socket
from collections.abc import Callable
from typing import Final

import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from backbeat.app import ApiKeys, Backbeat
from backbeat.errors import ConfigurationError
from backbeat.gateway.access import Access, ApiKeyAccess, FirstOf, Loopback
from backbeat.gateway.access.loopback import is_loopback
from backbeat.gateway.http.errors import on_http_error
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.http.outermost import Outermost
from backbeat.gateway.mounting import mount

# Seconds that a connection is kept for its next request, and that running requests have at the end.
_IDLE_S: Final = 15
_GRACE_S: Final = 10


async def default_access(app: Backbeat, host: str) -> Access:
    """Who may ask where nobody has said: holders of API keys, and on loopback this machine.

    Raises:
        ConfigurationError: Others can reach the gateway, and there is no API key.
    """
    keys = ApiKeyAccess(app)
    if is_loopback(host):
        return FirstOf(keys, Loopback())
    if not await ApiKeys(app.connections).list():
        raise ConfigurationError(
            f"bound to {host}, others can reach this gateway, and nobody is known to it: make an"
            " API key with `backbeat keys create`, name a policy with --access module:attribute,"
            " or bind it to 127.0.0.1"
        )
    return keys


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Args:
        host: Address or name to bind to.
        port: Port; 0 for any that is free.

    Raises:
        OSError: The address is not ours, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def make_server(
    app: Backbeat,
    *,
    access: Access,
    prefix: str = "/backbeat",
    options: GatewayOptions | None = None,
    extend: Callable[[FastAPI], None] | None = None,
) -> uvicorn.Server:
    """A server with the gateway and nothing else; `await server.serve([listen(...)])` runs it.

    Args:
        app: The application.
        access: Who may ask.
        prefix: What every address of the gateway begins with. Defaults to "/backbeat".
        options: How it is set up. Defaults to `GatewayOptions()`.
        extend: Is given the gateway, to add to it what stands on a floor above.

    Raises:
        ConfigurationError: The prefix is none.
    """
    alone = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        exception_handlers={HTTPException: on_http_error},
    )
    gateway = mount(app, alone, prefix, access=access, options=options)
    if extend is not None:
        extend(gateway)
    alone.add_middleware(Outermost)
    config = uvicorn.Config(
        alone,
        log_config=None,
        access_log=False,
        server_header=False,
        # Whoever stands before it may say anything; a proxy that is trusted passes keys on.
        proxy_headers=False,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_GRACE_S,
        lifespan="off",
    )
    return uvicorn.Server(config)
