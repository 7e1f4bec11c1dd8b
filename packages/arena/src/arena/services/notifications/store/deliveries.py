"""Deliveries and the log of their attempts."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.notifications.model.deliveries import (
    OPEN,
    Attempt,
    Delivery,
    Outcome,
    State,
)
from arena.services.notifications.store.tables import attempts, deliveries

_COLUMNS: Final = (
    deliveries.c.id,
    deliveries.c.notification_id,
    deliveries.c.user_id,
    deliveries.c.kind,
    deliveries.c.channel,
    deliveries.c.title,
    deliveries.c.body,
    deliveries.c.state,
    deliveries.c.attempts,
    deliveries.c.expires_ms,
    deliveries.c.urgent,
    deliveries.c.reference,
    deliveries.c.updated_ms,
)


async def get(session: AsyncSession, delivery: int, *, lock: bool = False) -> Delivery | None:
    """A delivery, held until the transaction ends if so wished; None where there is none."""
    statement = select(*_COLUMNS).where(deliveries.c.id == delivery)
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else _read(row)


async def of_notification(session: AsyncSession, notification: int) -> list[Delivery]:
    """The deliveries of a notification, by channel."""
    statement = (
        select(*_COLUMNS)
        .where(deliveries.c.notification_id == notification)
        .order_by(deliveries.c.channel)
    )
    return [_read(row) for row in await session.execute(statement)]


async def log_of(session: AsyncSession, delivery: int) -> list[Attempt]:
    """The attempts of a delivery, the first one first; at most 1,000."""
    statement = (
        select(
            attempts.c.number,
            attempts.c.started_ms,
            attempts.c.ended_ms,
            attempts.c.outcome,
            attempts.c.detail,
        )
        .where(attempts.c.delivery_id == delivery)
        .order_by(attempts.c.number)
        .limit(1_000)
    )
    return [Attempt(*row) for row in await session.execute(statement)]


async def expire(session: AsyncSession, before_ms: int, now_ms: int, most: int) -> None:
    """Give up open deliveries that expired and had no job, those of channels that are gone too."""
    late = (
        select(deliveries.c.id)
        .where(
            deliveries.c.state.in_(OPEN),
            deliveries.c.due_ms < before_ms,
            deliveries.c.expires_ms < before_ms,
        )
        .order_by(deliveries.c.due_ms)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    state = case((deliveries.c.state == "sending", "unsure"), else_="expired")
    await session.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(late.scalar_subquery()))
        .values(state=state, updated_ms=now_ms)
    )


async def overdue(
    session: AsyncSession, channels: Collection[str], before_ms: int, most: int
) -> list[tuple[int, str]]:
    """Open deliveries that should have had a job by now: number and channel, the oldest first."""
    statement = (
        select(deliveries.c.id, deliveries.c.channel)
        .where(
            deliveries.c.state.in_(OPEN),
            deliveries.c.due_ms < before_ms,
            deliveries.c.channel.in_(channels),
        )
        .order_by(deliveries.c.due_ms)
        .limit(most)
    )
    return [(row.id, row.channel) for row in await session.execute(statement)]


async def set_state(
    session: AsyncSession,
    delivery: int,
    state: State,
    now_ms: int,
    *,
    due_ms: int | None = None,
    reference: str = "",
) -> None:
    """Say what became of a delivery, and when a job should be there for it."""
    statement = update(deliveries).where(deliveries.c.id == delivery)
    await session.execute(
        statement.values(
            state=state,
            updated_ms=now_ms,
            due_ms=now_ms if due_ms is None else due_ms,
            reference=reference,
        )
    )


async def put_off(session: AsyncSession, delivery: int, due_ms: int) -> None:
    """Say when a job should be there for a delivery."""
    await session.execute(
        update(deliveries).where(deliveries.c.id == delivery).values(due_ms=due_ms)
    )


async def begin_attempt(session: AsyncSession, delivery: int, number: int, now_ms: int) -> None:
    """Write down that it is being sent, before it is."""
    await session.execute(
        insert(attempts).values(delivery_id=delivery, number=number, started_ms=now_ms)
    )
    await session.execute(
        update(deliveries).where(deliveries.c.id == delivery).values(attempts=number)
    )


async def end_attempt(
    session: AsyncSession, delivery: int, number: int, outcome: Outcome, detail: str, now_ms: int
) -> None:
    """Write down how an attempt ended."""
    await session.execute(
        update(attempts)
        .where(
            attempts.c.delivery_id == delivery,
            attempts.c.number == number,
            # One that was thought to have died may still say how it ended.
            attempts.c.outcome.is_(None) | (attempts.c.outcome == "unsure"),
        )
        .values(outcome=outcome, detail=detail[:500], ended_ms=now_ms)
    )


def _read(row: Any) -> Delivery:
    return Delivery(*row)
