"""Pauses a limit when a job hears from a service that it is to wait (a 429)."""

import asyncio
import logging

from backbeat.app.times import whole_ms
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.permits.limit_calls import pause_args
from backbeat.errors import BackbeatError, Throttled

logger = logging.getLogger("backbeat.worker.limits")


class Throttling:
    """Pauses limits in the background. Belongs to the running event loop."""

    def __init__(self, permits: PermitClient) -> None:
        """Pause nothing yet."""
        self._permits = permits
        self._calls: set[asyncio.Task[None]] = set()

    def pause(self, throttled: Throttled) -> None:
        """Let the limit give nothing until the service is ready again."""
        task = asyncio.create_task(self._pause(throttled), name=f"backbeat: {throttled.limit}")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def settled(self) -> None:
        """Wait until every limit knows."""
        while self._calls:
            await asyncio.wait(self._calls)

    async def _pause(self, throttled: Throttled) -> None:
        session = self._permits.session(throttled.limit)
        try:
            await session.run("pause", pause_args(whole_ms(throttled.retry_after)))
        except BackbeatError as error:
            logger.warning("%s was not paused: %s", throttled.limit, error)
