"""Notices as notifications: in the inbox of whoever is told, and by the channels that they want."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from typing_extensions import override

from arena.apps.auctions.actions.notices import Notices, Occasion
from arena.apps.auctions.actions.showing import amount
from arena.apps.auctions.model.lots import Lot
from arena.base.db import Database
from arena.services.notifications import IN_APP, Intent, Kind, Notifications, Template

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


class InboxNotices(Notices):
    """Notices by the notification service: each is told once to each person."""

    def __init__(self, database: Database, notifications: Notifications) -> None:
        """Tell nobody yet.

        Args:
            database: Where notifications are written down.
            notifications: Knows the kinds of this module.
        """
        self._database = database
        self._notifications = notifications

    @override
    async def tell(self, occasion: Occasion, lot: Lot, people: Collection[str], key: str) -> None:
        """See `Notices.tell`; repeated after a failure, it goes on where it was."""
        price = f"{amount(lot.auction.price, lot.description.currency)} {lot.description.currency}"
        fields = {"title": lot.description.title, "price": price}
        everybody = sorted(people)
        for first in range(0, len(everybody), TOGETHER):
            some = everybody[first : first + TOGETHER]
            async with self._database.transaction() as session:
                told = [
                    await self._notifications.record(
                        session, Intent(person, _name(occasion), key, fields)
                    )
                    for person in some
                ]
            for each in told:
                await self._notifications.send(each)
