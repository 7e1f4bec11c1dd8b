"""How much CPU everything else on the machine took meanwhile: the honesty of a shared machine."""

import os
import time
from types import TracebackType
from typing import Self

from backbeat.cli.bench.machine import busy_seconds
from backbeat.cli.bench.probe import Probe


class ForeignLoad:
    """Measures, around a step, the cores that neither we nor our server used.

    Attributes:
        cores: The answer after the block; None where the system does not tell.
    """

    def __init__(self, probe: Probe) -> None:
        self.cores: float | None = None
        self._probe = probe
        self._began = 0.0
        self._busy: float | None = None
        self._own = 0.0

    def __enter__(self) -> Self:
        """Look at the clocks."""
        self._began, self._busy, self._own = time.monotonic(), busy_seconds(), self._own_seconds()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Look again; the programs we started must have ended, else they count as foreign."""
        busy = busy_seconds()
        if busy is None or self._busy is None:
            return
        foreign = busy - self._busy - (self._own_seconds() - self._own)
        self.cores = max(0.0, foreign) / (time.monotonic() - self._began)

    def _own_seconds(self) -> float:
        """We, our ended children, and the server that still runs."""
        times = os.times()
        ours = times.user + times.system + times.children_user + times.children_system
        return ours + self._probe.account().cpu_s
