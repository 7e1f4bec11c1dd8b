"""The benches of all queues of an application: who runs next, and how time passes meanwhile."""

import asyncio
from collections import deque
from typing import Final

from backbeat.testing.bench import Bench
from backbeat.testing.clock import FakeClock
from backbeat.testing.ran import Ran

_NEVER: Final = float("inf")


class Crew:
    """Runs the jobs of several queues in turns. Belongs to the running event loop.

    Attributes:
        ran: What was run, in the order in which it ended.
    """

    def __init__(self, clock: FakeClock, slots: int) -> None:
        """Run nothing yet.

        Args:
            clock: The time of the test.
            slots: Jobs that run at once.
        """
        self.ran = list[Ran]()
        self._clock = clock
        self._slots = slots
        self._benches: deque[Bench] = deque()
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._seen_ms = clock()

    def join(self, bench: Bench) -> None:
        """Let the jobs of one more queue be run."""
        self._benches.append(bench)

    def ended(self) -> None:
        """An attempt has ended."""
        self._news.set()

    async def work(self, budget: int | None = None) -> bool:
        """Run what is due until nothing is, or until the budget of jobs is used up.

        Returns:
            Whether there was anything to run.
        """
        started = 0
        with self._clock.listened(lambda: self._loop.call_soon_threadsafe(self._hear)):
            while True:
                left = _NEVER if budget is None else budget - started
                fresh = await self._start(left)
                started += fresh
                if self._running():
                    await self._until_news()
                elif not fresh and not any(bench.untold for bench in self._benches):
                    return started > 0

    async def skip_ahead(self) -> bool:
        """Move the clock to the first delayed job; False when none is delayed."""
        moments = [await bench.next_due() for bench in self._benches]
        due = [moment for moment in moments if moment is not None]
        if not due:
            return False
        self._clock.move_to(max(min(due), self._clock.now()))
        return True

    async def tidy(self) -> None:
        """Remove what is kept no longer, as workers do from time to time."""
        for bench in self._benches:
            await bench.tidy()

    async def waiting(self) -> int:
        """How many jobs wait in all queues."""
        return sum([await bench.waiting() for bench in self._benches])

    async def _start(self, most: float) -> int:
        fresh = 0
        for bench in list(self._benches):
            free = self._slots - self._running()
            want = int(min(free, most - fresh))
            if want or bench.untold:
                fresh += await bench.turn(want)
        # The next one to be asked first is another queue.
        self._benches.rotate(-1)
        return fresh

    def _running(self) -> int:
        return sum(len(bench.runs.running) for bench in self._benches)

    async def _until_news(self) -> None:
        """Wait until an attempt has ended, moving the clock when all of them sleep on it."""
        while not any(bench.untold for bench in self._benches):
            if len(self._clock.sleepers) >= self._running():
                self._skip_sleep()
            await self._news.wait()
            self._news.clear()

    def _skip_sleep(self) -> None:
        wakes = self._clock.sleepers[0]
        over = min(bench.next_deadline() for bench in self._benches)
        if over < (wakes - self._clock.now()).total_seconds():
            self._clock.advance(max(0, over))
        else:
            self._clock.move_to(wakes)

    def _hear(self) -> None:
        passed_ms = self._clock() - self._seen_ms
        self._seen_ms += passed_ms
        if passed_ms:
            for bench in self._benches:
                bench.passed(passed_ms / 1000)
        self._news.set()
