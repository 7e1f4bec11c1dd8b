"""One process of a Procfile, with all that it starts: its session is ended as a whole."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from honcho.process import Popen  # type: ignore[import-untyped] # untyped

# A longer line is cut in two: nobody's output fills our memory.
_LONGEST_LINE: Final = 65_536

Tell = Callable[[str, str], None]


class Process:
    """Runs one command of a Procfile, in a shell and a session of its own.

    Attributes:
        name: Its name.
        pid: Of its shell or of the command itself; 0 while it does not run.
    """

    def __init__(self, name: str, command: str, tell: Tell) -> None:
        """Start nothing yet.

        Args:
            name: Its name.
            command: As a shell reads it.
            tell: Takes the name and a line of its output; called from a thread.
        """
        self.name = name
        self.pid = 0
        self._command = command
        self._tell = tell
        self._popen: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        """Start it, and read its output."""
        popen = Popen(self._command, stdin=subprocess.DEVNULL, env=_environment())
        self._popen, self.pid = popen, popen.pid
        self._reader = threading.Thread(target=self._read, args=(popen,), daemon=True)
        self._reader.start()

    def code(self) -> int | None:
        """How it ended, negative for a signal; None while it runs, or has left others behind."""
        if self._popen is None:
            return None
        return self._popen.poll()

    @property
    def lives(self) -> bool:
        """Whether it, or anything that it started, still runs."""
        if not self.pid:
            return False
        if self.code() is None:
            return True
        try:
            os.killpg(self.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def terminate(self) -> None:
        """Ask it to end. It passes that on; what it has left behind is asked directly."""
        with suppress(ProcessLookupError):
            if self.code() is None:
                os.kill(self.pid, signal.SIGTERM)
            else:
                os.killpg(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, with all that it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def finish(self, patience: float) -> None:
        """Read the rest of its output: it has ended."""
        if self._reader is not None:
            self._reader.join(patience)
        self.pid = 0

    def _read(self, popen: subprocess.Popen[bytes]) -> None:
        assert popen.stdout is not None
        with popen.stdout as output:
            while line := output.readline(_LONGEST_LINE):
                self._tell(self.name, line.decode("utf-8", "replace").rstrip("\r\n"))


def _environment() -> dict[str, str]:
    """Ours, in which the programs of our own Python are found first: `backbeat` is this one."""
    path = [str(Path(sys.executable).parent), *filter(None, [os.environ.get("PATH")])]
    return {**os.environ, "PATH": os.pathsep.join(path)}


def how(code: int) -> str:
    """How a process ended, in words."""
    number = -code if code < 0 else code - 128
    if code < 0 or code > 128:
        with suppress(ValueError):
            return f"was ended by {signal.Signals(number).name}"
    return f"ended with exit code {code}"
