"""What happens in a queue, entry by entry, from any place of the stream that is still kept."""

from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from backbeat.engine.calls.reply import Reply, items, names, number, text
from backbeat.engine.keys import QueueKeys
from backbeat.engine.transport.base import Transport

# The place before the first event of every stream.
OLDEST: Final = "0-0"

# In place of job ids: it happened to the queue.
_QUEUE: Final = b"*"
_PAGE: Final = 500
_WAIT_S: Final = 10


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to jobs of a queue.

    Attributes:
        id: Place in the stream; resume from it.
        kind: added, completed, failed, cancelled, delayed, stalled, stale, removed, paused, ...
        job_ids: The jobs; empty where it happened to the queue.
    """

    id: str
    kind: str
    job_ids: tuple[str, ...]

    @property
    def at_ms(self) -> int:
        """When, in ms since 1970 by the server's clock."""
        return int(self.id.partition("-")[0])


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries were removed before they were read: look at the jobs themselves.

    Attributes:
        after: The last place that was read.
    """

    after: str


class Events:
    """The events of a queue from one place on: an async iterator that never ends by itself.

    After an error it goes on where it was. `async with` fixes the place and closes the connection.

    Attributes:
        position: The last place that was read.
    """

    def __init__(self, transport: Transport, keys: QueueKeys, since: str | None) -> None:
        """Read nothing yet.

        Args:
            transport: The server.
            keys: The keys of the queue.
            since: Id of the last event that was read; `OLDEST` for all that are kept; None for
                those that come from now on.
        """
        self.position = since or OLDEST
        self._transport = transport
        self._key = keys.key("events")
        self._started = since is not None
        self._what_is_kept = since == OLDEST
        self._connection = transport.blocking()
        self._ahead: deque[Event | Gap] = deque()

    async def start(self) -> None:
        """Fix the place: what happens after this is read."""
        if not self._started:
            self.position = await self._newest()
            self._started = True

    async def close(self) -> None:
        """Close the connection; safe to call twice."""
        await self._connection.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event | Gap:
        await self.start()
        while not self._ahead:
            await self._read()
            if not self._ahead:
                await self._wait()
        event = self._ahead.popleft()
        if isinstance(event, Event):
            self.position = event.id
        return event

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

    async def _read(self) -> None:
        """Read from the last place, itself included: if it is gone, others may be gone too."""
        reply = await self._transport.execute(
            "XRANGE", self._key, self.position, "+", "COUNT", _PAGE
        )
        events = [_event(entry) for entry in items(reply, 0)]
        if events and events[0].id == self.position:
            self._ahead.extend(events[1:])
        elif self.position == OLDEST:
            if events and not self._what_is_kept and await self._lacks_some():
                self._ahead.append(Gap(OLDEST))
            self._ahead.extend(events)
        else:
            self._ahead.append(Gap(self.position))
            self._ahead.extend(events)
            if not events:
                # Emptied or begun anew: what is there now is what a look at the jobs shows.
                self.position, self._what_is_kept = await self._newest(), False

    async def _lacks_some(self) -> bool:
        """Whether entries of this stream were removed, ever: we meant to read it from its first."""
        reply = await self._transport.execute("XINFO", "STREAM", self._key)
        fields = items(reply, 0)
        facts = dict(zip(fields[::2], fields[1::2], strict=True))
        return number(facts[b"entries-added"]) > number(facts[b"length"])

    async def _wait(self) -> None:
        """Only to be woken: what it answers is read again, in order not to miss a gap."""
        await self._connection.block(
            "XREAD", "COUNT", 1, "BLOCK", _WAIT_S * 1000, "STREAMS", self._key, self.position,
            timeout=_WAIT_S,
        )  # fmt: skip

    async def _newest(self) -> str:
        reply = await self._transport.execute("XREVRANGE", self._key, "+", "-", "COUNT", 1)
        entries = items(reply, 0)
        return _event(entries[0]).id if entries else OLDEST


async def recent(
    transport: Transport, keys: QueueKeys, since_ms: int, count: int = _PAGE
) -> list[Event]:
    """What has happened since then and is still kept, the oldest first; at most so much of it."""
    reply = await transport.execute(
        "XREVRANGE", keys.key("events"), "+", str(max(since_ms, 0)), "COUNT", count
    )
    return [_event(entry) for entry in reversed(items(reply, 0))]


def _event(entry: Reply) -> Event:
    place, fields = items(entry, 2)
    kind, job_ids = items(fields, 2)[:2]
    return Event(text(place), text(kind), () if job_ids == _QUEUE else names(job_ids))
