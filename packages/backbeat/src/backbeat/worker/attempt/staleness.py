"""Announces attempts that run for longer than their jobs say; nothing hangs on it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from backbeat.errors import BackbeatError
from backbeat.lua import Arg
from backbeat.worker.attempt.run import Run

logger = logging.getLogger("backbeat.worker.runs")


class Staleness:
    """Announces in the background. Belongs to the running event loop."""

    def __init__(self, call: Callable[[str, Sequence[Arg]], Awaitable[object]]) -> None:
        """Announce nothing yet.

        Args:
            call: Makes a call with the number and session of the worker.
        """
        self._call = call
        self._calls: set[asyncio.Task[None]] = set()

    def announce(self, run: Run) -> None:
        """This attempt is stale."""
        task = asyncio.create_task(self._announce(run), name="backbeat: stale")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    def close(self) -> None:
        """Announce nothing more."""
        for task in self._calls:
            task.cancel()

    async def _announce(self, run: Run) -> None:
        try:
            await self._call("stale", [run.id, run.ticket])
        except BackbeatError as error:
            logger.info("that %s is stale is not announced: %s", run.label, error)
