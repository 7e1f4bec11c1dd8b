"""Signing up, in and out over HTTP. Browsers get a cookie besides the token."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from arena.base.http.permission import EVERYONE, SIGNED_IN, Repeated, needs
from arena.base.http.route import HouseRoute, Visitor, Who, front_of
from arena.base.identity import Role
from arena.base.sessions.actions.accounts import Accounts
from arena.base.sessions.actions.beginning import SignedIn
from arena.base.sessions.actions.with_google import GoogleAccounts
from arena.base.sessions.attempts import count_attempt
from arena.base.sessions.cookies import give_cookie, take_cookie
from backbeat.gateway.http import Asked, Envelope, Shown

router = APIRouter(prefix="/api/auth", tags=["auth"], route_class=HouseRoute)

_SECRET: Final = Repeated.NEVER

Email = Annotated[
    str, Field(max_length=254, pattern=r"^[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,189}$")
]
Username = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{3,30}$")]
NewPassword = Annotated[str, Field(min_length=10, max_length=128)]


class SignUp(Asked):
    """Somebody new."""

    email: Email
    username: Username
    password: NewPassword = Field(repr=False)


class SignIn(Asked):
    """Somebody who is known."""

    login: str = Field(min_length=1, max_length=254, description="E-mail address or name.")
    password: str = Field(min_length=1, max_length=128, repr=False)


class GoogleLogin(Asked):
    """Somebody whom Google knows."""

    token: str = Field(min_length=1, max_length=8_192, repr=False)


class Me(Shown):
    """Who is signed in."""

    id: UUID
    username: str
    roles: list[Role]
    expires_at: datetime


class Session(Shown):
    """A session that has begun."""

    token: str
    expires_at: datetime
    user: Me


class Gone(Shown):
    """It has ended."""

    signed_out: bool = True


@router.post("/sign-up", status_code=201, **needs(EVERYONE, repeated=_SECRET))
async def sign_up(request: Request, response: Response, body: SignUp) -> Envelope[Session]:
    """Make an account and begin a session."""
    await count_attempt(front_of(request), request)
    signed_in = await _accounts(request).sign_up(body.email, body.username, body.password)
    return _session(request, response, signed_in)


@router.post("/sign-in", **needs(EVERYONE, repeated=_SECRET))
async def sign_in(request: Request, response: Response, body: SignIn) -> Envelope[Session]:
    """Begin a session by e-mail address or name, and password."""
    await count_attempt(front_of(request), request, body.login)
    signed_in = await _accounts(request).sign_in(body.login, body.password)
    return _session(request, response, signed_in)


@router.post("/google-login", **needs(EVERYONE, repeated=_SECRET))
async def google_login(
    request: Request, response: Response, who: Visitor, body: GoogleLogin
) -> Envelope[Session]:
    """Begin a session by a token of Google; who is signed in links the account by it."""
    await count_attempt(front_of(request), request)
    signed_in = await _google(request).sign_in(body.token, who)
    return _session(request, response, signed_in)


@router.post("/sign-out", **needs(SIGNED_IN, repeated=_SECRET))
async def sign_out(request: Request, response: Response, who: Who) -> Envelope[Gone]:
    """End this session."""
    await _accounts(request).sign_out(who)
    take_cookie(response)
    return Envelope(data=Gone())


@router.post("/sign-out-everywhere", **needs(SIGNED_IN, repeated=_SECRET))
async def sign_out_everywhere(request: Request, response: Response, who: Who) -> Envelope[Gone]:
    """End every session of whoever asks."""
    await _accounts(request).sign_out(who, everywhere=True)
    take_cookie(response)
    return Envelope(data=Gone())


@router.get("/me", **needs(SIGNED_IN))
async def me(who: Who) -> Envelope[Me]:
    """Who is signed in."""
    return Envelope(
        data=Me(
            id=who.user_id, username=who.name, roles=sorted(who.roles), expires_at=who.expires_at
        )
    )


def _accounts(request: Request) -> Accounts:
    accounts: Accounts = request.app.state.accounts
    return accounts


def _google(request: Request) -> GoogleAccounts:
    google: GoogleAccounts = request.app.state.google_accounts
    return google


def _session(request: Request, response: Response, signed_in: SignedIn) -> Envelope[Session]:
    user, issued = signed_in.user, signed_in.issued
    give_cookie(request, response, issued)
    response.headers["Cache-Control"] = "no-store"
    shown = Me(
        id=user.id, username=user.username, roles=sorted(user.roles), expires_at=issued.expires_at
    )
    return Envelope(data=Session(token=issued.token, expires_at=issued.expires_at, user=shown))
