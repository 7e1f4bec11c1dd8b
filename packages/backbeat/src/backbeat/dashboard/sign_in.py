"""The page to sign in: plain, without a script."""

from html import escape
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from backbeat.dashboard.headers import PLAIN, REFERRER
from backbeat.dashboard.sessions import COOKIE, Sessions
from backbeat.errors import BackbeatError
from backbeat.gateway.errors import BadRequest, ForeignOrigin, TooManyRequests
from backbeat.gateway.http.front import Front
from backbeat.gateway.http.origins import check_origin

PATH: Final = "/sign-in"
LEAVE: Final = "/sign-out"
_LARGEST: Final = 4_096


class SignIn:
    """Signs people in with an API key, and out."""

    def __init__(self, front: Front, sessions: Sessions, *, secure: bool | None) -> None:
        """Know of no attempt yet; `secure` is that of `DashboardOptions`."""
        self._front, self._sessions, self._secure = front, sessions, secure

    async def answer(self, request: Request) -> Response:
        """Show the page, or take what it sends."""
        if request.method != "POST":
            return _page(request)
        try:
            check_origin(request, self._front.origins)
            key = await _key_of(request)
            await self._front.admit(with_key(request, key), costly=False)
        except ForeignOrigin as error:
            return _page(request, str(error), status=403)
        except TooManyRequests as error:
            return _page(request, str(error), status=429)
        except BackbeatError:
            return _page(request, "This key is none that is known here, or it has ended.", 401)
        # A new name at each sign-in: one that was planted before is worth nothing.
        self._sessions.end(request.cookies.get(COOKIE))
        answer = RedirectResponse(f"{_root(request)}/", status_code=303)
        answer.set_cookie(
            COOKIE, self._sessions.begin(key), path=_root(request) or "/", httponly=True,
            samesite="strict", secure=self._is_secure(request),
        )  # fmt: skip
        return answer

    async def leave(self, request: Request) -> Response:
        """Sign out: the pages of this sign-in show nothing more."""
        if request.method != "POST":
            return RedirectResponse(f"{_root(request)}{PATH}", status_code=303)
        try:
            check_origin(request, self._front.origins)
        except ForeignOrigin as error:
            return _page(request, str(error), status=403)
        self._sessions.end(request.cookies.get(COOKIE))
        answer = RedirectResponse(f"{_root(request)}{PATH}", status_code=303)
        answer.delete_cookie(COOKIE, path=_root(request) or "/")
        return answer

    def _is_secure(self, request: Request) -> bool:
        return request.scope["scheme"] == "https" if self._secure is None else self._secure


def with_key(request: Request, key: str) -> Request:
    """The request as one that shows a key as its bearer token."""
    others = [each for each in request.scope["headers"] if each[0] != b"authorization"]
    shown = (b"authorization", b"Bearer " + key.encode("ascii", "replace"))
    return Request({**request.scope, "headers": [*others, shown]})


async def _key_of(request: Request) -> str:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise BadRequest("the form is larger than is taken")
    given = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    return (given.get("key") or [""])[0].strip()


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _page(request: Request, problem: str = "", status: int = 200) -> Response:
    said = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    page = _PAGE.format(root=escape(_root(request), quote=True), said=said)
    headers = {
        "Content-Security-Policy": PLAIN,
        "Referrer-Policy": REFERRER,
        "Cache-Control": "no-store",
    }
    return HTMLResponse(page, status_code=status, headers=headers)


_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Backbeat</title>
<link rel="stylesheet" href="{root}/assets/backbeat.css">
<link rel="icon" href="{root}/assets/icon.svg">
</head>
<body class="sign-in">
<main class="panel">
<h1><img src="{root}/assets/icon.svg" alt="" width="32" height="32"> Backbeat</h1>
{said}
<form method="post" action="{root}/sign-in">
<label for="key">API key</label>
<input id="key" name="key" type="password" autocomplete="off" required autofocus maxlength="200">
<button type="submit">Sign in</button>
</form>
<p class="quiet">An administrator makes one with <code>backbeat keys create</code>.</p>
</main>
</body>
</html>
"""
