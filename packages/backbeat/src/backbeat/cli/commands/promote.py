"""`backbeat promote`: delayed jobs start now."""

from typing import Final

from backbeat.app import Queue
from backbeat.cli.context import Context
from backbeat.cli.each import do_each, known
from backbeat.cli.exits import Exit
from backbeat.cli.parameters import JobIds, QueueName

_GOOD: Final = frozenset({"promoted"})


async def promote(context: Context, queue: QueueName, job_ids: JobIds) -> Exit:
    """Let delayed jobs start now; the outcome of any other job is the state it is in."""
    async with context.queue(queue) as asked:
        return await do_each(
            context.output, job_ids, known(lambda one: _promote(asked, one)), good=_GOOD
        )


async def _promote(queue: Queue, job_id: str) -> str:
    return "promoted" if await queue.promote(job_id) else (await queue.get(job_id)).state
