"""Reads and writes users."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.identity import Role
from arena.base.sessions.errors import Taken
from arena.base.sessions.store.tables import users

_UNIQUE: Final = "23505"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who has signed up.

    Attributes:
        id: Of the user.
        email: Address, in lower case.
        username: As others see it.
        password_hash: By argon2; None: signs in with Google alone.
        google_sub: Google's name for the account; None: there is none.
        roles: What they may.
        created_ms: When they signed up.
        blocked_ms: Since when they may not come in; None: they may.
    """

    id: UUID
    email: str
    username: str
    password_hash: str | None = field(default=None, repr=False)
    google_sub: str | None = None
    roles: frozenset[Role] = frozenset({Role.PLAYER, Role.SELLER})
    created_ms: int
    blocked_ms: int | None = None


async def add_user(session: AsyncSession, user: User) -> None:
    """Keep a new user.

    Raises:
        Taken: Another has the address, the name or the Google account.
    """
    row = {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "name_key": user.username.lower(),
        "password_hash": user.password_hash,
        "google_sub": user.google_sub,
        "roles": sorted(user.roles),
        "created_ms": user.created_ms,
    }
    try:
        await session.execute(insert(users).values(row))
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != _UNIQUE:
            raise
        raise Taken from error


async def find_by_login(session: AsyncSession, login: str) -> User | None:
    """A user by address or name; no name holds an @."""
    key = login.strip().lower()
    return await _one(session, or_(users.c.email == key, users.c.name_key == key))


async def find_by_id(session: AsyncSession, user_id: UUID) -> User | None:
    """A user by id."""
    return await _one(session, users.c.id == user_id)


async def find_by_google(session: AsyncSession, google_sub: str) -> User | None:
    """A user by Google's name for the account."""
    return await _one(session, users.c.google_sub == google_sub)


async def change_user(session: AsyncSession, user_id: UUID, **changes: Any) -> None:
    """Set columns of a user."""
    await session.execute(update(users).where(users.c.id == user_id).values(**changes))


def as_user(row: Row[Any]) -> User:
    """A row as a user."""
    known = set(Role)
    return User(
        id=row.id,
        email=row.email,
        username=row.username,
        password_hash=row.password_hash,
        google_sub=row.google_sub,
        # A newer version may have granted what this one does not know.
        roles=frozenset(Role(each) for each in row.roles if each in known),
        created_ms=row.created_ms,
        blocked_ms=row.blocked_ms,
    )


async def _one(session: AsyncSession, condition: Any) -> User | None:
    row = (await session.execute(select(users).where(condition))).one_or_none()
    return None if row is None else as_user(row)
