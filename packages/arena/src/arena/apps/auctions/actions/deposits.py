"""Money that bidders leave as a deposit: the seam to whoever holds it."""

from typing import Protocol

from typing_extensions import override

from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.lots import Lot


class Deposits(Protocol):
    """Holds deposits. Every call may come twice and has one effect.

    Prices are none of its business: it takes the deposit that a lot names.
    """

    def check(self, lot: Lot) -> None:
        """Refuse a lot whose deposit cannot be taken.

        Raises:
            InvalidTerms: It asks for one in a way that is not offered.
        """

    async def hold(self, auction_id: str, bidder: str) -> None:
        """Hold the deposit of a bidder, before the first bid.

        Raises:
            Refused: They do not have it.
            WrongStatus: The auction is over.
        """

    async def settle(self, lot: Lot) -> None:
        """Capture that of the winner, release those of all others."""


class NoDeposits(Deposits):
    """A house that takes no deposits, and says so to sellers who want one."""

    @override
    def check(self, lot: Lot) -> None:
        """See `Deposits.check`."""
        if lot.description.deposit:
            raise InvalidTerms("deposit", "no deposits are taken here")

    @override
    async def hold(self, auction_id: str, bidder: str) -> None:
        """Nothing is held."""

    @override
    async def settle(self, lot: Lot) -> None:
        """Nothing was held."""
