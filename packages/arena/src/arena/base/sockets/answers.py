"""What an event is answered: `{success, data}`, or `{success, error}` as over HTTP."""

import logging
from typing import Any, Final

from arena.base.errors import ArenaError
from backbeat import BackbeatError
from backbeat.gateway.http import said

logger = logging.getLogger("arena.sockets")

_INSIDE: Final = "something went wrong here"


def answered(data: Any) -> dict[str, Any]:
    """The answer to what went well."""
    return {"success": True, "data": data}


def refused(error: Exception) -> dict[str, Any]:
    """The answer to an error; what was not meant for others, the log alone is told."""
    if isinstance(error, BackbeatError):
        return _problem(**said(error))
    if not isinstance(error, ArenaError) or error.status == ArenaError.status:
        logger.error("an event failed", exc_info=error)
        return _problem("INTERNAL", _INSIDE)
    return _problem(error.code, str(error), error.details)


def code_of(error: ArenaError | BackbeatError) -> str:
    """The word for programs, for a handshake that is refused."""
    return error.code if isinstance(error, ArenaError) else said(error)["code"]


def _problem(code: str, message: str, details: Any = None) -> dict[str, Any]:
    problem = {"code": code, "message": message}
    if details is not None:
        problem["details"] = details
    return {"success": False, "error": problem}
