"""An event loop whose time passes at once wherever nothing happens before it.

A worker, its store in this process and the clock of that store live in the same time: what takes
an hour in it takes no time here, and is measured to the millisecond.
"""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

from typing_extensions import override

from backbeat import Backbeat
from backbeat.testing import FakeClock, application

T = TypeVar("T")

# How long we look for what comes out of a thread, by the real clock.
_LOOK_S: Final = 0.01


class VirtualLoop(asyncio.SelectorEventLoop):
    """Jumps to the next timer when nothing else is to be done.

    Attributes:
        clock: Is moved along.
    """

    def __init__(self) -> None:
        self._elapsed = 0.0
        self._told_ms = 0
        self._threads = 0
        self.clock = FakeClock()
        selector = selectors.DefaultSelector()
        self._look: Callable[[float | None], list[Any]] = selector.select
        selector.select = self._select  # type: ignore[method-assign] # this is how a loop waits
        super().__init__(selector)

    @override
    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._elapsed

    @override
    def run_in_executor(  # type: ignore[override] # its types are those of the base class
        self, executor: Any, func: Any, *args: Any
    ) -> Any:
        """See the base class; no time passes while a thread works."""
        self._threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._ended)
        return future

    def _ended(self, _: object) -> None:
        self._threads -= 1

    def _select(self, timeout: float | None = None) -> list[Any]:
        found = self._look(0)
        if found or timeout == 0:
            return found
        if timeout is None or self._threads:
            return self._look(_LOOK_S)
        self._pass(timeout)
        return []

    def _pass(self, seconds: float) -> None:
        self._elapsed += seconds
        whole_ms = int(self._elapsed * 1000)
        self.clock.advance((whole_ms - self._told_ms) / 1000)
        self._told_ms = whole_ms


def live(app: Backbeat, story: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Tell a story about an application, in its own time; gives what it gives."""

    async def told() -> T:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        async with application(app, clock=loop.clock):
            return await story()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(told())


async def taken(action: Awaitable[object]) -> float:
    """Seconds that something takes."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await action
    return loop.time() - began
