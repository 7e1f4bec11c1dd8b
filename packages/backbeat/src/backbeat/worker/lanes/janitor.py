"""Tidies one queue now and then: old jobs by age, dead list entries, old sessions."""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Final

from backbeat.engine.calls.control import parse_compact, parse_janitor
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.transport.base import Reply, Transport
from backbeat.errors import BackbeatError, StorageFull
from backbeat.worker.lanes.duty import take_duty

logger = logging.getLogger("backbeat.worker.janitor")

EVERY_SECONDS: Final = 30.0
_SPREAD: Final = 0.2
# Shorter than the shortest pause, so that the duty is free again when it is due.
_DUTY_MS: Final = 20_000


class Janitor:
    """Takes its turn with the janitors of the other workers: one of them is enough."""

    def __init__(
        self,
        transport: Transport,
        scripts: QueueScripts,
        clock: Callable[[], int] | None,
        *,
        every: float = EVERY_SECONDS,
    ) -> None:
        """Tidy nothing yet.

        Args:
            transport: Where calls go.
            scripts: The scripts of the queue.
            clock: Milliseconds since 1970, for tests; None leaves the time to the server.
            every: Seconds between two turns, more or less. Defaults to 30.
        """
        self._every = every
        self._transport = transport
        self._scripts = scripts
        self._clock = clock

    async def run(self) -> None:
        """Tidy from time to time, until cancelled."""
        while True:
            share = random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - spreads load
            await asyncio.sleep(self._every * share)
            try:
                await self.tidy()
            except BackbeatError as error:
                logger.warning("tidying %s failed: %s", self._scripts.keys.queue, error)

    async def tidy(self) -> bool:
        """Tidy now, unless another janitor has just done so; says whether it was ours to do."""
        if not await self._take_duty():
            return False
        await self.sweep()
        return True

    async def sweep(self) -> None:
        """Tidy now, whoever else may do so at the same time."""
        more, compact = True, False
        while more:
            _, more, needs = parse_janitor(await self._call("janitor"))
            compact = compact or needs
        while compact:
            compact = parse_compact(await self._call("compact"))

    async def _take_duty(self) -> bool:
        duty = self._scripts.keys.key("janitor")
        try:
            return await take_duty(self._transport, duty, _DUTY_MS)
        except StorageFull:
            # Where there is no room, tidying twice is better than not at all.
            return True

    async def _call(self, name: str) -> Reply:
        now_ms = 0 if self._clock is None else self._clock()
        command = self._scripts.command(name, [now_ms])
        return await self._transport.script(self._scripts.script(name), command)
