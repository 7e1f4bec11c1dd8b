"""Says what is being measured: one moving line on a terminal, one line a step elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from backbeat.cli.bench.track import Step


@contextmanager
def show_progress(console: Console) -> Iterator[Step]:
    """Give a function that says which step begins.

    Args:
        console: Where to say it; standard error, so that `--json` stays clean.
    """
    if not console.is_terminal:
        began = time.monotonic()
        yield lambda words: console.print(f"{time.monotonic() - began:5.0f} s  {words}")
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting")
        yield lambda words: progress.update(task, description=words)
