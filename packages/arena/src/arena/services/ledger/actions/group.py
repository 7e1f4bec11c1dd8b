"""Group commit: journals that come while one transaction is written share the next one.

The wait for the disk is shared, not the fate: each journal is accepted or refused for itself.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from arena.base.clock import Clock
from arena.base.db import Database, is_connection_failure
from arena.base.errors import Unavailable
from arena.services.ledger.actions.posting import Outcome, post_all
from arena.services.ledger.model.journal import Journal, Posted

MOST_JOURNALS: Final = 500
MOST_ENTRIES: Final = 4_000
MOST_WAITING: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Waiting:
    journal: Journal
    answer: "asyncio.Future[Posted]"

    def settle(self, outcome: Outcome | BaseException) -> None:
        if self.answer.done():  # who asked was cancelled meanwhile
            return
        if isinstance(outcome, Posted):
            self.answer.set_result(outcome)
        else:
            self.answer.set_exception(outcome)


class Group:
    """The journals of one event loop that wait for their transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def post(self, journal: Journal) -> Posted:
        """Post a journal with those that come at the same time.

        Raises:
            LedgerError: It is refused.
            Unavailable: PostgreSQL is away, or 20,000 journals wait already.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable(f"{MOST_WAITING:,} journals wait to be posted", retry_after=1.0)
        waiting = _Waiting(journal, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await waiting.answer

    async def close(self) -> None:
        """Wait until everything that was asked for is answered."""
        while self._writer is not None:
            await asyncio.wait([self._writer])

    async def _write(self) -> None:
        try:
            while self._waiting:
                await self._commit(self._next())
        finally:
            self._writer = None

    def _next(self) -> list[_Waiting]:
        """The journals of the next transaction: at least one, and no more than it may hold."""
        batch: list[_Waiting] = []
        entries = 0
        while self._waiting and len(batch) < MOST_JOURNALS:
            entries += len(self._waiting[0].journal.entries)
            if batch and entries > MOST_ENTRIES:
                break
            batch.append(self._waiting.popleft())
        return batch

    async def _commit(self, batch: list[_Waiting]) -> None:
        journals = [each.journal for each in batch]
        try:
            outcomes: list[Outcome] = await self._database.run(
                lambda session: post_all(session, journals, self._clock())
            )
        except asyncio.CancelledError:
            for each in batch:
                each.answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it goes to who asked
            await self._take_apart(batch, error)
        else:
            for each, outcome in zip(batch, outcomes, strict=True):
                each.settle(outcome)

    async def _take_apart(self, batch: list[_Waiting], error: Exception) -> None:
        """One of them broke the transaction of all: each gets one of its own."""
        if len(batch) == 1 or is_connection_failure(error):
            for each in batch:
                each.settle(error)
            return
        for each in batch:
            await self._commit([each])
