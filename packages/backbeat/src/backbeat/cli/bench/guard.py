"""A server of a benchmark ends with it, however the benchmark ends."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_WORDS: Final = 'cat >/dev/null; kill "$0"'


@contextmanager
def guarded(pid: int) -> Iterator[None]:
    """Have SIGTERM sent to a process if we are killed in the block.

    A shell waits for the end of its stdin, which the system closes with us. It is gone before the
    block is over: the number of the process may be another's then.

    Args:
        pid: The process.
    """
    with subprocess.Popen(  # noqa: S603 - words of ours
        ["/bin/sh", "-c", _WORDS, str(pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl-C ends the benchmark, which then ends its server.
        start_new_session=True,
    ) as guard:
        try:
            yield
        finally:
            guard.kill()
