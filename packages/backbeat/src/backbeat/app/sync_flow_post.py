"""`flow_post` for code without an event loop."""

import time
from collections.abc import Iterable
from contextlib import suppress

from backbeat.app.connections import SyncConnection
from backbeat.app.flow_post import to_announce
from backbeat.engine.calls.reply import items, number, text
from backbeat.engine.keys import flow_queues
from backbeat.errors import ServerUnavailable, StorageFull


def announce_sync(connection: SyncConnection, queues: Iterable[str]) -> None:
    """See `announce`."""
    fresh = to_announce(connection.in_flows, queues)
    if not fresh:
        return
    with suppress(StorageFull):
        connection.transport.execute("SADD", flow_queues(connection.namespace), *fresh)
        connection.in_flows.update(dict.fromkeys(fresh, time.monotonic()))


def flow_homes_sync(connection: SyncConnection) -> list[str]:
    """See `flow_homes`."""
    reply = connection.transport.execute("SMEMBERS", flow_queues(connection.namespace))
    return sorted(text(name) for name in items(reply, 0))


def bring_all_sync(connection: SyncConnection, parts: Iterable[str]) -> None:
    """See `bring_all`."""
    key = flow_queues(connection.namespace)
    for part in parts:
        if number(connection.transport.execute("SISMEMBER", key, part)) == 1:
            bring_sync(connection, part)


def bring_sync(connection: SyncConnection, queue: str) -> None:
    """See `bring`."""
    with suppress(ServerUnavailable):
        connection.relay.bring(queue)
