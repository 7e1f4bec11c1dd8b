"""A clock that stands still until a test moves it."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from typing_extensions import override

from backbeat.app.times import moment, moment_ms, whole_ms
from backbeat.errors import InvalidOption
from backbeat.values import Seconds

# A fixed moment, so that what a test sees does not depend on the day it runs.
START: Final = datetime(2030, 1, 1, tzinfo=UTC)


class FakeClock:
    """Time for tests: it moves when told to, never backwards, in whole ms.

    Called, it gives ms since 1970, which is what the engine asks for. Safe to share by threads.

    Example:
        >>> clock = FakeClock()
        >>> clock.now().isoformat()
        '2030-01-01T00:00:00+00:00'
        >>> clock.advance(90).isoformat()
        '2030-01-01T00:01:30+00:00'
    """

    def __init__(self, start: datetime = START) -> None:
        """Stand still at a moment.

        Args:
            start: An aware moment. Defaults to the first second of 2030, UTC.

        Raises:
            InvalidOption: It has no time zone.
        """
        self._now_ms = moment_ms(start)
        self._turn = threading.Lock()
        self._listeners: list[Callable[[], object]] = []
        self._sleepers: list[int] = []

    def __call__(self) -> int:
        """Milliseconds since 1970."""
        return self._now_ms

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return moment(self._now_ms)

    def advance(self, by: Seconds) -> datetime:
        """Move forward.

        Args:
            by: Seconds or timedelta, rounded up to a whole ms.

        Returns:
            The new moment.

        Raises:
            InvalidOption: It is negative or not finite.
        """
        step_ms = whole_ms(by)
        with self._turn:
            self._now_ms += step_ms
        self._tell()
        return self.now()

    def move_to(self, to: datetime) -> datetime:
        """Move forward to a moment.

        Args:
            to: Aware, and not before the present moment.

        Returns:
            The new moment.

        Raises:
            InvalidOption: It has no time zone, or has passed.
        """
        to_ms = moment_ms(to)
        with self._turn:
            if to_ms < self._now_ms:
                raise InvalidOption(f"{to.isoformat()} has passed: time does not run backwards")
            self._now_ms = to_ms
        self._tell()
        return self.now()

    async def sleep(self, delay: Seconds) -> None:
        """Wait until the clock was moved that far: the `asyncio.sleep` of this time."""
        until_ms = self._now_ms + whole_ms(delay)
        loop, moved = asyncio.get_running_loop(), asyncio.Event()
        with self.listened(lambda: loop.call_soon_threadsafe(moved.set)), self._asleep(until_ms):
            while self._now_ms < until_ms:
                await moved.wait()
                moved.clear()

    @property
    def sleepers(self) -> list[datetime]:
        """When each of those wakes who sleep on the clock now."""
        return sorted(moment(until_ms) for until_ms in self._sleepers if until_ms > self._now_ms)

    @contextlib.contextmanager
    def listened(self, on_news: Callable[[], object]) -> Iterator[None]:
        """Have `on_news` called while the block lasts, by the thread that makes the news.

        Args:
            on_news: Called after each move, and when somebody begins to sleep on the clock.
        """
        self._listeners.append(on_news)
        try:
            yield
        finally:
            self._listeners.remove(on_news)

    @override
    def __repr__(self) -> str:
        return f"<FakeClock {self.now().isoformat()}>"

    @contextlib.contextmanager
    def _asleep(self, until_ms: int) -> Iterator[None]:
        self._sleepers.append(until_ms)
        self._tell()
        try:
            yield
        finally:
            self._sleepers.remove(until_ms)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
