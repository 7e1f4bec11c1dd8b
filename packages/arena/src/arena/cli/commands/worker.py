"""`arena worker`: runs the jobs of all applications."""

from typing import Annotated

import typer


def worker(
    queues: Annotated[
        str | None, typer.Option(help="Which, with weights: a,b=4. Defaults to all.")
    ] = None,
    concurrency: Annotated[int, typer.Option(help="Jobs at once, in each process.", min=1)] = 100,
    processes: Annotated[int, typer.Option(help="How many processes.", min=1)] = 1,
) -> None:
    """Run jobs. SIGTERM or Ctrl-C ends it when the running jobs have; a second one at once.

    It becomes `backbeat worker --app arena.bootstrap:jobs`, which has more options.
    """
    import os
    import sys

    command = [
        sys.executable, "-m", "backbeat.cli", "worker", "--app", "arena.bootstrap:jobs",
        "--concurrency", str(concurrency), "--processes", str(processes),
    ]  # fmt: skip
    if queues is not None:
        command += ["--queues", queues]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell
