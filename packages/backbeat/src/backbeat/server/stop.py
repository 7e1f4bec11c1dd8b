"""Stops the server and sees it gone."""

import contextlib
import time
from pathlib import Path
from typing import Final

from backbeat.errors import ServerUnavailable
from backbeat.server.children import reap
from backbeat.server.folder import DataFolder
from backbeat.server.locks import is_held
from backbeat.server.wire import request_shutdown

_POLL: Final = 0.003


def stop_server(folder: DataFolder, socket: Path, timeout: float) -> None:
    """End the server with its log on disk, and return when its process is gone.

    SHUTDOWN is answered before the process has ended; its lock tells when it has. A server that has
    only just begun does not listen yet and is asked again.

    Args:
        folder: Its data; the start lock is held.
        socket: Where it listens.
        timeout: Seconds to wait.

    Raises:
        ServerUnavailable: It refused, or was still there when the time was over.
    """
    deadline = time.monotonic() + timeout
    while is_held(folder.server_lock):
        with contextlib.suppress(OSError):
            refusal = request_shutdown(socket, timeout)
            if refusal.startswith(b"-"):
                raise ServerUnavailable(refusal.decode(errors="replace").strip("-\r\n"))
        if time.monotonic() > deadline:
            raise ServerUnavailable(f"the server did not end within {timeout:.0f} s")
        time.sleep(_POLL)
    reap(folder.path)
