"""Parameters that several commands share."""

from typing import Annotated, Any

import typer

from backbeat.cli.durations import parse_duration, parse_moment

QueueName = Annotated[str, typer.Argument(metavar="QUEUE", help="Name of the queue.")]
QueueNames = Annotated[list[str], typer.Argument(metavar="QUEUE...", help="Names of queues.")]
JobIds = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of jobs.")]
WorkerNumber = Annotated[
    int | None, typer.Option("--worker", metavar="NUMBER", help="Only this worker, see `workers`.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def duration_option(help: str, *names: str) -> Any:
    """An option that takes a time such as 90, 1.5h or 250ms."""
    return typer.Option(*names, parser=parse_duration, metavar="TIME", help=help)


def moment_option(help: str, *names: str) -> Any:
    """An option that takes an aware moment in ISO 8601."""
    return typer.Option(*names, parser=parse_moment, metavar="MOMENT", help=help)
