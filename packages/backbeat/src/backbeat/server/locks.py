"""A lock on a file that the kernel frees when its holder dies, and that a fork does not inherit.

`flock` belongs to the open file, which a forked child shares: its copies are closed at once there,
so that neither its exit nor its `close()` says anything about the parent.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from weakref import WeakSet

from backbeat.errors import ServerUnavailable

if sys.platform != "win32":
    import fcntl

_RETRY: Final = 0.005


class FileLock:
    """An exclusive lock on one file, created with mode 0600 when absent."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this process holds the lock through this object."""
        return self._fd is not None

    def try_acquire(self, *, shared: bool = False) -> bool:
        """Take the lock if nobody holds it.

        Args:
            shared: Beside others who take it so. Defaults to False.

        Raises:
            OSError: The file cannot be opened.
        """
        self._open()
        assert self._fd is not None
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True

    def acquire(self, timeout: float) -> None:
        """Take the lock, waiting while another holds it.

        Args:
            timeout: Seconds to wait.

        Raises:
            ServerUnavailable: Another process kept it all that time.
        """
        deadline = time.monotonic() + timeout
        while not self.try_acquire():
            if time.monotonic() > deadline:
                raise ServerUnavailable(
                    f"another process has held {self.path} for {timeout:.0f} s: wait for it,"
                    " or end it"
                )
            time.sleep(_RETRY)

    def release(self) -> None:
        """Let go; a process that inherited the open file on purpose keeps the lock."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    def fileno(self) -> int:
        """The open file, to hand to a child process that shall hold the lock."""
        assert self._fd is not None
        return self._fd

    def _open(self) -> None:
        # No fork may come between opening and noting: its child would hold the lock for ever.
        with _no_fork:
            assert self._fd is None, "the lock is held already"
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            _locks.add(self)


@contextmanager
def holding(path: Path, timeout: float) -> Iterator[FileLock]:
    """Hold the lock on `path` for the length of a block; waits `timeout` seconds for it."""
    lock = FileLock(path)
    lock.acquire(timeout)
    try:
        yield lock
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Whether some process holds the lock on `path`, at this instant.

    Several may look at once: none of them is taken for a holder by another.
    """
    lock = FileLock(path)
    free = not path.exists() or lock.try_acquire(shared=True)
    lock.release()
    return not free


_locks: WeakSet[FileLock] = WeakSet()
# Re-entrant: a signal handler may fork while its own thread opens a lock.
_no_fork = threading.RLock()


def _forget_in_child() -> None:
    for lock in list(_locks):
        lock.release()
    _no_fork.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_no_fork.acquire,
        after_in_parent=_no_fork.release,
        after_in_child=_forget_in_child,
    )
