"""Keeps the processes of a Procfile running until it is told to stop, and then ends them all."""

import queue
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from types import FrameType
from typing import Final

from backbeat.cli.exits import Exit
from backbeat.cli.processes.log_files import Log
from backbeat.cli.processes.process import Process, how
from backbeat.cli.processes.restarts import MOST_ENDS, Restarts

_LOOK_S: Final = 0.05
# What a process left behind when it ended by itself has this long to end, too.
_ORPHANS_S: Final = 5.0
_KILLED_S: Final = 2.0
# Lines that wait to be printed; then those who write more wait.
_MOST_LINES: Final = 10_000
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
OURS: Final = "up"

Print = Callable[[str, str], None]


class Phase(Enum):
    """Where a process is."""

    RUNNING = "running"
    LEAVING = "leaving"  # it has ended, what it started has not
    WAITING = "waiting"  # for its restart
    ENDED = "ended"
    GIVEN_UP = "given up"


class Kept:
    """A process that is kept running.

    Attributes:
        process: The process.
        log: Where its lines go.
        restarts: When it is started again.
        phase: Where it is.
        until: When the phase is over, by the monotonic clock.
        after: The phase after `LEAVING`.
        pause: Seconds until it is started again, if it is.
    """

    def __init__(self, process: Process, log: Log) -> None:
        self.process = process
        self.log = log
        self.restarts = Restarts()
        self.phase = Phase.WAITING
        self.until = 0.0
        self.after = Phase.ENDED
        self.pause = 0.0


class Runner:
    """Starts commands, and ends them."""

    def __init__(
        self,
        commands: Mapping[str, str],
        show: Print,
        open_log: Callable[[str], Log],
        *,
        grace: float,
    ) -> None:
        """Start nothing yet.

        Args:
            commands: By name.
            show: Takes the name of a process and a line of its output.
            open_log: Gives the log of a process.
            grace: Seconds that processes have to end when they are told to.
        """
        self._show = show
        self._grace = grace
        self._lines: queue.Queue[tuple[str, str]] = queue.Queue(_MOST_LINES)
        self._kept = {
            name: Kept(Process(name, command, self._tell), open_log(name))
            for name, command in commands.items()
        }
        self._signals = 0
        self._stop_by: float | None = None
        self._killed = False

    def run(self) -> Exit:
        """Run until a signal, or until nothing runs any more.

        Returns:
            OK if everything ended by itself or when it was told to; REFUSED if a process was given
            up, or had to be killed.
        """
        with self._listening():
            try:
                while not self._over():
                    self._print(_LOOK_S)
                    self._look(time.monotonic())
            finally:
                self._end_everything()
        failed = self._killed or any(one.phase is Phase.GIVEN_UP for one in self._kept.values())
        return Exit.REFUSED if failed else Exit.OK

    def _over(self) -> bool:
        return all(one.phase in {Phase.ENDED, Phase.GIVEN_UP} for one in self._kept.values())

    def _look(self, now: float) -> None:
        if self._signals and self._stop_by is None:
            self._begin_to_stop(now)
        if self._stop_by is not None and (self._signals > 1 or now >= self._stop_by):
            self._kill_the_rest()
        for one in self._kept.values():
            if one.phase is Phase.WAITING and now >= one.until:
                one.process.start()
                one.phase = Phase.RUNNING
                self._say(f"{one.process.name} started (pid {one.process.pid})")
            elif one.phase is Phase.RUNNING and (code := one.process.code()) is not None:
                self._ended(one, code, now)
            elif one.phase is Phase.LEAVING:
                self._left(one, now)

    def _ended(self, one: Kept, code: int, now: float) -> None:
        self._say(f"{one.process.name} {how(code)}")
        stopping = self._stop_by is not None
        pause = None if stopping or code == 0 else one.restarts.after(now)
        one.phase, one.until = Phase.LEAVING, now + _ORPHANS_S
        if one.process.lives:
            one.process.terminate()
        if stopping or code == 0:
            one.after = Phase.ENDED
        elif pause is None:
            one.after = Phase.GIVEN_UP
        else:
            one.after, one.pause = Phase.WAITING, pause
        self._left(one, now)

    def _left(self, one: Kept, now: float) -> None:
        """Go on once nothing of the process is left."""
        if one.process.lives and now < one.until:
            return
        one.process.kill()
        one.process.finish(_KILLED_S)
        name, one.phase = one.process.name, one.after
        if one.phase is Phase.WAITING:
            one.until = now + one.pause
            self._say(f"{name} starts again in {one.pause:g} s")
        elif one.phase is Phase.GIVEN_UP:
            self._say(f"{name} is given up: it ended {MOST_ENDS} times within a minute")

    def _begin_to_stop(self, now: float) -> None:
        self._stop_by = now + self._grace
        self._say(f"stopping: {self._grace:g} s to end; once more to end at once")
        for one in self._kept.values():
            if one.phase is Phase.RUNNING:
                one.process.terminate()
            elif one.phase is Phase.WAITING:
                one.phase = Phase.ENDED
            elif one.phase is Phase.LEAVING:
                one.after = Phase.ENDED

    def _kill_the_rest(self) -> None:
        for one in self._kept.values():
            if one.phase is Phase.RUNNING and one.process.code() is None:
                self._say(f"{one.process.name} is killed: it did not end in time")
                self._killed = True
                one.process.kill()
            elif one.phase is Phase.LEAVING:
                one.until = 0.0

    def _end_everything(self) -> None:
        """Whatever happened: nothing stays behind."""
        for one in self._kept.values():
            if one.process.lives:
                one.process.kill()
            one.process.finish(_KILLED_S)
        while not self._lines.empty():
            self._print(0)
        for one in self._kept.values():
            one.log.close()

    def _print(self, patience: float) -> None:
        """Print what there is, waiting a moment for the first line."""
        try:
            name, line = self._lines.get(timeout=patience) if patience else self._lines.get_nowait()
            for _ in range(_MOST_LINES):
                self._show(name, line)
                self._kept[name].log.write(line)
                name, line = self._lines.get_nowait()
        except queue.Empty:
            return

    def _say(self, words: str) -> None:
        self._show(OURS, words)

    def _tell(self, name: str, line: str) -> None:
        self._lines.put((name, line))

    @contextmanager
    def _listening(self) -> Iterator[None]:
        def heard(_number: int, _frame: FrameType | None) -> None:
            self._signals += 1

        before = {number: signal.signal(number, heard) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
