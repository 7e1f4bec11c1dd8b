"""The events of all partitions of a queue, as they come."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from backbeat.engine.events import OLDEST, Event, Events, Gap
from backbeat.errors import InvalidOption

_BAR = "|"


class MergedEvents:
    """`Events` over several streams. In order within a partition; between them as they come.

    The id of an event, to resume from, holds the place in every partition. Reads each stream on a
    connection of its own.

    Attributes:
        position: The last place that was read, in all partitions.
    """

    def __init__(self, parts: Sequence[Events], last: str) -> None:
        """Read nothing yet.

        Args:
            parts: The events of each partition, from its place on.
            last: The id of the last event that was read; `OLDEST` for none.
        """
        self._parts = parts
        self._last = last.partition(_BAR)[0]
        # A part may have read one further than what was given out.
        self._places: list[str] = []
        self._reading: dict[asyncio.Task[Event | Gap], int] = {}

    @property
    def position(self) -> str:
        """The last place that was read, in all partitions."""
        places = self._places or [part.position for part in self._parts]
        return _BAR.join([self._last, *places])

    async def start(self) -> None:
        """Fix the place: what happens after this is read."""
        if not self._places:
            await asyncio.gather(*(part.start() for part in self._parts))
            self._places = [part.position for part in self._parts]

    async def close(self) -> None:
        """Close the connections; safe to call twice."""
        reading, self._reading = self._reading, {}
        for task in reading:
            task.cancel()
        if reading:
            await asyncio.wait(reading)
        await asyncio.gather(*(part.close() for part in self._parts))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event | Gap:
        await self.start()
        for number, part in enumerate(self._parts):
            if number not in self._reading.values():
                self._reading[asyncio.ensure_future(anext(part))] = number
        done, _ = await asyncio.wait(self._reading, return_when=asyncio.FIRST_COMPLETED)
        # The oldest first; the others stay where they are until they are asked for.
        task = min(done, key=_moment)
        number = self._reading.pop(task)
        event = task.result()
        if isinstance(event, Gap):
            return Gap(self.position)
        self._last = self._places[number] = event.id
        return Event(self.position, event.kind, event.job_ids)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def _moment(task: "asyncio.Task[Event | Gap]") -> int:
    if task.exception() is not None:
        return 0
    event = task.result()
    return event.at_ms if isinstance(event, Event) else 0


def places(since: str | None, count: int) -> list[str | None]:
    """Where to begin in each partition.

    Raises:
        InvalidOption: It is no id of an event of this queue.
    """
    if since is None or since == OLDEST:
        return [since] * count
    _, *parts = since.split(_BAR)
    if len(parts) != count:
        raise InvalidOption(f"{since!r} is no id of an event of this queue: it has {count} parts")
    return list(parts)
