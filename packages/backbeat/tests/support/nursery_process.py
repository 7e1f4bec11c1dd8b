"""The process behind `Nursery`: forks workers on request, and ends with its parent."""

import asyncio
import json
import logging
import os
import signal
import sys
from typing import Any, Final, NoReturn

import uvloop

from backbeat.engine.scripts import scripts
from backbeat.worker.worker import Worker
from packages.backbeat.tests.support import fault_app, limited_app
from packages.backbeat.tests.support.worker_mutants import WORKER_MUTANTS

_BUILDERS: Final = {"faults": fault_app.build, "limited": limited_app.build}


class Parent:
    """The process that forks."""

    def __init__(self) -> None:
        self._pids: set[int] = set()

    def serve(self) -> None:
        """Obey orders until there are no more."""
        # Read once, for all workers.
        scripts()
        for line in sys.stdin.buffer:
            answer = self._obey(json.loads(line))
            sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
            sys.stdout.buffer.flush()
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)

    def _obey(self, order: dict[str, Any]) -> int:
        if order["do"] == "fork":
            return self._fork(order)
        pid = int(order["pid"])
        if order["do"] == "signal":
            os.kill(pid, order["number"])
            return 0
        self._pids.discard(pid)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _fork(self, order: dict[str, Any]) -> int:
        pid = os.fork()
        if pid == 0:
            _live(**order)
        self._pids.add(pid)
        return pid


def _live(
    url: str, ledger: str, mutant: str | None, options: dict[str, Any], **_: object
) -> NoReturn:
    """Be a worker until told to end."""
    status = 1
    os.environ["FAULT_LEDGER"] = ledger
    if mutant is not None:
        WORKER_MUTANTS[mutant]()
    try:
        _leave_the_pipes_alone()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_work(url, options))
        status = 0
    finally:
        os._exit(status)


def _leave_the_pipes_alone() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)


async def _work(url: str, options: dict[str, Any]) -> None:
    build = _BUILDERS[options.pop("app", "faults")]
    worker = Worker(build(url), **options)
    loop = asyncio.get_running_loop()
    stops: list[asyncio.Task[None]] = []
    loop.add_signal_handler(signal.SIGTERM, lambda: stops.append(loop.create_task(worker.stop())))
    await worker.run()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(message)s")
    Parent().serve()
