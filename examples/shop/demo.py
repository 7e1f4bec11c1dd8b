"""`python -m examples.shop`: a busy shop and its dashboard, until Ctrl-C; all in one process."""

import asyncio
import logging
import os
import signal
import tempfile
from typing import Annotated

import typer

from backbeat.alerts import AlertSetup, DeadLetters, FailureRate, Watcher
from backbeat.dashboard.attaching import attach
from backbeat.gateway.access import Loopback
from backbeat.gateway.serving import listen, make_server
from backbeat.worker import Worker
from examples.shop.jobs import app
from examples.shop.traffic import customers

_ALERTS = AlertSetup(rules=[FailureRate(failures=5), DeadLetters(growth=20)], every=5)


def demo(
    port: Annotated[int, typer.Option(help="Of the dashboard; 0 for a free one.")] = 8321,
) -> None:
    """Run a shop with customers, and show its dashboard at this machine.

    Everything is in a temporary folder with a server of its own, and is gone afterwards.
    """
    # What fails here is to be looked at in the dashboard.
    logging.getLogger("backbeat").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="backbeat-shop-") as folder:
        # Read at the first use of the application.
        os.environ["BACKBEAT_URL"] = f"embedded://{folder}/server"
        asyncio.run(_run(port))


async def _run(port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = make_server(app, access=Loopback(), extend=attach)
    with listen("127.0.0.1", port) as listening:
        async with app, Worker(app, concurrency=24, grace=5), asyncio.TaskGroup() as group:
            await app.schedules.sync()
            serving = group.create_task(server.serve([listening]))
            watching = group.create_task(Watcher(app, _ALERTS).run())
            at = listening.getsockname()[1]
            typer.echo(f"dashboard: http://127.0.0.1:{at}/backbeat/dashboard/  (Ctrl-C ends it)")
            await customers(stop)
            watching.cancel()
            server.should_exit = True
            await serving
