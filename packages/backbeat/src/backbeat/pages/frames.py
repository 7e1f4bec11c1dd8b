"""What a live page may say over its socket: as itself, and as no other page.

Whoever knows the id of a page could else click in it through a socket that was opened for another,
past everything that is asked of who is there.
"""

import json
import re
from typing import Final
from urllib.parse import parse_qs

from starlette.types import Message, Receive, Scope

from backbeat.pages.visit import Visit

SOCKET: Final = "/_nicegui_ws/"
# Of Engine.IO: ping, pong; of Socket.IO in it: connect, disconnect, and events as text.
_QUIET: Final = re.compile(r"[1235]|2probe|3probe|4[01].*", re.DOTALL)
_EVENT: Final = re.compile(r"42\d*(?=\[)")
_LONGEST: Final = 1_048_576


def page_of(scope: Scope) -> str:
    """The id of the page that opens a socket; empty where it names none, or several."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    given = query.get("client_id", [])
    return given[0] if len(given) == 1 else ""


def bound(page: str, visit: Visit, receive: Receive) -> Receive:
    """A socket that speaks for one page, and ends with the right to be there.

    A browser says something every few seconds, so an end is noticed within that.
    """

    async def heard() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        said = message.get("text") or ""
        event = event_of(said, page)
        if event is None:
            return _gone(4403, "not for this page")
        if not await visit.stay(use=event == "event"):
            return _gone(4401, "signed out")
        return message

    return heard


def event_of(said: str, page: str) -> str | None:
    """Which event a message brings, empty for none; None where it may not be said by this page.

    Args:
        said: The message.
        page: The page that speaks.
    """
    if len(said) > _LONGEST:
        return None
    if _QUIET.fullmatch(said):
        return ""
    head = _EVENT.match(said)
    if head is None:
        return None
    try:
        name, data = json.loads(said[head.end() :])
    except (ValueError, RecursionError, TypeError):
        return None
    ours = isinstance(data, dict) and data.get("client_id") == page
    return name if ours and isinstance(name, str) else None


def _gone(code: int, reason: str) -> Message:
    return {"type": "websocket.disconnect", "code": code, "reason": reason}
