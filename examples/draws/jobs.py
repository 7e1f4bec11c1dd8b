"""The application: one queue, one job, and what a worker has ready for it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

from backbeat import Backbeat, Depends, Job, Keep, Retry
from examples.draws.draw import Draw
from examples.draws.settings import Settings
from examples.draws.tallies import Tallies

SETTINGS: Final = Settings.load()

app = Backbeat()

draws = app.queue(
    "draws",
    retry=Retry.exponential(attempts=8, delay=0.2, max_delay=5.0, jitter=0.2),
    keep=Keep(completed=10_000),
)


def open_tallies() -> Iterator[Tallies]:
    """The tallies of this project, for the time of one job."""
    with Tallies(SETTINGS.database) as tallies:
        yield tallies


@draws.job("count-draw", timeout=30)
def count_draw(job: Job, draw: Draw, *, tallies: Tallies = Depends(open_tallies)) -> bool:
    """Count one draw, once.

    Returns:
        Whether this attempt counted it; False when an earlier one had, and was not heard of.
    """
    with tallies.once(job.idempotency_key("count")) as first:
        if first:
            tallies.add(draw)
    return first


@app.middleware
async def pretend(job: Job, call_next: Callable[[], Awaitable[Any]]) -> Any:
    """Take some time, and break off now and then: too late to undo what was done."""
    if SETTINGS.pace:
        await asyncio.sleep(SETTINGS.pace)
    result = await call_next()
    if random.random() < SETTINGS.unreliable:
        raise ConnectionError(f"attempt {job.attempt} broke off after its work was done")
    return result
