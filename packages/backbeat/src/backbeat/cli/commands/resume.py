"""`backbeat resume`: workers start jobs of these queues again."""

from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueNames, WorkerNumber


async def resume(context: Context, queues: QueueNames, worker: WorkerNumber = None) -> None:
    """Let workers start jobs of these queues again."""
    for name in queues:
        async with context.queue(name) as queue:
            if worker is None:
                await queue.resume()
            else:
                await queue.resume_worker(worker)
    context.output.show({"resumed": queues}, f"resumed: {', '.join(queues)}")
