"""A library under test, as a program with two verbs: `enqueue MODE N` and `worker SETTING`."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from backbeat.cli.bench.options import BenchOptions

Mode = Literal["single", "gather", "bulk"]

OURS: Final = "backbeat"
OUR_PROGRAM: Final = "backbeat.cli.bench.program"
TRIED: Final = ("100", "200", "500")
ADD_FIGURES: Final[dict[Mode, str]] = {
    "single": "add_single_per_s",
    "gather": "add_concurrent_per_s",
    "bulk": "add_bulk_per_s",
}


@dataclass(frozen=True, kw_only=True)
class Contender:
    """How to run one library; ours is one like the others.

    Attributes:
        name: As in the report.
        version: Of the library.
        command: The program, to which the verb and its arguments are added.
        modes: Ways to add that it has; the last one is the fastest and loads the queue for a drain.
        settings: Worker settings to choose the fastest from.
        jobs: Jobs in a timed step.
        environment: Further variables for the program.
        delays: Whether the program can add delayed jobs: `enqueue delayed N`.
    """

    name: str
    version: str
    command: tuple[str, ...]
    modes: tuple[Mode, ...]
    settings: tuple[str, ...]
    jobs: int
    environment: Mapping[str, str] = field(default_factory=dict)
    delays: bool = False

    def variables(self, server_url: str, log: Path) -> dict[str, str]:
        """The whole environment of one run of the program.

        Args:
            server_url: Address of the server.
            log: File to which each job appends when it was enqueued and when it started.
        """
        return {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.environment,
            "BENCH_REDIS": server_url,
            "BENCH_LOG": str(log),
        }


def ours(options: BenchOptions, version: str) -> Contender:
    """Backbeat itself, through its public face."""
    return Contender(
        name=OURS,
        version=version,
        command=(sys.executable, "-m", OUR_PROGRAM),
        modes=("single", "gather", "bulk"),
        settings=TRIED if options.concurrency is None else (str(options.concurrency),),
        jobs=options.jobs,
        delays=True,
    )
