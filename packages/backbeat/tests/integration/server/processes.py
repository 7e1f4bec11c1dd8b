"""Other processes of these tests, and what can be said of one from outside."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

PROGRAM: Final = Path(__file__).with_name("user_process.py")
PATIENCE: Final = 30.0


@dataclass
class UserProcess:
    """Another process that uses the server of a folder."""

    process: "subprocess.Popen[str]"

    @classmethod
    def start(cls, folder: Path) -> "UserProcess":
        """Start one; it joins by itself."""
        return cls(
            subprocess.Popen(
                [sys.executable, str(PROGRAM), str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )

    def joined(self) -> tuple[int, str]:
        """Pid of the server and path of its socket, once it serves."""
        assert self.process.stdout is not None
        pid, _, socket = self.process.stdout.readline().strip().partition(" ")
        return int(pid), socket

    def tell(self, wish: str) -> None:
        """Let it close, exit or vanish, and wait for its end."""
        self.process.communicate(f"{wish}\n", timeout=PATIENCE)

    def kill(self) -> None:
        """SIGKILL, and wait for its end."""
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)


def has_ended(pid: int) -> bool:
    """Whether a process has ended; one that nobody has buried yet has ended too."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def kill_and_wait(pid: int) -> None:
    """SIGKILL a process that may not be our child, and wait for its end."""
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while not has_ended(pid):
        assert time.monotonic() < deadline, f"{pid} survives SIGKILL"
        os.sched_yield()
