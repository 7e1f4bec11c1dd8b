"""What is known of a user: addresses, preferences, quiet hours."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.notifications.model.quiet_hours import QuietHours
from arena.services.notifications.store.tables import contacts, preferences, quiet_hours


async def addresses(session: AsyncSession, user: str) -> dict[str, str]:
    """Where a user is reached, by channel."""
    statement = select(contacts.c.channel, contacts.c.address).where(contacts.c.user_id == user)
    return {row.channel: row.address for row in await session.execute(statement)}


async def set_address(session: AsyncSession, user: str, channel: str, address: str | None) -> None:
    """Reach a user there; None: no more."""
    if address is None:
        await session.execute(
            delete(contacts).where(contacts.c.user_id == user, contacts.c.channel == channel)
        )
        return
    statement = insert(contacts).values(user_id=user, channel=channel, address=address)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "channel"], set_={"address": address}
        )
    )


async def wishes(session: AsyncSession, user: str) -> dict[tuple[str, str], bool]:
    """The preferences of a user."""
    statement = select(preferences).where(preferences.c.user_id == user)
    return {(row.kind, row.channel): row.wanted for row in await session.execute(statement)}


async def set_wish(
    session: AsyncSession, user: str, kind: str, channel: str, wanted: bool | None
) -> None:
    """Prefer that; None: as if nothing had been said."""
    if wanted is None:
        await session.execute(
            delete(preferences).where(
                preferences.c.user_id == user,
                preferences.c.kind == kind,
                preferences.c.channel == channel,
            )
        )
        return
    statement = insert(preferences).values(user_id=user, kind=kind, channel=channel, wanted=wanted)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "kind", "channel"], set_={"wanted": wanted}
        )
    )


async def hours(session: AsyncSession, user: str) -> QuietHours | None:
    """The quiet hours of a user; None: there are none."""
    statement = select(quiet_hours).where(quiet_hours.c.user_id == user)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else QuietHours(row.zone, row.start_minute, row.end_minute)


async def set_hours(session: AsyncSession, user: str, quiet: QuietHours | None) -> None:
    """Be quiet then; None: never."""
    if quiet is None:
        await session.execute(delete(quiet_hours).where(quiet_hours.c.user_id == user))
        return
    values = {"zone": quiet.zone, "start_minute": quiet.start, "end_minute": quiet.end}
    statement = insert(quiet_hours).values(user_id=user, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
