"""The cookie by which a browser is known."""

from starlette.requests import Request
from starlette.responses import Response

from arena.base.sessions.recognising import COOKIE
from arena.base.sessions.tokens import Issued


def give_cookie(request: Request, response: Response, issued: Issued) -> None:
    """Let a browser be known: no script reads it, and no other site sends it with a form."""
    response.set_cookie(
        COOKIE,
        issued.token,
        expires=issued.expires_at,
        path="/",
        secure=request.scope["scheme"] == "https",
        httponly=True,
        samesite="lax",
    )


def take_cookie(response: Response) -> None:
    """Let it be known no more."""
    response.delete_cookie(COOKIE, path="/")
