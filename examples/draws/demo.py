"""`python -m examples.draws.demo`: draws without end, a worker, and a live page, until Ctrl-C."""

import asyncio
import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final

import typer

from backbeat import BackbeatError
from examples.draws.generate import synthetic_draws
from examples.draws.jobs import app, count_draw, draws
from examples.draws.page import Page
from examples.draws.settings import Settings
from examples.draws.status import Status
from examples.draws.tallies import Tallies
from examples.draws.worker_process import WorkerBroken, WorkerProcess

# Each draw takes a moment and one in thirty breaks off, so that there is something to see.
_PACE_S: Final = 0.15
_UNRELIABLE: Final = 1 / 30


def demo(
    port: Annotated[int, typer.Option(help="Of the page; a free one where it is taken.")] = 8080,
    host: Annotated[str, typer.Option(help="Who may see it: 0.0.0.0 is everybody.")] = "127.0.0.1",
    rate: Annotated[float, typer.Option(help="Draws a second.", min=0.1, max=1_000)] = 20.0,
    seed: Annotated[int, typer.Option(help="Of the generated draws.")] = 1,
) -> None:
    """Feed generated draws to a worker and show a status page, until Ctrl-C.

    Everything is in a temporary folder with a server of its own, and is gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="backbeat-demo-") as folder:
        # Read at the first use of the application, here and in the worker.
        os.environ["BACKBEAT_URL"] = f"embedded://{folder}/server"
        settings = Settings(
            database=Path(folder, "draws.sqlite3"), pace=_PACE_S, unreliable=_UNRELIABLE
        )
        try:
            counted = asyncio.run(_run(settings, host, port, rate=rate, seed=seed))
        except (BackbeatError, WorkerBroken) as error:
            _say(f"error: {error}")
            raise typer.Exit(1) from None
    _say(f"ended: {counted:,} draws were counted, nothing is left running")


async def _run(settings: Settings, host: str, port: int, *, rate: float, seed: int) -> int:
    worker = WorkerProcess(settings.variables(), settings.database.with_suffix(".log"))
    stop = _stop_on_signal(worker)
    with Tallies(settings.database) as tallies:
        async with app:
            page = await Page(Status(draws, tallies).sample).start(host, port)
            _say(f"status page: {page.address}  (Ctrl-C ends it)")
            try:
                await worker.beside(_feed(stop, rate, seed))
            finally:
                await page.close()
        return len(tallies.counted())


def _stop_on_signal(worker: WorkerProcess) -> asyncio.Event:
    """Set by the first SIGINT or SIGTERM; a further one lets the worker drop what it does."""
    stop = asyncio.Event()

    def hear() -> None:
        if stop.is_set():
            worker.hurry()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, hear)
    return stop


async def _feed(stop: asyncio.Event, rate: float, seed: int) -> None:
    for draw in synthetic_draws(seed):
        await count_draw.options(id=str(draw.date)).enqueue(draw)
        with suppress(TimeoutError):
            async with asyncio.timeout(1 / rate):
                await stop.wait()
        if stop.is_set():
            return
    await stop.wait()  # the calendar has ended, after some hours


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(demo)
