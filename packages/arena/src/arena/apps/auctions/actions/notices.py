"""What people are told about auctions: in their inbox, and by the channels that they want."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.actions.showing import amount
from arena.apps.auctions.model.lots import Lot
from arena.base.db import Database
from arena.services.notifications import IN_APP, Intent, Kind, Notifications, Template, Told

Occasion = Literal[
    "outbid", "ending-soon", "won", "sold", "not-sold", "lost", "cancelled", "offered",
    "offer-accepted",
]  # fmt: skip

TOGETHER: Final = 100
"""People whom one transaction tells."""

_SOON: Final = timedelta(minutes=5)
_HOURS: Final = timedelta(hours=2)
_WEEK: Final = timedelta(days=7)


def _kind(occasion: Occasion, title: str, body: str, *channels: str, expires: timedelta) -> Kind:
    return Kind(
        _name(occasion), Template(title, body), channels=(IN_APP, *channels), expires=expires
    )


def _name(occasion: Occasion) -> str:
    return f"auction-{occasion}"


KINDS: Final = (
    _kind("outbid", "Outbid: {title}", "Somebody else leads with {price}.",
          "push", "email", expires=_HOURS),
    _kind("ending-soon", "Ends soon: {title}", "Five minutes are left; the price is {price}.",
          "push", expires=_SOON),
    _kind("won", "You have won: {title}", "It is yours for {price}. The invoice is waiting.",
          "push", "email", expires=_WEEK),
    _kind("sold", "Sold: {title}", "It went for {price}.", "email", expires=_WEEK),
    _kind("not-sold", "Not sold: {title}", "It ended at {price} and nobody has bought it.",
          "email", expires=_WEEK),
    _kind("lost", "Over: {title}", "It ended at {price} and is not yours.", expires=_WEEK),
    _kind("cancelled", "Called off: {title}", "The auction is void, and so are all bids.",
          "email", expires=_WEEK),
    _kind("offered", "A second chance: {title}",
          "Its reserve was not met. The seller offers it to you for {price}.", "push", "email",
          expires=_WEEK),
    _kind("offer-accepted", "Your offer was accepted: {title}", "It is sold for {price}.",
          "email", expires=_WEEK),
)  # fmt: skip
"""One for each occasion."""


class Notices:
    """Tells people by the notification service. Each is told once of the same key."""

    def __init__(self, database: Database, notifications: Notifications) -> None:
        """Tell nobody yet.

        Args:
            database: Where notifications are written down.
            notifications: Knows the kinds of this module.
        """
        self._database = database
        self._notifications = notifications

    async def tell(self, occasion: Occasion, lot: Lot, people: Collection[str], key: str) -> None:
        """Tell people of an occasion; repeated after a failure, it goes on where it was.

        Args:
            occasion: What there is to tell.
            lot: Of which auction, as it stands.
            people: Ids of users.
            key: The same notice has the same key.
        """
        everybody = sorted(people)
        for first in range(0, len(everybody), TOGETHER):
            some = everybody[first : first + TOGETHER]
            async with self._database.transaction() as session:
                told = [await self.record(session, occasion, lot, each, key) for each in some]
            for each in told:
                await self.send(each)

    async def record(
        self, session: AsyncSession, occasion: Occasion, lot: Lot, person: str, key: str
    ) -> Told:
        """Tell one person if a transaction of the caller's commits; `send` makes it quick.

        Whoever dies in between has told them all the same: the sweep of notifications brings it
        within two minutes.
        """
        price = f"{amount(lot.auction.price, lot.description.currency)} {lot.description.currency}"
        fields = {"title": lot.description.title, "price": price}
        return await self._notifications.record(
            session, Intent(person, _name(occasion), key, fields)
        )

    async def send(self, told: Told) -> None:
        """Bring on what was recorded, now that it is committed. May be repeated."""
        await self._notifications.send(told)
