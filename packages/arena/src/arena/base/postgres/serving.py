"""Brings the server of a folder to serving, and to its end. The start lock is held meanwhile."""

import contextlib
import os
import signal
import socket
import time
from pathlib import Path
from typing import Final

from arena.base.errors import Unavailable
from arena.base.postgres.address import SOCKET_NAME
from arena.base.postgres.folder import ServerFolder
from arena.base.postgres.launch import launch
from arena.base.postgres.programs import find_programs
from backbeat.server.children import reap
from backbeat.server.locks import FileLock, is_held
from backbeat.server.log import last_complaint, log_size, rotate_log

_POLL_S: Final = 0.003
_CONNECT_S: Final = 5.0


def until_serving(folder: ServerFolder, *, fsync: bool, timeout: float) -> None:
    """Wait until the server serves, starting it once when no process holds the data.

    A server that recovers from a crash, or ends after another process asked it to, is waited for.

    Args:
        folder: Its data.
        fsync: Whether a server that is started here waits for the disk.
        timeout: Seconds to wait; recovery after a crash is part of them.

    Raises:
        Misconfigured: There is no program to run.
        Unavailable: It ended while it started, or did not serve in time.
    """
    started_at: int | None = None
    deadline = time.monotonic() + timeout
    while not is_serving(folder):
        server_lock = FileLock(folder.server_lock)
        if server_lock.try_acquire():
            try:
                reap(folder.path)
                if started_at is not None:
                    raise _ended(folder, started_at)
                started_at = _start(folder, server_lock, fsync=fsync)
            finally:
                server_lock.release()
        if time.monotonic() > deadline:
            raise Unavailable(
                f"the embedded PostgreSQL of {folder.path} (pid {server_pid(folder) or 'unknown'})"
                f" does not serve after {timeout:.0f} s: see {folder.log}"
            )
        time.sleep(_POLL_S)


def is_serving(folder: ServerFolder) -> bool:
    """Whether the server takes connections at this instant."""
    # Its word for that is in the file from the one before, if that was killed.
    return _says_ready(folder.pid_file) and is_held(folder.server_lock) and _listens(folder)


def server_pid(folder: ServerFolder) -> int | None:
    """Process id of the server that holds the data now, None when there is none."""
    if not is_held(folder.server_lock):
        return None
    try:
        return int(folder.pid_file.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None  # it has only just begun, or is about to end


def stop(folder: ServerFolder, timeout: float) -> None:
    """End the server with its data on the disk, and return when its processes are gone.

    Connections are cut. A server that has only just begun is asked again.

    Args:
        folder: Its data.
        timeout: Seconds to wait.

    Raises:
        Unavailable: It was still there when the time was over.
    """
    deadline = time.monotonic() + timeout
    while (pid := server_pid(folder)) is not None or is_held(folder.server_lock):
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)  # its "fast" shutdown
        if time.monotonic() > deadline:
            raise Unavailable(f"the server did not end within {timeout:.0f} s")
        time.sleep(_POLL_S)
    reap(folder.path)


def _start(folder: ServerFolder, server_lock: FileLock, *, fsync: bool) -> int:
    rotate_log(folder.log)
    position = log_size(folder.log)
    launch(find_programs(folder.user, folder.copies), folder, server_lock, fsync=fsync)
    return position


def _says_ready(pid_file: Path) -> bool:
    try:
        return pid_file.read_text().rstrip().endswith("ready")
    except FileNotFoundError:
        return False


def _listens(folder: ServerFolder) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_CONNECT_S)
        return connection.connect_ex(str(folder.sockets / SOCKET_NAME)) == 0


def _ended(folder: ServerFolder, started_at: int) -> Unavailable:
    complaint = last_complaint(folder.log, since=started_at)
    return Unavailable(
        f"the embedded PostgreSQL of {folder.path} ended while it started: {complaint}"
        f" (see {folder.log})"
    )
