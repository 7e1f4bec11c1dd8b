"""What a worker does in the background until it ends."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

logger = logging.getLogger("backbeat.worker")


class Background:
    """Tasks that run until they are ended; one that fails is told."""

    def __init__(self, worker: str, on_failure: Callable[[BaseException], None]) -> None:
        """Do nothing yet.

        Args:
            worker: Name of the worker, for the log.
            on_failure: Called with what a task raised.
        """
        self._worker = worker
        self._on_failure = on_failure
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do this from now on."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def end(self) -> None:
        """Cancel all of it, and wait until it has ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        logger.critical("%s of worker %s failed", task.get_name(), self._worker, exc_info=error)
        self._on_failure(error)
