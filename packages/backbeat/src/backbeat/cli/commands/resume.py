"""`backbeat resume`: workers start jobs of these queues again."""

from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueNames


async def resume(context: Context, queues: QueueNames) -> None:
    """Let workers start jobs of these queues again."""
    for name in queues:
        async with context.queue(name) as queue:
            await queue.resume()
    context.output.show({"resumed": queues}, f"resumed: {', '.join(queues)}")
