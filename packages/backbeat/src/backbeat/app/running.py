"""Which worker runs which jobs."""

from collections import defaultdict
from typing import Final

from backbeat.app.commands import shown_numbers
from backbeat.engine.client import QueueClient
from backbeat.engine.partitioned import PartitionedClient
from backbeat.engine.states import State

# A ticket is the number of the worker times this, and that of its tick.
_TICKS: Final = 2**32
_PAGE: Final = 200


async def running_jobs(
    client: QueueClient | PartitionedClient, parts: list[QueueClient], most: int
) -> dict[int, tuple[str, ...]]:
    """Number of a worker, as it is shown -> ids of jobs that it runs.

    Args:
        client: What the queue is asked through.
        parts: The clients of the engine's queues behind it, in their order.
        most: Look at so many jobs of each.
    """
    numbers = shown_numbers(await client.workers())
    found: defaultdict[int, list[str]] = defaultdict(list)
    for part, shown in zip(parts, numbers, strict=True):
        for job_id, ticket in await _active(part, most):
            number = ticket // _TICKS
            found[shown.get(number, number)].append(job_id)
    return {number: tuple(ids) for number, ids in found.items()}


async def _active(part: QueueClient, most: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    cursor = ""
    while len(found) < most:
        page = await part.list(State.ACTIVE, cursor, _PAGE)
        found += [(each.id, each.score) for each in page.jobs if each.score is not None]
        if not (cursor := page.cursor):
            break
    return found[:most]
