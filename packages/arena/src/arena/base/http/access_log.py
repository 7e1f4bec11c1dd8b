"""One log line and one measurement a request."""

import time
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arena.base.http.metrics import HttpMetrics
from backbeat.gateway.http import request_id

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What the client of a closed connection would have been answered.
_GONE: Final = 499
_LONGEST_PATH: Final = 500

logger = structlog.get_logger("arena.http")


class AccessLog:
    """Stands around the application; lines of the log within a request carry its id.

    The query is not logged: tokens may stand there.
    """

    def __init__(self, app: ASGIApp, metrics: HttpMetrics) -> None:
        """Stand around an application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_at, status = time.monotonic(), _GONE

        async def noticing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id(scope)):
            try:
                await self._app(scope, receive, noticing)
            finally:
                self._note(scope, status, time.monotonic() - began_at)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.observe(method, _route_of(scope), status, seconds)
        logger.info(
            "request",
            method=method,
            path=scope["path"][:_LONGEST_PATH],
            status=status,
            ms=round(seconds * 1000, 1),
            **_user(scope),
        )


def _route_of(scope: Scope) -> str:
    """The whole path of a route, with names for what varies: there are as many as routes."""
    # The route itself knows only its path within its router, of which others may have the same.
    whole = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(whole or scope.get("route"), "path", None)
    return "other" if path is None else f"{scope.get('root_path', '')}{path}"


def _user(scope: Scope) -> dict[str, Any]:
    identity = scope.get("state", {}).get("identity")
    return {} if identity is None else {"user": str(identity.user_id)}
