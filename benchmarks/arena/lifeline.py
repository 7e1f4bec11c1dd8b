"""A child ends with its parent, however that ends."""

import os
import signal
import sys
import threading


def end_with_parent() -> None:
    """Have SIGTERM sent to this process when its parent is gone.

    Its stdin has to be a pipe of its parent's, to which nothing is written: the system closes it,
    whatever became of the parent.
    """
    threading.Thread(target=_wait, name="lifeline", daemon=True).start()


def _wait() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
