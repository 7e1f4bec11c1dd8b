"""`backbeat metrics`: what is measured of all queues, as Prometheus reads it."""

import sys

from backbeat.cli.context import Context


async def metrics(context: Context) -> None:
    """Write what is measured of all queues, in the text format of Prometheus.

    With --json the text is one JSON string.
    """
    async with context.connected() as app:
        text = await app.metrics()
    if context.output.json:
        context.output.show(text, "")
    else:
        sys.stdout.write(text)
