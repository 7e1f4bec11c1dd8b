"""Writes an intent down: the notification, and a delivery for each channel."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.notifications.model.deliveries import State
from arena.services.notifications.model.kinds import Intent, Kind
from arena.services.notifications.store.tables import deliveries, notifications

_MILLISECONDS: Final = 1000


async def record(session: AsyncSession, intent: Intent, now_ms: int) -> int | None:
    """Write the notification; gives its number, None where this was told already."""
    statement = (
        insert(notifications)
        .values(
            user_id=intent.user,
            kind=intent.kind,
            key=intent.key,
            fields=dict(intent.fields),
            created_ms=now_ms,
        )
        .on_conflict_do_nothing()
        .returning(notifications.c.id)
    )
    number: int | None = (await session.execute(statement)).scalar_one_or_none()
    return number


async def recorded(session: AsyncSession, intent: Intent) -> int:
    """The number of the notification that was told already."""
    statement = select(notifications.c.id).where(
        notifications.c.user_id == intent.user,
        notifications.c.kind == intent.kind,
        notifications.c.key == intent.key,
    )
    return int((await session.execute(statement)).scalar_one())


async def record_deliveries(
    session: AsyncSession,
    notification: int,
    intent: Intent,
    kind: Kind,
    states: Mapping[str, State],
    now_ms: int,
) -> dict[str, int]:
    """Write a delivery for each channel; gives the numbers of those that are queued.

    Raises:
        BadTemplate: The fields do not fit.
    """
    expires_ms = now_ms + round(kind.expires.total_seconds() * _MILLISECONDS)
    rows = []
    for channel, state in states.items():
        title, body = kind.fill(channel, intent.fields)
        rows.append(
            {
                "notification_id": notification,
                "user_id": intent.user,
                "kind": kind.name,
                "channel": channel,
                "title": title,
                "body": body,
                "state": state,
                "due_ms": now_ms,
                "expires_ms": expires_ms,
                "urgent": kind.urgent,
                "created_ms": now_ms,
                "updated_ms": now_ms,
            }
        )
    statement = insert(deliveries).returning(
        deliveries.c.id, deliveries.c.channel, deliveries.c.state
    )
    written = (await session.execute(statement.values(rows))).all() if rows else []
    return {row.channel: row.id for row in written if row.state == "queued"}
