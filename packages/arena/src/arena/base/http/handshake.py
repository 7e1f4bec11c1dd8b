"""Who connects a socket, by the same rules as who sends a request."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection

from arena.base.http.front import Front
from arena.base.identity import Identity
from backbeat.gateway.access import Credentials
from backbeat.gateway.errors import ForeignOrigin
from backbeat.gateway.http import read_credentials


async def admit_handshake(front: Front, environ: Mapping[str, Any], auth: Any) -> Identity | None:
    """Recognise whoever connects, by the token in `auth` or by cookie; None: nobody signed in.

    Args:
        front: The front of the house.
        environ: What Socket.IO gives its handler of `connect`.
        auth: What the client sent along: `{"token": ...}`, or nothing.

    Raises:
        ForeignOrigin: A page connects that may not.
        Unauthenticated: A token came that is none of ours, or that has ended.
        TooManyRequests: They connect too often.
    """
    connection = HTTPConnection(environ["asgi.scope"])
    if not front.origins.allows(connection):
        raise ForeignOrigin
    return await front.admit(connection, writes=False, token=_token(auth))


def read_handshake(environ: Mapping[str, Any], auth: Any) -> Credentials:
    """What came with a handshake, to be asked about again later."""
    return read_credentials(HTTPConnection(environ["asgi.scope"]), _token(auth))


def _token(auth: Any) -> Any:
    return auth.get("token") if isinstance(auth, Mapping) else None
