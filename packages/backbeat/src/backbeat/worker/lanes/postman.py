"""Brings the messages of one queue to other queues as soon as there are some."""

import asyncio
import logging

from backbeat.engine.relay import Relay
from backbeat.errors import BackbeatError

logger = logging.getLogger("backbeat.worker.postman")


class Postman:
    """Empties the outboxes of one queue, in the background and one round at a time.

    A message that is not brought is not lost: whoever sees the outbox next brings it.
    """

    def __init__(self, relay: Relay, queue: str) -> None:
        """Bring nothing yet. Belongs to the running event loop."""
        self._relay = relay
        self._queue = queue
        self._again = False
        self._round: asyncio.Task[None] | None = None

    def call(self) -> None:
        """There are messages."""
        self._again = True
        if self._round is None:
            self._round = asyncio.create_task(self._go(), name=f"backbeat: post of {self._queue}")

    async def finish(self) -> None:
        """Wait until what is known is brought, or has failed."""
        while self._round is not None:
            await asyncio.wait([self._round])

    async def close(self) -> None:
        """Stop, wherever it is."""
        if self._round is not None:
            self._round.cancel()
            await self.finish()

    async def _go(self) -> None:
        try:
            while self._again:
                self._again = False
                await self._relay.bring(self._queue)
        except BackbeatError as error:
            logger.warning("the messages of %s wait: %s", self._queue, error)
        finally:
            self._round = None
