"""Lets the server know which queues have to do with flows, and brings what they tell each other."""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from backbeat.app.connections import AsyncConnection
from backbeat.engine.calls.reply import items, number, text
from backbeat.engine.keys import flow_queues
from backbeat.errors import ServerUnavailable, StorageFull

_AGAIN_S: Final = 60.0


async def announce(connection: AsyncConnection, queues: Iterable[str]) -> None:
    """Tell the server that these queues, or partitions, have part in flows.

    Before anything is sent: whoever looks after outboxes that nobody empties looks there.
    """
    fresh = to_announce(connection.in_flows, queues)
    if not fresh:
        return
    # A full server knows the names already, or refuses the flow itself.
    with suppress(StorageFull):
        execute = connection.transport.execute
        await execute("SADD", flow_queues(connection.namespace), *fresh)
        connection.in_flows.update(dict.fromkeys(fresh, time.monotonic()))


def to_announce(told: Mapping[str, float], queues: Iterable[str]) -> list[str]:
    """Those of which the server was not told within the last minute.

    A queue that is gone is forgotten by others; should it be there again, that lasts no longer.
    """
    before = time.monotonic() - _AGAIN_S
    return [name for name in dict.fromkeys(queues) if told.get(name, before) <= before]


async def flow_homes(connection: AsyncConnection) -> list[str]:
    """The names of all queues that have had part in flows."""
    reply = await connection.transport.execute("SMEMBERS", flow_queues(connection.namespace))
    return sorted(text(name) for name in items(reply, 0))


async def bring_all(connection: AsyncConnection, parts: Iterable[str]) -> None:
    """Bring what these queues have for others, if they have had part in flows."""
    key = flow_queues(connection.namespace)
    for part in parts:
        if number(await connection.transport.execute("SISMEMBER", key, part)) == 1:
            await bring(connection, part)


async def bring(connection: AsyncConnection, queue: str) -> None:
    """Bring what a queue has for others, now; if that fails, workers do it later."""
    with suppress(ServerUnavailable):
        await connection.relay.bring(queue)
