"""What people are told about auctions: the seam to whoever reaches them."""

from collections.abc import Collection
from typing import Literal, Protocol

from typing_extensions import override

from arena.apps.auctions.model.lots import Lot

Occasion = Literal[
    "outbid", "ending-soon", "won", "sold", "not-sold", "lost", "cancelled", "offered",
    "offer-accepted",
]  # fmt: skip


class Notices(Protocol):
    """Tells people. Every call may come twice: `key` says what is the same notice."""

    async def tell(self, occasion: Occasion, lot: Lot, people: Collection[str], key: str) -> None:
        """Tell people of an occasion.

        Args:
            occasion: What there is to tell.
            lot: Of which auction, as it stands.
            people: Ids of users.
            key: The same notice has the same key.
        """


class NoNotices(Notices):
    """A house that tells nobody."""

    @override
    async def tell(self, occasion: Occasion, lot: Lot, people: Collection[str], key: str) -> None:
        """Nobody hears of it."""
