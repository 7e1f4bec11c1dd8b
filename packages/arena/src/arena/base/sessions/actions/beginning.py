"""Begins sessions: what every way of signing in ends with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.clock import Clock
from arena.base.identity import Identity
from arena.base.sessions.errors import Blocked
from arena.base.sessions.store.sessions import begin_session
from arena.base.sessions.store.users import User
from arena.base.sessions.tokens import Issued, Tokens


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has just signed in.

    Attributes:
        user: Who.
        issued: The token of the session.
    """

    user: User
    issued: Issued


# Is told of somebody who has just got an account, and whether their address is known to be theirs.
Greet = Callable[[User, bool], Awaitable[None]]


async def nobody_greets(_user: User, _vouched: bool) -> None:
    """Nothing becomes of newcomers."""


async def begin(session: AsyncSession, user: User, tokens: Tokens, clock: Clock) -> SignedIn:
    """Begin a session of somebody who has shown who they are.

    Raises:
        Blocked: They may not come in.
    """
    if user.blocked_ms is not None:
        raise Blocked
    now_ms = clock()
    expires_ms = now_ms + tokens.seconds * 1000
    identity = Identity(
        user_id=user.id,
        name=user.username,
        roles=user.roles,
        session_id=uuid4(),
        expires_at=datetime.fromtimestamp(expires_ms // 1000, UTC),
    )
    await begin_session(session, identity.session_id, user.id, now_ms=now_ms, expires_ms=expires_ms)
    return SignedIn(user, tokens.issue(identity, now_ms))
