"""`backbeat worker` as a child process that is started again when it dies."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

APPLICATION: Final = "examples.draws.jobs:app"
ROOT: Final = Path(__file__).parents[2]

T = TypeVar("T")

_SHORT_LIFE_S: Final = 5.0
_SHORT_LIVES: Final = 3


class WorkerBroken(Exception):
    """The worker ends as soon as it starts; the message says where its log is."""


class WorkerProcess:
    """A worker and its log.

    Attributes:
        pid: Process id of the worker that runs now; 0 before the first.
        starts: How many were started.
    """

    def __init__(self, variables: Mapping[str, str], log: Path, *, concurrency: int = 8) -> None:
        """Prepare; nothing is started yet.

        Args:
            variables: Added to this process's environment.
            log: The file that the worker writes its words to.
            concurrency: Jobs it runs at once.
        """
        self.pid = 0
        self.starts = 0
        # The worker has our working directory, so it finds the same server; and our modules.
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self._environment = {**os.environ, **variables, "PYTHONPATH": path}
        self._log = log
        self._concurrency = concurrency

    async def beside(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work while a worker runs; afterwards none is left behind.

        Raises:
            WorkerBroken: Several workers in a row ended as soon as they had started.
        """
        worker = asyncio.create_task(self._keep_running())
        working = asyncio.create_task(work)
        try:
            await asyncio.wait({worker, working}, return_when=asyncio.FIRST_COMPLETED)
            if worker.done():
                worker.result()
            return await working
        finally:
            worker.cancel()
            working.cancel()
            await asyncio.gather(worker, working, return_exceptions=True)

    def hurry(self) -> None:
        """A worker that was told to stop shall do so at once."""
        with suppress(ProcessLookupError):
            if self.pid:
                os.kill(self.pid, signal.SIGTERM)

    async def _keep_running(self) -> None:
        short_lives = 0
        while short_lives < _SHORT_LIVES:
            started = time.monotonic()
            process = await self._start()
            try:
                await process.wait()
            finally:
                await _stop(process)
            short_lives = short_lives + 1 if time.monotonic() - started < _SHORT_LIFE_S else 0
        raise WorkerBroken(f"the worker ends as soon as it starts; its log is {self._log}")

    async def _start(self) -> Process:
        words = self._log.open("ab")
        with words:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "backbeat.cli", "worker", "--app", APPLICATION),
                *("--concurrency", str(self._concurrency)),
                # Short, so that even the jobs of a worker killed with its supervisor are soon back.
                *("--lease", "5s"),
                env=self._environment,
                stdin=DEVNULL,
                stdout=words,
                stderr=words,
                # Ctrl-C in the terminal is ours to answer: the worker is told to stop by us, once.
                start_new_session=True,
            )
        self.pid = process.pid
        self.starts += 1
        return process


async def _stop(process: Process) -> None:
    """Ask it to end, and wait until it has: it finishes its running jobs first."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
        # Shielded, because a second Ctrl-C must not leave it behind.
        await asyncio.shield(process.wait())
