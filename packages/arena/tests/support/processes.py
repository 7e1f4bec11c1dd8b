"""An installation of several processes on stores of the test's: some serve, some run jobs."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from examples.tests.programs import wait_until
from packages.arena.tests.support.environment import variables

PATIENCE_S: Final = 120.0
# All of them are people of one address here.
_PLENTY: Final = {"RATE_LIMIT_MAX_REQUESTS": "100000"}


@dataclass
class Running:
    """One process, and what it has said so far."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def says(self, pattern: str) -> str:
        """The first thing of this form that it says."""

        def found() -> "re.Match[str] | None":
            return re.search(pattern, self.log.read_text())

        wait_until(lambda: bool(found() or self.process.poll() is not None), patience_s=PATIENCE_S)
        match = found()
        assert match is not None, self.log.read_text()
        return match[0]

    def kill(self) -> None:
        """As a crash ends it and all that it started: nothing is said to anybody."""
        started = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        for child in started:
            child.kill()
        self.process.wait()

    def end(self) -> None:
        """As an operator ends it; it has to end well."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE_S) == 0, self.log.read_text()


@dataclass
class Installation:
    """Processes of one installation, whose settings are these and no others.

    Attributes:
        folder: Where they are started, and say what they say.
        settings: Variables of the environment.
        running: All that were started.
    """

    folder: Path
    settings: dict[str, str]
    running: list[Running] = field(default_factory=list)

    def gateway(self) -> tuple[Running, str]:
        """A process that serves, and its address."""
        gateway = self._start("-m", "arena.cli", "serve", "--port", "0", "--no-dashboard")
        return gateway, gateway.says(r"http://[\d.]+:\d+")

    def worker(self) -> Running:
        """A process that runs jobs, once it takes some; what it had is free 2 s after its death."""
        words = ("worker", "--app", "arena.bootstrap:jobs", "--lease", "2s")
        worker = self._start("-m", "backbeat.cli", *words)
        worker.says("takes jobs of")
        return worker

    def close(self) -> None:
        """Kill whatever still runs."""
        for each in self.running:
            if each.process.poll() is None:
                each.kill()

    def _start(self, *words: str) -> Running:
        log = self.folder / f"{len(self.running)}.log"
        known = set(variables())
        outside = {name: value for name, value in os.environ.items() if name not in known}
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=self.folder,
                env=outside | _PLENTY | self.settings,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        running = Running(process, log)
        self.running.append(running)
        return running
