"""The ledger: the one object that applications use for money."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.clock import Clock, now_ms
from arena.base.db import Database
from arena.base.money import Money
from arena.services.ledger.actions import holding, sealing, verifying
from arena.services.ledger.actions.group import Group
from arena.services.ledger.actions.posting import post_all
from arena.services.ledger.actions.reading import (
    Balance,
    Statement,
    read_balance,
    read_statement,
)
from arena.services.ledger.actions.reversing import reversal
from arena.services.ledger.actions.verifying import Report
from arena.services.ledger.errors import InvalidJournal, LedgerError
from arena.services.ledger.model.account import Account
from arena.services.ledger.model.hold import RESERVED, Hold, HoldRequest
from arena.services.ledger.model.journal import Journal, Posted

T = TypeVar("T")

_VERIFY_SECONDS: Final = 3_600.0
_MOST_EXPIRED: Final = 200


class Ledger:
    """Money of record: double entry, append-only, each key posted once.

    Every change takes `within`: the session of a transaction of the caller's, with which it is
    committed or undone. Without one it has a transaction of its own, and is on the disk when it is
    answered. Each may be repeated with the same key: it has one effect and one answer. After
    `DatabaseAway` repeat it, for it may have happened.

    One object belongs to one event loop.
    """

    def __init__(self, database: Database, *, clock: Clock = now_ms) -> None:
        """Nothing is read before the first call.

        Args:
            database: Where the money is.
            clock: What time it is. Defaults to the clock of the machine.
        """
        self._database = database
        self._clock = clock
        self._group = Group(database, clock)

    async def post(self, journal: Journal, *, within: AsyncSession | None = None) -> Posted:
        """Post a journal: all of it, or nothing.

        Args:
            journal: What to post. Those that are posted at the same time share a transaction.
            within: A transaction of the caller's. Defaults to None.

        Raises:
            InvalidJournal: Its key begins with what captures use.
            InsufficientFunds: An account that may not be overdrawn has less available.
            AccountFull: A balance would be beyond 64 bits.
            AccountMismatch: An account exists as another kind of account.
            KeyReused: The key was posted with another content.
            DatabaseAway: PostgreSQL is away.
        """
        if journal.key.startswith(RESERVED):
            raise InvalidJournal(f"the key {journal.key!r} begins like that of a capture")
        return await self._post(journal, within)

    async def reverse(
        self, key: str, *, of: str, ref: str = "", within: AsyncSession | None = None
    ) -> Posted:
        """Undo a journal with one of its own key, whose entries are the opposite.

        Args:
            key: Idempotency key of the reversal.
            of: Key of the journal to undo.
            ref: What it is about. Defaults to nothing.
            within: A transaction of the caller's. Defaults to None.

        Raises:
            JournalNotFound: There is no such journal.
            AlreadyReversed: Another key has reversed it.
            InsufficientFunds: What it gave is not there any more.
        """

        async def look(session: AsyncSession) -> Journal:
            return await reversal(session, key, of, ref)

        return await self._post(await self._change(look, within), within)

    async def hold(self, request: HoldRequest, *, within: AsyncSession | None = None) -> Hold:
        """Hold money on an account: it stays, and nothing but a capture takes it.

        Raises:
            AccountMismatch: The account exists as another kind of account.
            InsufficientFunds: Less is available.
            KeyReused: The key stands for another hold.
        """
        return await self._change(
            lambda session: holding.hold(session, request, self._clock()), within
        )

    async def capture(
        self,
        key: str,
        *,
        to: Account,
        amount: Money | None = None,
        ref: str = "",
        within: AsyncSession | None = None,
    ) -> Hold:
        """End a hold by taking its money, or a part of it; what is left of it is free again.

        Args:
            key: Key of the hold.
            to: Where the money goes.
            amount: How much. Defaults to all of it.
            ref: What it is about. Defaults to nothing.
            within: A transaction of the caller's. Defaults to None.

        Raises:
            HoldNotFound: There is none of this key.
            HoldEnded: It was released, or its time is over.
            KeyReused: It was captured with another amount, account or ref.
        """
        return await self._change(
            lambda session: holding.capture(
                session, key, to, amount, ref=ref, now_ms=self._clock()
            ),
            within,
        )

    async def release(self, key: str, *, within: AsyncSession | None = None) -> Hold:
        """End a hold without taking anything; one that was released or expired stays as it is.

        Raises:
            HoldNotFound: There is none of this key.
            HoldEnded: It was captured.
        """
        return await self._change(
            lambda session: holding.release(session, key, self._clock()), within
        )

    async def balance(self, account: Account) -> Balance:
        """What an account has; nothing where it was never used."""
        async with self._database.transaction() as session:
            return await read_balance(session, account)

    async def statement(
        self, account: Account, *, before: int | None = None, limit: int = 100
    ) -> Statement:
        """A page of the postings of an account, newest first.

        Args:
            account: Whose.
            before: `next` of the page before. Defaults to None: the newest.
            limit: Lines at most, 1 to 500. Defaults to 100.

        Raises:
            InvalidJournal: The limit or the cursor is out of range.
        """
        async with self._database.reading() as session:
            return await read_statement(session, account, before=before, limit=limit)

    async def verify(self) -> Report:
        """Check all invariants at one moment; beside it work goes on. Takes up to an hour."""
        async with self._database.reading(limit=_VERIFY_SECONDS) as session:
            return await verifying.verify(session)

    async def seal(self) -> int:
        """Put all journals under seals that are under none.

        Returns:
            How many; another process that is at it does the rest.
        """
        sealed = 0
        while count := await self._database.run(
            lambda session: sealing.seal(session, self._clock())
        ):
            sealed += count
        return sealed

    async def expire_holds(self) -> int:
        """End all holds whose time is over.

        Returns:
            How many were due.
        """
        expired = 0
        while count := await self._database.run(
            lambda session: holding.expire(session, self._clock(), _MOST_EXPIRED)
        ):
            expired += count
        return expired

    async def close(self) -> None:
        """Wait until every journal that was asked for is answered."""
        await self._group.close()

    async def _post(self, journal: Journal, within: AsyncSession | None) -> Posted:
        if within is None:
            return await self._group.post(journal)
        (outcome,) = await post_all(within, [journal], self._clock())
        if isinstance(outcome, LedgerError):
            raise outcome
        return outcome

    async def _change(
        self, work: Callable[[AsyncSession], Awaitable[T]], within: AsyncSession | None
    ) -> T:
        return await (self._database.run(work) if within is None else work(within))
