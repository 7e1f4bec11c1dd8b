"""The queues that are on a server, whoever has declared them."""

from backbeat.app.connections import AsyncConnection
from backbeat.app.partitions import read_text
from backbeat.app.policy import PartitionBy
from backbeat.engine.calls.reply import items, pairs, text
from backbeat.engine.keys import partitions, registry

# How many partitions a queue has, and by what; None for one without.
Spreading = tuple[int, PartitionBy | None] | None


async def registered_queues(connection: AsyncConnection) -> dict[str, Spreading]:
    """Every queue of the server, by name in order, with its partitions as the server has them."""
    execute, namespace = connection.transport.execute, connection.namespace
    names = [text(name) for name in items(await execute("SMEMBERS", registry(namespace)), 0)]
    spreads = dict(pairs(items(await execute("HGETALL", partitions(namespace)), 0)))
    return {
        name: read_text(spreads[name].decode()) if name in spreads else None
        for name in sorted(names)
    }
