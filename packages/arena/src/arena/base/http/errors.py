"""From errors of the house to answers."""

import logging
from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from arena.base.errors import ArenaError, Unauthenticated
from backbeat.gateway.http import problem, request_id

logger = logging.getLogger("arena.http")

_INSIDE = "something went wrong here; the request id names it in the log"


async def on_arena_error(request: Request, error: Exception) -> Response:
    """The answer to an error of the tree; what has no status of its own, the log alone is told."""
    assert isinstance(error, ArenaError)
    name, unforeseen = request_id(request.scope), error.status == ArenaError.status
    if error.status >= 500:
        logger.error("request %s: %s: %s", name, type(error).__name__, error, exc_info=unforeseen)
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(
        error.status, error.code, _INSIDE if unforeseen else str(error), name,
        details=error.details, headers=headers,
    )  # fmt: skip
