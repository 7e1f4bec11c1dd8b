"""Whether queues have room for the jobs of a flow; asked before any of it is sent.

The home of a flow is asked by the script that starts it, in one step. Its other queues may lie in
other slots, so that nothing can ask and send in one step: what comes into them in between is taken.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from backbeat.app.connections import AsyncConnection, SyncConnection
from backbeat.engine.calls.flow import Node
from backbeat.engine.calls.read import Counts
from backbeat.engine.calls.reply import Reply, raw
from backbeat.errors import QueueFull


async def ask_for_room(
    connection: AsyncConnection, home: str, flow: str, nodes: Sequence[Node]
) -> None:
    """Refuse a flow for which a queue beside its home has no room.

    Raises:
        QueueFull: One of them would hold more jobs than it may, and there is no flow of this id.
    """
    wanted = _beside(home, nodes)
    execute = connection.transport.execute
    bounds = await asyncio.gather(
        *(execute("HGET", connection.keys(queue).key("meta"), "max_jobs") for queue in wanted)
    )
    for queue, most in _bounded(wanted, bounds):
        if _has_room(await connection.client(queue).counts(), most, wanted[queue]):
            continue
        if await connection.client(home).get_flow(flow) is None:
            raise QueueFull(queue)


def ask_for_room_sync(
    connection: SyncConnection, home: str, flow: str, nodes: Sequence[Node]
) -> None:
    """See `ask_for_room`."""
    wanted = _beside(home, nodes)
    execute = connection.transport.execute
    bounds = [execute("HGET", connection.keys(queue).key("meta"), "max_jobs") for queue in wanted]
    for queue, most in _bounded(wanted, bounds):
        if _has_room(connection.client(queue).counts(), most, wanted[queue]):
            continue
        if connection.client(home).get_flow(flow) is None:
            raise QueueFull(queue)


def _beside(home: str, nodes: Sequence[Node]) -> dict[str, int]:
    """The queues of a flow but its home, and the room that each must have.

    Jobs that wait for others take none until they come, but a full queue promises none either.
    """
    wanted: dict[str, int] = {}
    for node in nodes:
        if node.ref.queue != home:
            at_once = 0 if node.children else 1
            wanted[node.ref.queue] = wanted.get(node.ref.queue, 0) + at_once
    return {queue: max(1, count) for queue, count in wanted.items()}


def _bounded(queues: Iterable[str], bounds: list[Reply]) -> Iterator[tuple[str, int]]:
    """Those that may hold only so many jobs."""
    for queue, most in zip(queues, bounds, strict=True):
        if most:
            yield queue, int(raw(most))


def _has_room(counts: Counts, most: int, more: int) -> bool:
    return counts.waiting + counts.delayed + counts.active + more <= most
