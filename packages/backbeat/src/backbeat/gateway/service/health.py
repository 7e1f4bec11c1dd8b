"""Whether the server answers, and each queue can be read."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from backbeat.errors import BackbeatError, ServerUnavailable
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource

_PATIENCE_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """Whether a queue can be read, and whether somebody works on it.

    Attributes:
        queue: Its name.
        readable: Whether it can be read.
        error: Code of what is wrong where it cannot; None where it can.
        waiting: Jobs that could start now.
        workers: Workers that hold a lease.
        paused: Whether it is paused.
        stalled: Whether jobs wait, and nobody takes them.
    """

    queue: str
    readable: bool
    error: str | None = None
    waiting: int = 0
    workers: int = 0
    paused: bool = False
    stalled: bool = False


class Health(Resource):
    """What probes and people ask."""

    async def ready(self) -> float:
        """How many seconds the server took to answer; anybody may ask.

        Raises:
            ServerUnavailable: It did not within two seconds.
        """
        asked_at = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._app.connect()
        except TimeoutError:
            raise ServerUnavailable(f"no answer within {_PATIENCE_S:g} s") from None
        return time.monotonic() - asked_at

    async def queues(self, caller: Caller) -> list[QueueHealth]:
        """Each queue that the caller may see."""
        names = await self._visible(caller, Action.VIEW)
        return list(await asyncio.gather(*map(self._queue_health, names)))

    async def _queue_health(self, name: str) -> QueueHealth:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                queue = self._app.queue(name)
                counts, workers = await queue.counts(), len(await queue.workers())
        except (BackbeatError, TimeoutError) as error:
            return QueueHealth(name, readable=False, error=type(error).__name__)
        stalled = counts.waiting > 0 and workers == 0 and not counts.paused
        return QueueHealth(
            name, readable=True, waiting=counts.waiting, workers=workers, paused=counts.paused,
            stalled=stalled,
        )  # fmt: skip
