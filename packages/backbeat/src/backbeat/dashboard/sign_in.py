"""The page to sign in: plain, without a script."""

from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backbeat.dashboard.sessions import COOKIE, Sessions
from backbeat.dashboard.site import SITE
from backbeat.errors import BackbeatError
from backbeat.gateway.errors import ForeignOrigin, TooManyRequests
from backbeat.gateway.http.front import Front
from backbeat.gateway.http.origins import check_origin
from backbeat.pages import plain_page, read_form

PATH: Final = "/sign-in"
LEAVE: Final = "/sign-out"


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
            key = (await read_form(request)).get("key", "").strip()
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


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _page(request: Request, problem: str = "", status: int = 200) -> Response:
    form = _FORM.format(root=escape(_root(request), quote=True))
    return plain_page(SITE, request, "Sign in", form, problem=problem, status=status)


_FORM: Final = """<form method="post" action="{root}/sign-in">
<label for="key">API key</label>
<input id="key" name="key" type="password" autocomplete="off" required autofocus maxlength="200">
<button type="submit">Sign in</button>
</form>
<p class="quiet">An administrator makes one with <code>backbeat keys create</code>.</p>"""
