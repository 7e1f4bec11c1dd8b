"""Puts the HTTP application of the house together."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Protocol

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from arena.base.errors import ArenaError
from arena.base.http import health, measured
from arena.base.http.access_log import AccessLog
from arena.base.http.errors import on_arena_error
from arena.base.http.front import Front
from arena.base.http.metrics import HttpMetrics
from backbeat import Backbeat, BackbeatError
from backbeat.gateway.http import (
    IDEMPOTENCY_KEY,
    Outermost,
    on_error,
    on_http_error,
    on_validation,
)

_HANDLERS: Final[dict[int | type[Exception], Any]] = {
    ArenaError: on_arena_error,
    BackbeatError: on_error,
    RequestValidationError: on_validation,
    HTTPException: on_http_error,
}


class Lifespan(Protocol):
    """What runs as long as the application serves."""

    def __call__(self, app: FastAPI, /) -> AbstractAsyncContextManager[Any]:
        """Enter it."""


def make_web(
    jobs: Backbeat,
    front: Front,
    *,
    checks: Mapping[str, health.Check],
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The application, with `/health` and `/metrics`; routers are included by whoever asked for it.

    Args:
        jobs: Its queues are measured.
        front: Stands before every route.
        checks: Stores that have to answer before requests are sent here, by name.
        lifespan: What runs as long as it serves. Defaults to nothing.
    """
    web = FastAPI(
        title="Arena",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=_HANDLERS,
        lifespan=lifespan,
    )
    metrics = HttpMetrics()
    web.state.front, web.state.checks = front, {**checks, "jobs": jobs.connect}
    web.state.jobs, web.state.metrics = jobs, metrics
    web.include_router(health.router)
    web.include_router(measured.router)
    if front.options.origins:
        web.add_middleware(
            CORSMiddleware,
            allow_origins=list(front.options.origins),
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", IDEMPOTENCY_KEY, "If-None-Match"],
            expose_headers=["ETag", "Retry-After", "X-Request-Id"],
        )
    web.add_middleware(Outermost)
    web.add_middleware(AccessLog, metrics=metrics)
    return web
