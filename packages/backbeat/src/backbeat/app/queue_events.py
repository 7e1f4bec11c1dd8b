"""What happens in a queue, as an async iterator that can be resumed."""

from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self

from backbeat.engine.client import QueueClient
from backbeat.engine.events import Event, Events, Gap
from backbeat.engine.merged_events import MergedEvents
from backbeat.engine.partitioned import PartitionedClient


class QueueEvents:
    """Events of a queue from one place on; never ends by itself.

    After an error it goes on where it was. `async with` fixes the place at once, and closes the
    connection that it reads on. A `Gap` says that events were dropped before they were read.
    """

    def __init__(
        self,
        client: Callable[[], Awaitable[QueueClient | PartitionedClient]],
        since: str | None,
        kinds: Iterable[str] | None,
    ) -> None:
        """Read nothing yet; see `Queue.events`."""
        self._client = client
        self._since = since
        self._kinds = None if kinds is None else frozenset(kinds)
        self._events: Events | MergedEvents | None = None

    @property
    def position(self) -> str | None:
        """Id of the last event that was read, to resume from; None before the first."""
        return self._since if self._events is None else self._events.position

    async def close(self) -> None:
        """Close the connection; safe to call twice."""
        if self._events is not None:
            await self._events.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event | Gap:
        events = await self._open()
        while True:
            event = await anext(events)
            if isinstance(event, Gap) or self._kinds is None or event.kind in self._kinds:
                return event

    async def __aenter__(self) -> Self:
        await (await self._open()).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _open(self) -> Events | MergedEvents:
        if self._events is None:
            self._events = (await self._client()).events(self._since)
        return self._events
