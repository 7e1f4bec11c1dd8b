"""`backbeat remove`: jobs and everything about them, gone."""

from typing import Final

from backbeat.app import Queue
from backbeat.cli.context import Context
from backbeat.cli.each import UNKNOWN, do_each
from backbeat.cli.exits import Exit
from backbeat.cli.parameters import JobIds, QueueName

_GOOD: Final = frozenset({"removed"})


async def remove(context: Context, queue: QueueName, job_ids: JobIds) -> Exit:
    """Remove jobs and everything about them; active ones are left alone."""
    async with context.queue(queue) as asked:
        return await do_each(context.output, job_ids, lambda one: _remove(asked, one), good=_GOOD)


async def _remove(queue: Queue, job_id: str) -> str:
    removed = await queue.remove(job_id)
    if removed.active:
        return "active"
    return "removed" if removed.count else UNKNOWN
