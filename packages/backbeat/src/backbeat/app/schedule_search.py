"""Where the schedules of an application are found on the server."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from backbeat.app.connections import AsyncConnection, Connections
from backbeat.app.queue import Queue
from backbeat.app.schedule import Declared
from backbeat.app.schedule_info import ScheduledRun, ScheduleInfo, only_one, parts_of
from backbeat.engine.calls.reply import items, pairs, text
from backbeat.engine.calls.schedules import ScheduleSnapshot
from backbeat.engine.keys import partitions, registry

PAGE = 200
# Inside the classes of schedules `list` is the command.
Infos = list[ScheduleInfo]
Runs = list[ScheduledRun]
Moments = list[datetime]
Names = list[str]
Snapshots = list[ScheduleSnapshot]


class ScheduleHome(Protocol):
    """An application, as its schedules see it.

    Attributes:
        connections: The way to the server.
    """

    connections: Connections

    @property
    def queues(self) -> Mapping[str, Queue]:
        """All declared queues by name."""

    def queue(self, name: str) -> Queue:
        """A queue, declared or not."""


class ScheduleSearch:
    """Reads the schedules of every queue that there is, and of its partitions."""

    def __init__(self, app: ScheduleHome, declared: Declared) -> None:
        """Ask nobody yet; see `Backbeat.schedules`."""
        self._app = app
        self._declared = declared

    async def _find(
        self, name: str, queue: str | None
    ) -> tuple[AsyncConnection, str, int, ScheduleSnapshot]:
        connection = await self._connection()
        declared = self._declared.by_name.get(name)
        if queue is None and declared is not None:
            queue = declared.queue
        found = []
        for at in await self._parts(connection, queue):
            now_ms, snapshot = await connection.client(at).schedules.get(name)
            if snapshot is not None:
                found.append((at, now_ms, snapshot))
        return connection, *only_one(name, found)

    async def _all(self, queue: str) -> Snapshots:
        schedules = (await self._connection()).client(queue).schedules
        found: Snapshots = []
        page = await schedules.page(limit=PAGE)
        while page:
            found += page
            page = await schedules.page(found[-1].name, PAGE)
        return found

    async def _parts(self, connection: AsyncConnection, queue: str | None) -> Names:
        """The engine's queues behind a queue, or behind all that there are."""
        execute, namespace = connection.transport.execute, connection.namespace
        names = items(await execute("SMEMBERS", registry(namespace)), 0)
        spread = dict(pairs(items(await execute("HGETALL", partitions(namespace)), 0)))
        wanted = [queue] if queue else sorted({*map(text, names), *self._app.queues})
        return [part for name in wanted for part in parts_of(name, spread.get(name))]

    async def _connection(self) -> AsyncConnection:
        return self._app.connections.here() or await self._app.connections.open()
