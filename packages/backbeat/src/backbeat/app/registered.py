"""The queues that are on a server, whoever has declared them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from backbeat.app.connections import AsyncConnection
from backbeat.app.partitions import read_text
from backbeat.engine.calls.reply import items, pairs, text
from backbeat.engine.keys import partitions, registry
from backbeat.errors import QueueNotFound

if TYPE_CHECKING:
    from backbeat.app.application import Backbeat
    from backbeat.app.queue import Queue


async def queue_names(app: "Backbeat") -> list[str]:
    """See `Backbeat.queue_names`."""
    connection = await app.connections.open()
    execute, namespace = connection.transport.execute, connection.namespace
    names = [text(name) for name in items(await execute("SMEMBERS", registry(namespace)), 0)]
    for name, spread in (await _spreads(connection)).items():
        if name not in app.queues:
            count, by = read_text(spread.decode())
            app.queue(name, partitions=count, partition_by=by)
    return sorted(names)


async def known_queue(app: "Backbeat", name: str) -> "Queue":
    """See `Backbeat.known_queue`."""
    if name not in (known := await queue_names(app)):
        raise QueueNotFound(name, known)
    return app.queue(name)


async def _spreads(connection: AsyncConnection) -> Mapping[str, bytes]:
    reply = await connection.transport.execute("HGETALL", partitions(connection.namespace))
    return dict(pairs(items(reply, 0)))
