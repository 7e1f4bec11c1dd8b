"""Deposits as holds of the ledger: the winner's is captured, those of all others are released."""

from typing import Final

from arena.apps.auctions.errors import AuctionNotFound, InvalidTerms, WrongStatus
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import LIVE
from arena.apps.auctions.store.lots import find_lot
from arena.apps.auctions.store.people import add_depositor, depositors_of
from arena.base.db import Database
from arena.base.money import CURRENCIES, Money
from arena.services.ledger import WALLET, AccountKind, HoldRequest, Ledger

DEPOSITS: Final = AccountKind("auction-deposit", "credit")
"""What the winner of an auction has paid of its invoice already."""


class Deposits:
    """Holds deposits on the wallets of bidders. Every call may come twice and has one effect.

    Prices are none of its business: it takes the deposit that a lot names.
    """

    def __init__(self, database: Database, ledger: Ledger) -> None:
        """Hold nothing yet.

        Args:
            database: Knows who has a deposit for which auction.
            ledger: Holds the money.
        """
        self._database = database
        self._ledger = ledger

    def check(self, lot: Lot) -> None:
        """Refuse a lot whose deposit cannot be taken.

        Raises:
            InvalidTerms: The house does not know its currency.
        """
        if lot.description.currency not in CURRENCIES:
            raise InvalidTerms("currency", f"must be one of {', '.join(CURRENCIES)}")

    async def hold(self, auction_id: str, bidder: str) -> None:
        """Hold it and note whose it is, in one transaction that the end of the auction waits for.

        So whoever settles knows of every hold, and none is made after that.

        Raises:
            AuctionNotFound: There is no such auction.
            Refused: They do not have it.
            WrongStatus: The auction is over.
        """
        async with self._database.transaction() as session:
            lot = await find_lot(session, auction_id, lock=True)
            if lot is None:
                raise AuctionNotFound(auction_id)
            if lot.auction.status not in LIVE:
                raise WrongStatus(auction_id, lot.auction.status, "bid on")
            await add_depositor(session, auction_id, bidder)
            words = lot.description
            currency = CURRENCIES[words.currency]
            account = WALLET.of(f"user:{bidder}", currency)
            request = HoldRequest(_key(auction_id, bidder), account, Money(words.deposit, currency))
            await self._ledger.hold(request, within=session)

    async def settle(self, lot: Lot) -> None:
        """Capture that of the winner, release those of all others."""
        async with self._database.reading() as session:
            bidders = await depositors_of(session, lot.id)
        to = DEPOSITS.of(f"auction:{lot.id}", CURRENCIES[lot.description.currency])
        for bidder in bidders:
            if bidder == lot.auction.winner:
                await self._ledger.capture(_key(lot.id, bidder), to=to, ref=f"auction:{lot.id}")
            else:
                await self._ledger.release(_key(lot.id, bidder))


def _key(auction_id: str, bidder: str) -> str:
    return f"auction-deposit:{auction_id}:{bidder}"
