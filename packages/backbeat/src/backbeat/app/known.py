"""Every queue that is on the server, declared here or not."""

from collections.abc import Callable

from backbeat.app.connections import AsyncConnection
from backbeat.app.partitions import read_text
from backbeat.app.queue import Queue
from backbeat.engine.calls.reply import items, pairs, text
from backbeat.engine.keys import partitions, registry


async def known_queues(
    connection: AsyncConnection, declared: frozenset[str], declare: Callable[..., Queue]
) -> list[Queue]:
    """The queues of a namespace, by name.

    Those with partitions are declared as the server remembers them, where the application does not.

    Args:
        connection: The server.
        declared: Names of those that the application declares.
        declare: Declares a queue; see `Backbeat.queue`.
    """
    execute, namespace = connection.transport.execute, connection.namespace
    names = sorted(map(text, items(await execute("SMEMBERS", registry(namespace)), 0)))
    spreads = pairs(items(await execute("HGETALL", partitions(namespace)), 0))
    spread_by = {name: read_text(spread.decode()) for name, spread in spreads}
    for name in spread_by.keys() - declared:
        count, by = spread_by[name]
        declare(name, partitions=count, partition_by=by)
    return [declare(name) for name in names]
