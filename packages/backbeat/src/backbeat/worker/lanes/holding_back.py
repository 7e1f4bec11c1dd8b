"""Says in a queue that a shared limit holds its jobs back, for those who ask why."""

import asyncio
import contextlib
from collections.abc import Callable

from backbeat.engine.scripts import QueueScripts
from backbeat.engine.transport.base import Transport
from backbeat.errors import BackbeatError


class HoldingBack:
    """Notes in the background; nothing hangs on it. Belongs to the running event loop."""

    def __init__(
        self, scripts: QueueScripts, transport: Transport, clock: Callable[[], int] | None = None
    ) -> None:
        """Note nothing yet."""
        self._scripts = scripts
        self._transport = transport
        self._clock = clock
        self._notes: set[asyncio.Task[None]] = set()

    def until(self, until_ms: int) -> None:
        """The jobs are held back until then, as far as is known."""
        task = asyncio.create_task(self._note(until_ms), name="backbeat: held back")
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def settled(self) -> None:
        """Wait until it is noted."""
        while self._notes:
            await asyncio.wait(self._notes)

    async def _note(self, until_ms: int) -> None:
        now_ms = 0 if self._clock is None else self._clock()
        command = self._scripts.command("hold_back", [now_ms, until_ms])
        with contextlib.suppress(BackbeatError):
            await self._transport.script(self._scripts.script("hold_back"), command)
