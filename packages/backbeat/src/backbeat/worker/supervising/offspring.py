"""One child process, as its supervisor sees it."""

import mmap
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Self

from backbeat.worker.pulse import PULSE_BYTES, Pulse
from backbeat.worker.rss import rss_bytes
from backbeat.worker.supervising.child_options import ChildOptions
from backbeat.worker.supervising.control import (
    FromChild,
    FromParent,
    Lines,
    Stop,
    read_from_child,
    send,
)

_CHUNK: Final = 65_536
# A child that does not read for that long is as good as gone; others wait meanwhile.
_SEND_SECONDS: Final = 0.2
# A child that was told to stop has its grace, and this on top to close what it opened.
_END_SECONDS: Final = 0.8

Describe = Callable[[int, int], ChildOptions]


class Offspring:
    """One child process and the ways to it.

    Attributes:
        channel: The socket to it.
        pulse: When its event loop last turned.
        ready: Whether it takes jobs.
        stopping_at: Monotonic time at which it has to be gone; infinite while it shall live.
        doomed_at: Monotonic time at which it is killed, because its event loop is dead.
        killed: Whether it was ended by force and on purpose.
        born_at: Monotonic time of its start.
        place: Its place among the processes: that of the one that it replaces.
        cpu: Seconds of processor time, as it said last; None before it has.
    """

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        channel: socket.socket,
        memory: mmap.mmap,
        place: int,
    ) -> None:
        self.channel = channel
        self.pulse = Pulse(memory)
        self.ready = False
        self.stopping_at = self.doomed_at = float("inf")
        self.killed = False
        self.born_at = time.monotonic()
        self.place = place
        self.cpu: float | None = None
        self._process = process
        self._lines = Lines()
        self._turn = threading.Lock()

    @classmethod
    def start(cls, describe: Describe, place: int) -> Self:
        """Start a child.

        Args:
            describe: Makes its options, given the file descriptors of channel and pulse.
            place: Its place among the processes.
        """
        ours, theirs = socket.socketpair()
        ours.settimeout(_SEND_SECONDS)
        with theirs, tempfile.TemporaryFile() as file:
            file.truncate(PULSE_BYTES)
            memory = mmap.mmap(file.fileno(), PULSE_BYTES)
            fds = (theirs.fileno(), file.fileno())
            process = subprocess.Popen(  # noqa: S603 - our own module and our own words
                [sys.executable, "-m", "backbeat.worker.child", describe(*fds).encode()],
                pass_fds=fds,
                stdin=subprocess.DEVNULL,
                # A Ctrl-C of the terminal is for the supervisor, which tells its children.
                start_new_session=True,
            )
        return cls(process, ours, memory, place)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self.stopping_at < float("inf")

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.born_at

    @property
    def rss(self) -> int:
        """Bytes it has in RAM."""
        return rss_bytes(self.pid)

    def ended(self) -> int | None:
        """Its exit status; None while it lives."""
        return self._process.poll()

    def say(self, message: FromParent) -> None:
        """Tell it something, from any thread; one that is gone is found out otherwise."""
        with self._turn:
            send(self.channel, message)

    def hear(self) -> list[FromChild]:
        """What it has said since the last time; also after its death."""
        try:
            data = self.channel.recv(_CHUNK)
        except OSError:
            return []
        return [read_from_child(line) for line in self._lines.feed(data)]

    def hear_all(self) -> list[FromChild]:
        """Everything it has said, once it is dead."""
        said: list[FromChild] = []
        while news := self.hear():
            said += news
        return said

    def dismiss(self, grace: float) -> None:
        """Tell it to end within so many seconds, unless it is about to."""
        if not self.stopping:
            self.say(Stop(grace))
            self.expect_end(grace)

    def expect_end(self, grace: float) -> None:
        """It ends of itself within so many seconds, and is killed if it does not."""
        self.stopping_at = time.monotonic() + grace + _END_SECONDS

    def dump(self) -> None:
        """Have it write the stacks of all its threads to standard error."""
        self._signal(signal.SIGUSR1)

    def kill(self) -> None:
        """End it at once."""
        self.killed = True
        self._signal(signal.SIGKILL)

    def close(self) -> None:
        """Forget it; it has ended."""
        self.channel.close()
        self._process.wait()
        # Its memory ends with its last reader: the keeper's thread may be looking at the pulse now.

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
