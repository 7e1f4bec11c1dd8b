"""Serves a queue: the server learns how it is declared, then its jobs are taken."""

import asyncio
import logging
from collections.abc import Iterator

from backbeat.app.application import Backbeat
from backbeat.app.queue import Queue
from backbeat.engine.transport.resend import Backoff
from backbeat.errors import ServerUnavailable
from backbeat.worker.assembly import Assembly
from backbeat.worker.background import Background
from backbeat.worker.lanes.janitor import Janitor
from backbeat.worker.lanes.lane import Lane
from backbeat.worker.lanes.lane_terms import LaneTerms

logger = logging.getLogger("backbeat.worker")


def begin_lanes(
    assembly: Assembly, queue: Queue, weight: int, background: Background
) -> Iterator[Lane]:
    """Begin to serve a queue; gives each of its lanes before it takes jobs.

    Args:
        assembly: Makes the lanes.
        queue: The queue.
        weight: Share of the slots against the worker's other queues.
        background: Where the lanes run.
    """
    terms = LaneTerms.of(
        weight=weight,
        limit=queue.options.concurrency,
        reserved=queue.options.reserved,
        partitions=len(queue.parts),
    )
    connection = assembly.connection
    for part in queue.parts:
        lane = assembly.lane(queue, part, terms)
        yield lane
        janitor = Janitor(connection.transport, lane.scripts, connection.clock, every=terms.tidy)
        background.begin(_serve(assembly.app, queue, part, lane), f"backbeat: {part}")
        background.begin(janitor.run(), f"backbeat: janitor of {part}")


async def _serve(app: Backbeat, queue: Queue, part: str, lane: Lane) -> None:
    """Tell the server how the queue and its schedules are declared, then take its jobs."""
    backoff = Backoff()
    while True:
        try:
            await queue.introduce(part)
            if part == queue.parts[0]:
                await _sync(app, queue)
            break
        except ServerUnavailable as error:
            logger.warning("queue %s waits for the server: %s", queue.name, error)
            await asyncio.sleep(backoff.next())
    await lane.run()


async def _sync(app: Backbeat, queue: Queue) -> None:
    report = await app.schedules.sync(queue.name)
    for name in report.undeclared:
        logger.warning(
            "schedule %s of %s goes on, though no code here declares it any more:"
            " `backbeat schedules remove %s` ends it",
            name,
            queue.name,
            name,
        )
