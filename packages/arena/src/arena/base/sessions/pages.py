"""The way in and out for people with a browser: forms that need no script."""

import re
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import Final
from urllib.parse import quote

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from arena.base.errors import ArenaError, Invalid
from arena.base.http.front import Front
from arena.base.pages.screen import words_of
from arena.base.pages.site import SIGN_IN, SIGN_OUT, SIGN_UP, SITE
from arena.base.sessions.actions.accounts import Accounts
from arena.base.sessions.actions.beginning import SignedIn
from arena.base.sessions.attempts import count_attempt
from arena.base.sessions.cookies import give_cookie, take_cookie
from arena.base.sessions.routes import SignIn, SignUp
from backbeat import BackbeatError
from backbeat.gateway.errors import BadRequest, ForeignOrigin, TooManyRequests
from backbeat.gateway.http import check_origin, read_credentials
from backbeat.pages import Answer, Form, plain_page, read_form

# A page of ours, by its path: never another host's, whatever a link says.
_PLACE: Final = re.compile(r"(?:/[A-Za-z0-9._~%-]+)*/?")
_LONGEST: Final = 500
_STATUSES: Final[Mapping[type[Exception], int]] = {
    BadRequest: 400, ForeignOrigin: 403, TooManyRequests: 429,
}  # fmt: skip
_FITS: Final = {
    "email": "The e-mail address is none.",
    "username": "A name has 3 to 30 letters, digits, dots, dashes or underscores.",
    "password": "A password has 10 to 128 characters.",
    "login": "Say who you are.",
}

Taken = Callable[[Request, Form], Awaitable[SignedIn]]


class DoorKeeper:
    """Signs people in, up and out, as REST does, and remembers where they wanted to go."""

    def __init__(self, front: Front, accounts: Accounts) -> None:
        """Know who counts attempts, and who has the accounts."""
        self._front, self._accounts = front, accounts

    @property
    def answers(self) -> Mapping[str, Answer]:
        """What is answered at which path."""
        return {SIGN_IN: self.sign_in, SIGN_UP: self.sign_up, SIGN_OUT: self.sign_out}

    async def sign_in(self, request: Request) -> Response:
        """Show the form, or take it."""
        return await self._form(request, "Sign in", _SIGN_IN, self._signed_in)

    async def sign_up(self, request: Request) -> Response:
        """Show the form, or take it."""
        return await self._form(request, "Sign up", _SIGN_UP, self._signed_up)

    async def sign_out(self, request: Request) -> Response:
        """End the session; pages that are open show what visitors see."""
        if request.method != "POST":
            return _to(request, "/")
        try:
            check_origin(request, self._front.origins)
        except BackbeatError as error:
            return _page(request, "Sign out", _SIGN_IN, {}, error)
        identity = await self._front.known(read_credentials(request))
        if identity is not None:
            await self._accounts.sign_out(identity)
        answer = _to(request, "/")
        take_cookie(answer)
        return answer

    async def _form(self, request: Request, title: str, form: str, take: Taken) -> Response:
        given: Form = {"next": request.query_params.get("next", "")}
        if request.method != "POST":
            return _page(request, title, form, given)
        try:
            check_origin(request, self._front.origins)
            given = await read_form(request)
            signed_in = await take(request, given)
        except ValidationError as error:
            field = str(error.errors()[0]["loc"][0])
            return _page(request, title, form, given, Invalid(_FITS[field]))
        except (ArenaError, BackbeatError) as error:
            return _page(request, title, form, given, error)
        answer = _to(request, _place(given))
        give_cookie(request, answer, signed_in.issued)
        return answer

    async def _signed_in(self, request: Request, given: Form) -> SignedIn:
        who = SignIn(login=given.get("login", ""), password=given.get("password", ""))
        await count_attempt(self._front, request, who.login)
        return await self._accounts.sign_in(who.login, who.password)

    async def _signed_up(self, request: Request, given: Form) -> SignedIn:
        who = SignUp(
            email=given.get("email", ""),
            username=given.get("username", ""),
            password=given.get("password", ""),
        )
        await count_attempt(self._front, request)
        return await self._accounts.sign_up(who.email, who.username, who.password)


def _page(
    request: Request, title: str, form: str, given: Form,
    problem: ArenaError | BackbeatError | None = None,
) -> Response:  # fmt: skip
    """The form with what they wrote, but for the password."""
    body = form.format(
        root=_quoted(_root(request)),
        next=_quoted(_place(given)),
        asked=quote(_place(given), safe=""),
        **{name: _quoted(given.get(name, "")) for name in ("login", "email", "username")},
    )
    if problem is None:
        return plain_page(SITE, request, title, body)
    return plain_page(
        SITE, request, title, body, problem=words_of(problem), status=_status(problem)
    )


def _status(problem: ArenaError | BackbeatError) -> int:
    if isinstance(problem, ArenaError):
        return problem.status
    return _STATUSES.get(type(problem), 503)


def _to(request: Request, place: str) -> Response:
    return RedirectResponse(f"{_root(request)}{place}", status_code=303)


def _place(given: Form) -> str:
    place = given.get("next", "")
    fits = len(place) <= _LONGEST and _PLACE.fullmatch(place)
    return place if fits and place else "/"


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _quoted(words: str) -> str:
    return escape(words, quote=True)


_SIGN_IN: Final = """<form method="post" action="{root}/sign-in">
<input type="hidden" name="next" value="{next}">
<label for="login">Name or e-mail address</label>
<input id="login" name="login" value="{login}" autocomplete="username" required autofocus
 maxlength="254">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
 maxlength="128">
<button type="submit">Sign in</button>
</form>
<p class="quiet">New here? <a href="{root}/sign-up?next={asked}">Sign up</a></p>"""
_SIGN_UP: Final = """<form method="post" action="{root}/sign-up">
<input type="hidden" name="next" value="{next}">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" value="{email}" autocomplete="email" required autofocus
 maxlength="254">
<label for="username">Name, as others see it</label>
<input id="username" name="username" value="{username}" autocomplete="username" required
 minlength="3" maxlength="30">
<label for="password">Password, of 10 characters at least</label>
<input id="password" name="password" type="password" autocomplete="new-password" required
 minlength="10" maxlength="128">
<button type="submit">Sign up</button>
</form>
<p class="quiet">Known already? <a href="{root}/sign-in?next={asked}">Sign in</a></p>"""
