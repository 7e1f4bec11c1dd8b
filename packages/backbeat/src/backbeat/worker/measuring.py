"""Writes down what a worker counts of its jobs: one call a queue, every quarter of a minute."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from backbeat.engine.calls.measure import added_up, measure_args
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import Clock, Session
from backbeat.engine.transport.base import Transport
from backbeat.errors import BackbeatError, OutcomeUnknown
from backbeat.worker.attempt.tally import Tally

logger = logging.getLogger("backbeat.worker.measuring")

EVERY_SECONDS: Final = 15.0
_SPREAD: Final = 0.2
# Who measures can wait; what cannot be told now is told with the next.
_PATIENCE_S: Final = 10.0
# What a process said of itself is forgotten some time after its end.
_VITALS_MS: Final = 90_000


# Is given the name of a queue and what was counted of it since the last time, by handler.
OnCounted = Callable[[str, Mapping[str, Sequence[int]]], None]


class _Book:
    """What was counted of one queue, and what of it could not be told."""

    def __init__(self, queue: str, tally: Tally, session: Session, on_counted: OnCounted) -> None:
        self.tally = tally
        self._queue = queue
        self._session = session
        self._on_counted = on_counted
        self._untold: dict[str, tuple[int, ...]] = {}

    async def tell(self) -> None:
        """Write it down.

        Raises:
            BackbeatError: That failed. It is told with the next, where it was surely not written.
        """
        rows = self.tally.take()
        if rows:
            self._on_counted(self._queue, rows)
        for name, numbers in self._untold.items():
            rows[name] = added_up([rows.get(name, ()), numbers])
        self._untold = {}
        if not rows:
            return
        try:
            await self._session.run("measure", measure_args(rows))
        except OutcomeUnknown:
            raise
        except BackbeatError:
            self._untold = rows
            raise


class Measuring:
    """Writes down what the attempts of one worker do."""

    def __init__(
        self,
        transport: Transport,
        clock: Clock | None,
        on_counted: OnCounted = lambda queue, rows: None,
    ) -> None:
        """Write nothing yet.

        Args:
            transport: Where calls go.
            clock: Milliseconds since 1970, for tests; None leaves the time to the server.
            on_counted: Is told, too, before it is written down. Defaults to nobody.
        """
        self._transport = transport
        self._on_counted = on_counted
        self._clock = clock
        self._books: list[_Book] = []
        self._vitals: tuple[str, Callable[[], bytes]] | None = None

    def report(self, key: str, read: Callable[[], bytes]) -> None:
        """Write down also how the process is: under that key, what `read` says."""
        self._vitals = key, read

    def tally(self, queue: str, scripts: QueueScripts, handlers: Iterable[str]) -> Tally:
        """What counts the attempts of one queue, or of one of its partitions.

        Args:
            queue: Name of the queue.
            scripts: The scripts of the queue or partition.
            handlers: Names of the handlers that run here.
        """
        session = Session(self._transport, scripts, clock=self._clock, patience=_PATIENCE_S)
        book = _Book(queue, Tally(handlers), session, self._on_counted)
        self._books.append(book)
        return book.tally

    async def run(self) -> None:
        """Write down from time to time, until cancelled."""
        while True:
            share = random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - spreads load
            await asyncio.sleep(EVERY_SECONDS * share)
            await self.tell()

    async def tell(self) -> None:
        """Write down now."""
        await self._tell_vitals()
        for book in self._books:
            try:
                await book.tell()
            except BackbeatError as error:
                logger.warning("what was counted could not be written down: %s", error)

    async def _tell_vitals(self) -> None:
        if self._vitals is None:
            return
        key, read = self._vitals
        try:
            await self._transport.execute("SET", key, read(), "PX", _VITALS_MS)
        except BackbeatError as error:
            logger.warning("how this process is could not be written down: %s", error)
