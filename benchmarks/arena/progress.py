"""Says what a benchmark does right now, on a line that goes when it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Step = Callable[[str], None]


@contextmanager
def progress(console: Console, steps: int) -> Iterator[Step]:
    """A bar of so many steps; each call begins the next one.

    Args:
        console: Where.
        steps: How many there will be.
    """
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("start the house", total=steps + 1)

        def step(what: str) -> None:
            bar.update(task, description=what, advance=1)

        yield step
