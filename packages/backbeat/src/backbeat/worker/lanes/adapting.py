"""Follows what a worker can bear: more slots while it is at ease, fewer when it is not."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from backbeat.values import Adaptive, Strain
from backbeat.worker.lanes.slots import Slots

logger = logging.getLogger("backbeat.worker.adapting")

# How often the loop is asked how late it is.
_LOOKS: Final = 20


class Adapting:
    """Changes the slots of a worker by a rule. Belongs to the running event loop."""

    def __init__(
        self,
        rule: Adaptive,
        slots: Slots,
        resize: Callable[[int], None],
        *,
        cpu: Callable[[], float] = time.process_time,
    ) -> None:
        """Change nothing yet.

        Args:
            rule: When there are to be more or fewer.
            slots: Those of the worker.
            resize: Changes their number.
            cpu: Seconds of CPU that were used so far. Defaults to those of this process.
        """
        self._rule = rule
        self._slots = slots
        self._resize = resize
        self._cpu = cpu
        self._loop = asyncio.get_running_loop()

    async def run(self) -> None:
        """Follow the rule until cancelled."""
        while True:
            strain = await self._watch()
            before, after = self._slots.total, self._rule.next(self._slots.total, strain)
            if after != before:
                level = logging.INFO if after < before else logging.DEBUG
                logger.log(level, "%d jobs at once, no longer %d: %s", after, before, strain)
                self._resize(after)

    async def _watch(self) -> Strain:
        """What the worker bore in one interval."""
        began, cpu, claimed = self._loop.time(), self._cpu(), self._slots.claimed
        late, running, full = 0.0, 0, 0
        pause = self._rule.every / _LOOKS
        for _ in range(_LOOKS):
            asked = self._loop.time()
            await asyncio.sleep(pause)
            late += max(0.0, self._loop.time() - asked - pause)
            running += self._slots.running
            full += self._slots.free <= 0
        passed = self._loop.time() - began
        fresh = self._slots.claimed - claimed
        return Strain(
            lag=late / _LOOKS,
            cpu=(self._cpu() - cpu) / passed,
            # Little's law: what runs, over what comes in a time, is how long each takes.
            latency=running / _LOOKS * passed / fresh if fresh else None,
            full=full * 2 > _LOOKS,
        )
