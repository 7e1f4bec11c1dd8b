"""Reads and writes sign-ins."""

from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.sessions.store.tables import sessions, users
from arena.base.sessions.store.users import User, as_user


async def begin_session(
    session: AsyncSession, session_id: UUID, user_id: UUID, *, now_ms: int, expires_ms: int
) -> None:
    """Keep a new sign-in; those of the user that have run out go with it."""
    past = (sessions.c.user_id == user_id) & (sessions.c.expires_ms < now_ms)
    await session.execute(delete(sessions).where(past))
    row = {"id": session_id, "user_id": user_id, "created_ms": now_ms, "expires_ms": expires_ms}
    await session.execute(insert(sessions).values(row))


async def find_standing(session: AsyncSession, session_id: UUID) -> User | None:
    """The user of a sign-in that has not been ended, and who may come in; None for none."""
    standing = (
        select(users)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(
            sessions.c.id == session_id, sessions.c.ended_ms.is_(None), users.c.blocked_ms.is_(None)
        )
    )
    row = (await session.execute(standing)).one_or_none()
    return None if row is None else as_user(row)


async def end_sessions(
    session: AsyncSession, user_id: UUID, *, now_ms: int, session_id: UUID | None = None
) -> None:
    """End sign-ins of a user: one, or all of them.

    Args:
        session: The transaction.
        user_id: Whose.
        now_ms: When.
        session_id: Which. Defaults to None: all.
    """
    which = (sessions.c.user_id == user_id) & sessions.c.ended_ms.is_(None)
    if session_id is not None:
        which &= sessions.c.id == session_id
    await session.execute(update(sessions).where(which).values(ended_ms=now_ms))
