"""Starts the server program as a process of its own session that outlives its starter."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from backbeat.errors import ServerUnavailable
from backbeat.server.binary import Binary
from backbeat.server.children import adopt
from backbeat.server.folder import DataFolder
from backbeat.server.locks import FileLock

Fsync = Literal["everysec", "always", "no"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How to run the server.

    Attributes:
        binary: The program.
        socket: Where it listens.
        fsync: When the log of writes goes to disk.
        maxmemory: Bytes of data it may hold; writes are refused beyond.
    """

    binary: Binary
    socket: Path
    fsync: Fsync
    maxmemory: int


def launch(plan: Plan, folder: DataFolder, server_lock: FileLock) -> None:
    """Start the server and return at once; it does not serve yet.

    What it says before it opens its log goes there too.

    Args:
        plan: How to run it.
        folder: Where its data is.
        server_lock: Held; the server inherits it and holds it until its very end.

    Raises:
        ServerUnavailable: The program cannot be run.
    """
    # A pid left by a killed server must not be taken for the new one's.
    folder.pid_file.unlink(missing_ok=True)
    try:
        with folder.log.open("ab") as log:
            adopt(folder.path, _spawn(plan, folder, server_lock, log))
    except OSError as error:
        raise ServerUnavailable(
            f"{plan.binary} ({plan.binary.path}) cannot be run: {error.strerror}"
        ) from error


def _spawn(
    plan: Plan, folder: DataFolder, server_lock: FileLock, log: IO[bytes]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - a program that answered as a server
        [plan.binary.path, *_arguments(plan, folder)],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        pass_fds=(server_lock.fileno(),),
        # Ctrl-C in the terminal reaches a whole session.
        start_new_session=True,
        umask=0o077,
        cwd=folder.path,
        # A LANG that this machine does not have stops the server.
        env={**os.environ, "LC_ALL": "C"},
    )


def _arguments(plan: Plan, folder: DataFolder) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(plan.socket),
        "unixsocketperm": "700",
        "dir": str(folder.path),
        "appendonly": "yes",
        "appendfsync": plan.fsync,
        # With "yes" a rewrite of the log would suspend the promise of appendfsync.
        "no-appendfsync-on-rewrite": "no",
        "save": "",
        # Jobs are refused when memory is full, never evicted.
        "maxmemory": str(plan.maxmemory),
        "maxmemory-policy": "noeviction",
        # As our own child it can be reaped the moment it ends.
        "daemonize": "no",
        "pidfile": str(folder.pid_file),
        "logfile": str(folder.log),
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]
