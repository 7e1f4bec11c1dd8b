"""Takes away what is old: the notification, its deliveries, their attempts."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.notifications.model.deliveries import OPEN
from arena.services.notifications.store.tables import attempts, deliveries, notifications


async def remove_older(session: AsyncSession, before_ms: int, most: int) -> int:
    """Take away the oldest notifications that nobody is about to bring; gives how many.

    Args:
        session: Of the caller's transaction.
        before_ms: What was told since then stays.
        most: How many at most.
    """
    # In the order of their numbers, which is nearly that of time and has an index.
    old = (
        select(notifications.c.id)
        .where(
            notifications.c.created_ms < before_ms,
            ~select(deliveries.c.id)
            .where(deliveries.c.notification_id == notifications.c.id, deliveries.c.state.in_(OPEN))
            .exists(),
        )
        .order_by(notifications.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list((await session.execute(old)).scalars())
    if ids:
        theirs = select(deliveries.c.id).where(deliveries.c.notification_id.in_(ids))
        await session.execute(delete(attempts).where(attempts.c.delivery_id.in_(theirs)))
        await session.execute(delete(deliveries).where(deliveries.c.notification_id.in_(ids)))
        await session.execute(delete(notifications).where(notifications.c.id.in_(ids)))
    return len(ids)
