"""The inbox: deliveries of the channel in_app that were not muted, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.notifications.model.kinds import IN_APP
from arena.services.notifications.store.tables import deliveries

# Nobody reads a larger number, and counting further costs.
MOST_COUNTED: Final = 1_000
_IN_INBOX: Final = (deliveries.c.channel == IN_APP) & (deliveries.c.state != "muted")
_UNREAD: Final = _IN_INBOX & deliveries.c.read_ms.is_(None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an inbox.

    Attributes:
        id: Number of the entry; later ones have larger numbers.
        notification: Number of the notification.
        kind: Of the notification.
        title: One line.
        body: Plain text.
        created_ms: When.
        read_ms: When it was read; None: it was not.
    """

    id: int
    notification: int
    kind: str
    title: str
    body: str
    created_ms: int
    read_ms: int | None


async def entries(
    session: AsyncSession, user: str, before: int | None, count: int, *, unread: bool
) -> list[Entry]:
    """Entries below a number, the newest first."""
    statement = select(
        deliveries.c.id,
        deliveries.c.notification_id,
        deliveries.c.kind,
        deliveries.c.title,
        deliveries.c.body,
        deliveries.c.created_ms,
        deliveries.c.read_ms,
    ).where(_UNREAD if unread else _IN_INBOX, deliveries.c.user_id == user)
    if before is not None:
        statement = statement.where(deliveries.c.id < before)
    statement = statement.order_by(deliveries.c.id.desc()).limit(count)
    return [Entry(*row) for row in await session.execute(statement)]


async def count_unread(session: AsyncSession, user: str) -> int:
    """How many are not read, at most 1,000."""
    some = (
        select(deliveries.c.id)
        .where(_UNREAD, deliveries.c.user_id == user)
        .limit(MOST_COUNTED)
        .subquery()
    )
    return int((await session.execute(select(func.count()).select_from(some))).scalar_one())


async def mark_read(session: AsyncSession, user: str, ids: Sequence[int], now_ms: int) -> int:
    """Mark entries of this user; gives how many were unread."""
    return await _mark(session, user, deliveries.c.id.in_(ids), now_ms)


async def mark_all_read(session: AsyncSession, user: str, up_to: int, now_ms: int) -> int:
    """Mark all entries up to a number; gives how many were unread."""
    return await _mark(session, user, deliveries.c.id <= up_to, now_ms)


async def _mark(session: AsyncSession, user: str, which: object, now_ms: int) -> int:
    statement = (
        update(deliveries)
        .where(_UNREAD, deliveries.c.user_id == user, which)  # type: ignore[arg-type]
        .values(read_ms=now_ms)
        .returning(deliveries.c.id)
    )
    return len((await session.execute(statement)).all())
