"""From errors to answers; nothing that was not meant for whoever asks gets out."""

import logging
from collections.abc import MutableMapping
from math import ceil
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from backbeat.errors import BackbeatError, InvalidPayload
from backbeat.gateway.errors import StillRunning, TooManyRequests
from backbeat.gateway.http.envelope import problem
from backbeat.gateway.http.request_ids import request_id
from backbeat.gateway.http.table import BY_STATUS, UNEXPECTED, row_of, said

logger = logging.getLogger("backbeat.gateway")


async def on_error(request: Request, error: Exception) -> Response:
    """The answer to an error of the tree."""
    return answer_to(error, request.scope)


def answer_to(error: Exception, scope: MutableMapping[str, Any]) -> Response:
    """The answer to an error of the tree, wherever it was raised."""
    row, name = row_of(error), request_id(scope)
    if row.status >= 500:
        logger.error("request %s: %s: %s", name, type(error).__name__, error)
    details = None
    if isinstance(error, InvalidPayload) and error.field:
        details = {"field": error.field}
    return problem(
        row.status, **said(error), request_id=name, details=details, headers=_headers(error)
    )


async def on_validation(request: Request, error: Exception) -> Response:
    """The answer to a request that does not fit; says where, and never repeats what was sent."""
    assert isinstance(error, RequestValidationError)
    details = [
        {"where": ".".join(map(str, each["loc"])), "message": each["msg"]}
        for each in error.errors()[:20]
    ]
    return problem(
        400, "VALIDATION_FAILED", "the request does not fit; details say where",
        request_id(request.scope), details=details,
    )  # fmt: skip


async def on_http_error(request: Request, error: Exception) -> Response:
    """The answer where there is no route, or not for this method."""
    assert isinstance(error, HTTPException)
    row = BY_STATUS.get(error.status_code, BY_STATUS[400])
    return problem(
        error.status_code, row.code, row.says or "", request_id(request.scope),
        headers=dict(error.headers or {}),
    )  # fmt: skip


def unexpected(scope: dict[str, Any], error: Exception) -> Response:
    """The answer to what nobody expected; the log has it whole."""
    name = request_id(scope)
    logger.error("request %s failed", name, exc_info=error)
    return problem(UNEXPECTED.status, UNEXPECTED.code, UNEXPECTED.says or "", name)


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(max(1, ceil(error.retry_after)))}
    if isinstance(error, StillRunning):
        return {"Retry-After": "1"}
    if isinstance(error, BackbeatError) and row_of(error).status == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {}
