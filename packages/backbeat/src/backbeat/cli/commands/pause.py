"""`backbeat pause`: workers start nothing more in these queues."""

from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueNames, WorkerNumber


async def pause(context: Context, queues: QueueNames, worker: WorkerNumber = None) -> None:
    """Let workers start no further job of these queues; what runs goes on."""
    for name in queues:
        async with context.queue(name) as queue:
            if worker is None:
                await queue.pause()
            else:
                await queue.pause_worker(worker)
    context.output.show({"paused": queues}, f"paused: {', '.join(queues)}")
