"""Serves a gateway by itself."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Final

import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from backbeat.app import ApiKeys, Backbeat
from backbeat.errors import ConfigurationError
from backbeat.gateway.access import Access, ApiKeyAccess, FirstOf, Loopback
from backbeat.gateway.access.loopback import is_loopback
from backbeat.gateway.application import Gateway
from backbeat.gateway.http.errors import on_http_error
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.http.outermost import Outermost
from backbeat.gateway.live import LiveOptions
from backbeat.gateway.mounting import mount

# Seconds that a connection is kept for its next request, and that running requests have at the end.
_IDLE_S: Final = 15
_GRACE_S: Final = 10
# Bytes of one message on a websocket; live events take less, see `LiveLimits`.
_MOST_WEBSOCKET: Final = 65_536


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
    live: LiveOptions | None = None,
    trusted_proxies: Sequence[str] = (),
    extend: Callable[[Gateway], object] | None = None,
) -> uvicorn.Server:
    """A server with the gateway and nothing else; `await server.serve([listen(...)])` runs it.

    Args:
        app: The application.
        access: Who may ask.
        prefix: What every address of the gateway begins with. Defaults to "/backbeat".
        options: How it is set up. Defaults to `GatewayOptions()`.
        live: How its live events are set up. Defaults to `LiveOptions()`.
        trusted_proxies: Addresses or networks of proxies whose `X-Forwarded-For` and `-Proto` are
            believed. Defaults to none: whoever stands before it may say anything.
        extend: Is given the gateway, to add to it what stands on a floor above.

    Raises:
        ConfigurationError: The prefix is none, or a proxy is no address.
    """
    for proxy in trusted_proxies:
        _check_network(proxy)
    alone = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        exception_handlers={HTTPException: on_http_error},
    )
    gateway = mount(app, alone, prefix, access=access, options=options, live=live)
    if extend is not None:
        extend(gateway)
    alone.add_middleware(Outermost)
    config = uvicorn.Config(
        alone,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        ws_max_size=_MOST_WEBSOCKET,
        # Costs 45 KiB a socket, and lets a small message become a large one.
        ws_per_message_deflate=False,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_GRACE_S,
        lifespan="on",
    )
    return uvicorn.Server(config)


def _check_network(text: str) -> None:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise ConfigurationError(
            f"trusted proxy {text!r}: write an address such as 10.0.0.7, or a network such as"
            f" 10.0.0.0/8 ({error})"
        ) from None
