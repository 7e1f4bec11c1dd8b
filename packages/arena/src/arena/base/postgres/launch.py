"""Makes the files of a server and starts it as a process of its own that outlives its starter."""

import os
import shutil
import subprocess
from typing import Any, Final

from arena.base.errors import Unavailable
from arena.base.postgres.address import PORT, SOCKET_NAME, SUPERUSER
from arena.base.postgres.folder import ServerFolder
from arena.base.postgres.programs import Programs
from arena.base.postgres.server_user import ServerUser
from backbeat.server.children import adopt
from backbeat.server.locks import FileLock

_FRESH: Final = (
    "--username", SUPERUSER,
    # Whoever reaches the socket in its private folder is the owner of the data.
    "--auth", "trust",
    "--encoding", "UTF8",
    # Sorted and folded the same on every machine.
    "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
)  # fmt: skip
_OPTIONS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "synchronous_commit": "on",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
}


def launch(programs: Programs, folder: ServerFolder, server_lock: FileLock, *, fsync: bool) -> None:
    """Start the server, making its files first where there are none; it does not serve yet.

    Args:
        programs: What to run.
        folder: Where its data is.
        server_lock: Held; the server inherits it, so that it is free when the last of its
            processes is gone.
        fsync: Whether it waits for the disk.

    Raises:
        Unavailable: A program cannot be run.
    """
    if not folder.data.exists():
        _make_data(programs, folder, fsync=fsync)
    _clear_traces(folder)
    _prepare_sockets(folder)
    options = {
        **_OPTIONS,
        "unix_socket_directories": f'"{folder.sockets}"',
        "fsync": "on" if fsync else "off",
    }
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    command = [programs.postgres, "-D", folder.data, *settings]
    with folder.log.open("ab") as log:
        server = _popen(command, folder, stdout=log, pass_fds=(server_lock.fileno(),))
        adopt(folder.path, server)


def _make_data(programs: Programs, folder: ServerFolder, *, fsync: bool) -> None:
    """A draft that is renamed is whole or is not there: a kill leaves no half a database."""
    draft = folder.path / "data.draft"
    if draft.exists():
        shutil.rmtree(draft)
    options = _FRESH if fsync else (*_FRESH, "--no-sync")
    with folder.log.open("ab") as log:
        made = _popen([programs.initdb, "--pgdata", draft, *options], folder, stdout=log)
        if made.wait() != 0:
            raise Unavailable(f"initdb could not make {draft}: see {folder.log}")
    draft.rename(folder.data)


def _clear_traces(folder: ServerFolder) -> None:
    """Remove what a killed server left: the lock says that none of its processes lives."""
    folder.pid_file.unlink(missing_ok=True)
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (folder.sockets / name).unlink(missing_ok=True)


def _prepare_sockets(folder: ServerFolder) -> None:
    folder.sockets.mkdir(mode=0o700, exist_ok=True)
    folder.user.own(folder.sockets)


def _popen(command: list[Any], folder: ServerFolder, **more: Any) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 - the wheel's programs
            command,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal reaches a whole session.
            start_new_session=True,
            umask=0o077,
            cwd=folder.path,
            env=_environment(),
            **_identity(folder.user),
            **more,
        )
    except OSError as error:
        raise Unavailable(f"{command[0]} cannot be run: {error.strerror}") from error


def _identity(user: ServerUser) -> dict[str, Any]:
    return {"user": user.uid, "group": user.gid, "extra_groups": []} if user.other else {}


def _environment() -> dict[str, str]:
    """Ours without what would steer the server: PGDATA, PGPORT and the like, and the language."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**ours, "LC_ALL": "C"}
