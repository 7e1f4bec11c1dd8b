"""`backbeat worker`: runs jobs until it is told to stop."""

from typing import Annotated, Literal

import typer

from backbeat.cli.context import Context
from backbeat.cli.parameters import duration_option
from backbeat.errors import ConfigurationError
from backbeat.values import Adaptive
from backbeat.worker.logs import configure_logging
from backbeat.worker.supervising.supervisor import Supervisor


def worker(
    context: Context,
    queues: Annotated[
        str | None, typer.Option(help="Which, with weights: a,b=4. Defaults to all.")
    ] = None,
    pool: Annotated[str | None, typer.Option(help="The queues of this pool instead.")] = None,
    concurrency: Annotated[int, typer.Option(help="Jobs at once, in each process.", min=1)] = 100,
    adaptive: Annotated[
        str | None,
        typer.Option(
            help="LOW-HIGH: jobs at once between these, as the process can bear.", metavar="4-200"
        ),
    ] = None,
    processes: Annotated[int, typer.Option(help="How many processes.", min=1)] = 1,
    grace: Annotated[float | None, duration_option("What running jobs have at the end.")] = None,
    lease: Annotated[
        float | None, duration_option("How long a silent worker keeps its jobs.")
    ] = None,
    reload: Annotated[
        bool, typer.Option("--reload", help="Start again when code changes.")
    ] = False,
    log_format: Annotated[
        Literal["json"] | None,
        typer.Option(help="Each log line is a JSON object. Defaults to what the settings say."),
    ] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(help="Answer Prometheus and probes on this port.", min=0, max=65_535),
    ] = None,
    metrics_host: Annotated[
        str | None, typer.Option(help="Address of that port. Defaults to 127.0.0.1.")
    ] = None,
    max_memory_mb: Annotated[
        int | None, typer.Option(help="MiB at which a process is replaced.", min=1)
    ] = None,
) -> int:
    """Run jobs. SIGTERM or Ctrl-C ends it when the running jobs have; a second one at once.

    With --json each log line, of this process and of all that it starts, is a JSON object.
    """
    settings = context.settings
    if settings.app is None:
        raise ConfigurationError("a worker needs an application: give --app module:attribute")
    log_json = context.output.json or log_format == "json" or settings.log_json
    configure_logging(settings.log_level, json=log_json)
    supervisor = Supervisor(
        settings.app,
        queues=None if queues is None else _choose(context, parse_queues(queues)),
        pool=pool,
        concurrency=concurrency if adaptive is None else parse_adaptive(adaptive),
        processes=processes,
        grace=grace,
        lease=lease,
        reload=reload,
        max_memory_mb=max_memory_mb,
        log_json=log_json,
        metrics_host=metrics_host,
        metrics_port=metrics_port,
    )
    return supervisor.run()


def parse_adaptive(text: str) -> Adaptive:
    """Bounds of an adaptive concurrency: "4-200".

    Raises:
        typer.BadParameter: They are none.
    """
    low, _, high = text.partition("-")
    if not low.isdecimal() or not high.isdecimal() or not 1 <= int(low) <= int(high):
        raise typer.BadParameter(f"--adaptive {text}: write the lowest and highest, such as 4-200")
    return Adaptive(low=int(low), high=int(high))


def parse_queues(text: str) -> dict[str, int | None]:
    """Names with their weights, None where there is none: "a,b=4" gives b four shares.

    Raises:
        typer.BadParameter: A name is missing, twice there, or a weight is no number.
    """
    weights: dict[str, int | None] = {}
    for part in text.split(","):
        name, equals, weight = part.strip().partition("=")
        if not name or name in weights or (equals and not weight.isdecimal()):
            raise typer.BadParameter(f"--queues {text}: write names with weights, such as a,b=4")
        weights[name] = int(weight) if equals else None
    return weights


def _choose(context: Context, weights: dict[str, int | None]) -> list[str] | dict[str, int]:
    """As the worker takes them: a name without a weight has the one it was declared with."""
    declared = context.application.queues
    if not weights.keys() <= declared.keys():
        return list(weights)  # refused by the worker, in its own words
    return {
        name: declared[name].options.weight if weight is None else weight
        for name, weight in weights.items()
    }
