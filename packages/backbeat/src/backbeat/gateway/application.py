"""Puts a gateway together."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from backbeat.app import Backbeat
from backbeat.errors import BackbeatError, ConfigurationError
from backbeat.gateway.access import Access, FirstOf, JobTokens
from backbeat.gateway.http.errors import on_error, on_http_error, on_validation
from backbeat.gateway.http.front import Front
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.http.outermost import Outermost
from backbeat.gateway.live import LiveEvents, LiveOptions
from backbeat.gateway.routes import ROUTERS, UNVERSIONED
from backbeat.gateway.service import Service

API: Final = "/api/v1"
VERSION: Final = "1.0.0"


class Gateway(FastAPI):
    """A gateway: what is mounted in an application, or served alone.

    Attributes:
        live: Its live events: `live.token_for(handle)` lets a browser follow one job.
        endings: What stands on it and reads by itself ends by these, while the application is open.
    """

    live: LiveEvents
    endings: list[Callable[[], None]]


def make_gateway(
    app: Backbeat,
    *,
    access: Access | None,
    options: GatewayOptions | None = None,
    live: LiveOptions | None = None,
) -> Gateway:
    """The gateway of an application, to be served or mounted. Connects at the first request.

    Args:
        app: The application.
        access: Who may ask. There is no default: `Loopback()` says that everybody at this machine
            may.
        options: How it is set up. Defaults to `GatewayOptions()`.
        live: How its live events are set up. Defaults to `LiveOptions()`.

    Raises:
        ConfigurationError: There is no access policy, or the secret of tokens is too short.
        InvalidOption: An origin is none.
    """
    if access is None:
        raise ConfigurationError(
            "a gateway needs an access policy: ApiKeyAccess(app), TokenAccess(...),"
            " HostAccess(...), or Loopback() while it is bound to this machine"
        )
    chosen, live = options or GatewayOptions(), live or LiveOptions()
    tokens = None if live.secret is None else JobTokens(live.secret)
    service = Service(
        app, redactor=chosen.redactor, read_only=chosen.read_only, alerts=chosen.alerts
    )
    gateway = Gateway(
        title="Backbeat",
        version=VERSION,
        # The document is a route like any other: for those who are recognised.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=_handlers(),
    )
    front = Front(service, access if tokens is None else FirstOf(tokens, access), chosen)
    gateway.endings = []
    gateway.live = LiveEvents(front, tokens, live.limits)
    gateway.state.front, gateway.state.live = front, gateway.live
    for router in ROUTERS:
        gateway.include_router(router, prefix=API)
    for router in UNVERSIONED:
        gateway.include_router(router)
    if chosen.origins:
        gateway.add_middleware(
            CORSMiddleware,
            allow_origins=list(chosen.origins),
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization", "Content-Type", "Idempotency-Key", "If-None-Match",
                "Last-Event-ID",
            ],
            expose_headers=["ETag", "Retry-After", "X-Request-Id"],
        )  # fmt: skip
    gateway.add_middleware(Outermost)
    return gateway


def _handlers() -> dict[int | type[Exception], Any]:
    return {
        BackbeatError: on_error,
        RequestValidationError: on_validation,
        HTTPException: on_http_error,
    }
