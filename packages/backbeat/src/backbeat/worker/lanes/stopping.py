"""How a worker ends: no new jobs, time for the running ones, the rest goes back, a farewell."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from backbeat.errors import BackbeatError
from backbeat.worker.lanes.lane import Lane

logger = logging.getLogger("backbeat.worker.stopping")

# What a stop takes at most beyond its grace: 1 s in all, the rest is for what is closed after it.
_RELEASE_SECONDS: Final = 0.3
_TELL_SECONDS: Final = 0.15
_FAREWELL_SECONDS: Final = 0.15
# A lane that has nothing to tell waits no longer for a server that does not answer.
_SILENCE_SECONDS: Final = 0.5


async def wind_down(lanes: Sequence[Lane], grace: float, hurry: asyncio.Event) -> None:
    """Bring lanes to their end.

    Args:
        lanes: All lanes of a worker.
        grace: Seconds that running jobs have.
        hurry: Ends the grace when it is set.
    """
    for lane in lanes:
        lane.quiet()
    if not await _within_grace(lanes, grace, hurry):
        await _give_back(lanes)
    await _each(lanes, Lane.farewell, _FAREWELL_SECONDS)
    await _each(lanes, Lane.give_back, _FAREWELL_SECONDS)


async def _within_grace(lanes: Sequence[Lane], grace: float, hurry: asyncio.Event) -> bool:
    """Wait for the running jobs; False when the grace ended before they did."""
    done = asyncio.ensure_future(_all_done(lanes))
    hurried = asyncio.ensure_future(hurry.wait())
    try:
        await asyncio.wait([done, hurried], timeout=grace, return_when=asyncio.FIRST_COMPLETED)
        return done.done()
    finally:
        for task in (done, hurried):
            task.cancel()
        await asyncio.wait([done, hurried])


async def _all_done(lanes: Sequence[Lane]) -> None:
    await asyncio.gather(*(_done(lane) for lane in lanes))


async def _done(lane: Lane) -> None:
    while not await _soon(lane.drained(), _SILENCE_SECONDS):
        if lane.empty:
            logger.info("the server does not answer, and %s has nothing to tell it", lane.queue)
            return


async def _give_back(lanes: Sequence[Lane]) -> None:
    unfinished = sum(len(lane.runs.running) for lane in lanes)
    logger.info("the grace is over: %d jobs go back to the head of their queues", unfinished)
    for lane in lanes:
        lane.attempts.stops.release()
    if not await _each(lanes, Lane.drained, _RELEASE_SECONDS):
        for lane in lanes:
            lane.attempts.stops.give_up()
        await _each(lanes, Lane.drained, _TELL_SECONDS)


async def _each(
    lanes: Sequence[Lane], act: Callable[[Lane], Awaitable[None]], seconds: float
) -> bool:
    """Do something with every lane at the same time; False when it took longer or failed."""
    ended = await asyncio.gather(*(_soon(act(lane), seconds) for lane in lanes))
    return all(ended)


async def _soon(action: Awaitable[None], seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await action
    except TimeoutError:
        return False
    except BackbeatError as error:
        logger.info("%s", error)
        return False
    return True
