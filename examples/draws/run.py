"""One run: every draw becomes a job, and the run ends when all of them have ended.

A run that was stopped in the middle is continued by the next one with the same database.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from backbeat import JobCancelled, JobFailed, JobHandle, ResultNotKept
from examples.draws.csv_file import Malformed, format_date
from examples.draws.draw import Draw
from examples.draws.jobs import count_draw, draws
from examples.draws.tallies import Tallies

Advance = Callable[[], None]

_BATCH: Final = 500


@dataclass(slots=True)
class Outcome:
    """What became of the draws.

    Attributes:
        counted: How many of them are in the tallies now, those of earlier runs included.
        failed: Why each of the others is not, one sentence a draw.
    """

    counted: int = 0
    failed: list[str] = field(default_factory=list)


async def count_draws(
    lines: Iterable[Draw | Malformed], tallies: Tallies, advance: Advance
) -> Outcome:
    """Enqueue a job for each draw that is not counted yet, and wait until all have ended.

    Args:
        lines: Draws of different days; the malformed lines among them are passed over.
        tallies: Where the workers count.
        advance: Called once for each draw that needs no more waiting.
    """
    run_id, counted = tallies.run_id(), tallies.counted()
    outcome = Outcome()
    todo: list[Draw] = []
    for line in lines:
        if isinstance(line, Malformed):
            continue
        if line.date in counted:
            outcome.counted += 1
            advance()
        else:
            todo.append(line)
    for start in range(0, len(todo), _BATCH):
        await _count_batch(todo[start : start + _BATCH], run_id, outcome, advance)
    return outcome


async def _count_batch(
    batch: Sequence[Draw], run_id: str, outcome: Outcome, advance: Advance
) -> None:
    # The id makes a draw one job: a run that is continued meets the jobs it enqueued before. One
    # that failed then is replaced by a new one.
    calls = [
        count_draw.options(id=f"{run_id}:{draw.date}", on_kept="replace").call(draw)
        for draw in batch
    ]
    handles = await draws.add_many(calls)
    waits = (
        _settle(draw, handle, outcome, advance) for draw, handle in zip(batch, handles, strict=True)
    )
    await asyncio.gather(*waits)


async def _settle(draw: Draw, handle: JobHandle[bool], outcome: Outcome, advance: Advance) -> None:
    try:
        await handle.result()
        outcome.counted += 1
    except (JobFailed, JobCancelled, ResultNotKept) as error:
        outcome.failed.append(f"draw of {format_date(draw.date)}: {error}")
    advance()
