"""What scripts of the user's own append to streams, followed by whoever tells it on."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from backbeat.app.connections import Connections
from backbeat.engine.calls.reply import items, pairs, text
from backbeat.engine.events import OLDEST
from backbeat.engine.transport.base import BlockingConnection, Reply, Transport
from backbeat.errors import BackbeatError
from backbeat.lua import Arg

_PAGE: Final = 500
_WAIT_S: Final = 10
# Read ahead of who is told; beyond it the server keeps them.
_AHEAD: Final = 1_000
# Where the server refuses for good: before it is asked again.
_PAUSE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a stream.

    Attributes:
        on: The thing whose stream it is in.
        id: Its place; follow on from it.
        fields: What was appended.
    """

    on: str
    id: str
    fields: Mapping[str, bytes]


class Follower:
    """The streams of many things: an async iterator of entries that never ends by itself.

    In order within a stream; between them as they come. All are read on one connection; on a
    cluster, where one command reaches one slot, each on one of its own. Belongs to one event loop.

    What was trimmed before it was read is passed over without a word: let the script number what it
    appends, and look at the thing itself where a number is missing.
    """

    def __init__(self, connections: Connections, key: Callable[[str, str], str]) -> None:
        """Read nothing yet; see `Scripts.follow`.

        Args:
            connections: The way to the server.
            key: The whole name of the stream of a thing, by the namespace.
        """
        self._connections = connections
        self._key = key
        self._readers: dict[str, _Reader] = {}
        self._entries: asyncio.Queue[Entry | BackbeatError] = asyncio.Queue(_AHEAD)

    async def add(self, on: str, after: str | None = None) -> str:
        """Follow one more thing, or from another place.

        Args:
            on: The thing.
            after: Id of the last entry that is known; "0-0" for all that are kept. Defaults to
                None: those that come from now on.

        Returns:
            The place that is followed from.
        """
        connection = await self._connections.open()
        transport, key = connection.transport, self._key(connection.namespace, on)
        place = after if after is not None else await _newest(transport, key)
        name = on if transport.one_slot else ""
        reader = self._readers.get(name)
        if reader is None:
            reader = self._readers[name] = _Reader(transport, self._entries)
        reader.add(key, on, place)
        return place

    async def drop(self, on: str) -> None:
        """Follow a thing no longer; what was read ahead of it still comes."""
        for name, reader in list(self._readers.items()):
            if reader.drop(on):
                # First out of the way: what is added meanwhile is read by another.
                del self._readers[name]
                await reader.close()

    async def close(self) -> None:
        """Follow nothing, and close the connections; safe to call twice."""
        readers, self._readers = self._readers, {}
        for reader in readers.values():
            await reader.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Entry:
        entry = await self._entries.get()
        if isinstance(entry, BackbeatError):
            raise entry
        return entry

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class _Reader:
    """Streams that one command can read, and the task that does."""

    def __init__(
        self, transport: Transport, entries: "asyncio.Queue[Entry | BackbeatError]"
    ) -> None:
        self._transport = transport
        self._entries = entries
        self._places: dict[str, tuple[str, str]] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def add(self, key: str, on: str, place: str) -> None:
        self._places[key] = on, place
        self._changed.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read(), name="follow streams")

    def drop(self, on: str) -> bool:
        """Whether nothing is left to read."""
        for key in [key for key, (each, _) in self._places.items() if each == on]:
            del self._places[key]
            self._changed.set()
        return not self._places

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _read(self) -> None:
        connection = self._transport.blocking()
        try:
            while self._places:
                self._changed.clear()
                try:
                    reply = await self._wait(connection)
                except BackbeatError as error:
                    await self._entries.put(error)
                    await asyncio.sleep(_PAUSE_S)
                else:
                    await self._give(reply)
        finally:
            await connection.close()

    async def _wait(self, connection: BlockingConnection) -> Reply:
        """What was appended; None where nothing was, or other streams are to be read."""
        places = [(key, place) for key, (_, place) in self._places.items()]
        command: tuple[Arg, ...] = ("XREAD", "COUNT", _PAGE, "BLOCK", _WAIT_S * 1000, "STREAMS",
                   *(key for key, _ in places), *(place for _, place in places))  # fmt: skip
        asking = asyncio.create_task(_block(connection, command))
        changed = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait({asking, changed}, return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else None
        finally:
            # A reply that is on its way is read again: reading takes nothing away.
            asking.cancel()
            changed.cancel()
            await asyncio.wait({asking, changed})

    async def _give(self, reply: Reply) -> None:
        for stream in items(reply or [], 0):
            name, entries = items(stream, 2)
            key = text(name)
            for each in items(entries, 0):
                entry_id, fields = items(each, 2)
                known = self._places.get(key)
                if known is None or _numbers(text(entry_id)) <= _numbers(known[1]):
                    continue  # dropped, or asked for from another place, while this was read
                on = known[0]
                found = dict(pairs(items(fields, 2)))
                await self._entries.put(Entry(on, text(entry_id), found))
                if self._places.get(key) == known:
                    self._places[key] = on, text(entry_id)


async def _block(connection: BlockingConnection, command: tuple[Arg, ...]) -> Reply:
    return await connection.block(*command, timeout=_WAIT_S)


def _numbers(place: str) -> tuple[int, int]:
    ms, _, number = place.partition("-")
    return int(ms), int(number or 0)


async def _newest(transport: Transport, key: str) -> str:
    reply = await transport.execute("XREVRANGE", key, "+", "-", "COUNT", 1)
    entries = items(reply, 0)
    return text(items(entries[0], 2)[0]) if entries else OLDEST
