"""graphile-worker on PostgreSQL in its batch mode: the one peer that finishes jobs in batches."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from backbeat.cli.bench.figures import Samples
from backbeat.cli.bench.peers import GRAPHILE, node_version, peer_home
from backbeat.cli.bench.postgres import private_postgres
from backbeat.cli.bench.report import Measured
from backbeat.cli.bench.running import BenchFailed
from backbeat.cli.bench.track import Step

_PROGRAM: Final = "graphile_worker.mjs"
_CONCURRENCY: Final = "24"
_TIMEOUT_S: Final = 180.0


@dataclass
class PostgresTrack:
    """graphile-worker, which reports two figures of its own: bulk adds and one worker's drain."""

    folder: Path
    programs: Path
    jobs: int
    samples: Samples = field(default_factory=Samples)

    @property
    def name(self) -> str:
        """As in the report."""
        return GRAPHILE

    def prepare(self, step: Step) -> None:
        """Nothing to choose."""

    def run_round(self, step: Step) -> None:
        """Add and drain on a fresh PostgreSQL, fsync on."""
        step("adding, 1,000 at a time, and draining")
        with private_postgres(self.programs) as address:
            answer = self._run(address)
        for figure in ("add_bulk_per_s", "drain_per_s"):
            self.samples.add(figure, float(answer[figure]))

    def measured(self) -> Measured:
        """Medians over the rounds."""
        return Measured(
            version=node_version(peer_home(self.folder), GRAPHILE),
            setting=f"batch, {_CONCURRENCY}",
            figures=self.samples.figures(),
            by_round=self.samples.by_round(),
        )

    def _run(self, address: str) -> Mapping[str, float]:
        program = str((self.folder / _PROGRAM).resolve())
        node = shutil.which("node") or "node"
        try:
            done = subprocess.run(  # noqa: S603 - a program that the user of the benchmark named
                [node, program, address, str(self.jobs), _CONCURRENCY, "batch"],
                env={**os.environ, "PEERBENCH_HOME": str(peer_home(self.folder))},
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_S,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise BenchFailed(f"{GRAPHILE}: {error.stderr[-1500:]}") from None
        except subprocess.TimeoutExpired:
            raise BenchFailed(f"{GRAPHILE} took over {_TIMEOUT_S:.0f} s") from None
        answer: Mapping[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        return answer
