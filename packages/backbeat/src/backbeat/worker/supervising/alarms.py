"""Signals as bytes on a socket, so that one `select` waits for them and everything else."""

import signal
import socket
from collections.abc import Iterable
from types import FrameType
from typing import Any


class Alarms:
    """Signals of this process, read from a socket in its main thread."""

    def __init__(self, numbers: Iterable[int]) -> None:
        """Receive these signals from now on."""
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._theirs.setblocking(False)
        self._before_fd = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        self._before: dict[int, Any] = {
            number: signal.signal(number, _received) for number in numbers
        }

    def fileno(self) -> int:
        """What to wait on."""
        return self._ours.fileno()

    def read(self) -> list[int]:
        """The signals that have come since the last time."""
        try:
            return [number for number in self._ours.recv(1_024) if number in self._before]
        except BlockingIOError:
            return []

    def close(self) -> None:
        """Leave the signals to who had them before."""
        signal.set_wakeup_fd(self._before_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._ours.close()
        self._theirs.close()


def _received(number: int, frame: FrameType | None) -> None:
    """The byte on the socket says it all; without a handler no byte would be written."""
