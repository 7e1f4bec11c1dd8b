"""News of one job, for who waits for its end."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from backbeat.errors import BackbeatError

FINAL: Final = frozenset({"completed", "failed", "cancelled", "removed", "unknown"})

# Old progress gives way to new where nobody reads.
_KEPT_NOTICES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Notice:
    """News of a watched job.

    Attributes:
        kind: completed, failed, cancelled, removed, or unknown (it is not in the queue, and nobody
            kept how it ended): nothing follows; progress or delayed: more will follow.
        data: JSON of the result, error, reason or progress; empty where there is none.
    """

    kind: str
    data: bytes

    @property
    def final(self) -> bool:
        """Whether nothing follows."""
        return self.kind in FINAL


class Watch:
    """News of one job, as an async iterator that ends with its end; `async with` closes it.

    Attributes:
        job_id: The job.
        expected: Whether the job may be unknown to the server, because its add is under way.
    """

    def __init__(self, job_id: str, leave: Callable[["Watch"], None]) -> None:
        """Hear nothing yet.

        Args:
            job_id: The job.
            leave: Called when nobody wants to hear more.
        """
        self.job_id = job_id
        self.expected = True
        self._leave = leave
        self._notices: deque[Notice] = deque(maxlen=_KEPT_NOTICES)
        self._over: Notice | BackbeatError | None = None
        self._news = asyncio.Event()

    async def end(self) -> Notice:
        """Wait for the end of the job.

        Raises:
            ServerUnavailable: The server refuses for good.
        """
        while self._over is None:
            self._news.clear()
            await self._news.wait()
        if isinstance(self._over, BackbeatError):
            raise self._over
        return self._over

    async def close(self) -> None:
        """Stop watching; safe to call twice. Does not wait for the server."""
        self._leave(self)

    def tell(self, news: Notice | BackbeatError) -> None:
        """Take in what the watcher heard."""
        if self._over is not None:
            return
        if isinstance(news, Notice):
            self._notices.append(news)
        if isinstance(news, BackbeatError) or news.final:
            self._over = news
        self._news.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Notice:
        while not self._notices:
            if isinstance(self._over, BackbeatError):
                raise self._over
            if self._over is not None:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._notices.popleft()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
