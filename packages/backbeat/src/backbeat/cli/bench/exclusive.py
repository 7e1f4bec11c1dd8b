"""One benchmark at a time on a machine: two at once measure each other."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backbeat.cli.bench.track import Step


@contextmanager
def alone(step: Step) -> Iterator[None]:
    """Wait until no other benchmark of this user runs here, whichever checkout it is from.

    Args:
        step: Told when there is something to wait for.
    """
    path = Path(tempfile.gettempdir()) / f"backbeat-bench.{os.getuid()}.lock"
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            step("waiting for another benchmark on this machine")
            fcntl.flock(lock, fcntl.LOCK_EX)
        # The lock goes with the file's closing, also when this process is killed.
        yield
