"""Brings the server of a data folder to serving: finds it, waits for it, or starts it once."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from backbeat.errors import ServerUnavailable
from backbeat.server.binary import find_binary
from backbeat.server.children import reap
from backbeat.server.folder import DataFolder
from backbeat.server.launch import Fsync, Plan, launch
from backbeat.server.locks import FileLock, holding, is_held
from backbeat.server.log import last_complaint, log_size
from backbeat.server.memory import default_maxmemory
from backbeat.server.record import as_noted, read_record, refuse_unreadable, write_record
from backbeat.server.socket_path import choose_socket
from backbeat.server.wire import Answer, ping

_POLL: Final = 0.003


@dataclass(frozen=True, kw_only=True)
class StartOptions:
    """What a process wants of a server that it has to start.

    Attributes:
        binary: Server program; None for the first fit one.
        fsync: When the log of writes goes to disk.
        maxmemory: Bytes of data it may hold; None for half of what there is.
        timeout: Seconds to wait for a server that shows no progress.
    """

    binary: Path | None
    fsync: Fsync
    maxmemory: int | None
    timeout: float


@dataclass(frozen=True)
class _Started:
    socket: Path
    log_position: int


def until_serving(folder: DataFolder, options: StartOptions) -> Path:
    """Wait until the server serves, starting it at most once when no process holds the data.

    A server that ends, after another process asked it to, is waited for: it holds its lock until
    its last byte is written.

    Returns:
        Path of its socket.

    Raises:
        ConfigurationError: There is no fit program, or it could not read the data.
        ServerUnavailable: It ended while it started, or does not answer.
    """
    started: _Started | None = None
    deadline = time.monotonic() + options.timeout
    while True:
        socket = started.socket if started else _look_up(folder, options)
        answer = ping(socket)
        if answer is Answer.READY:
            return socket
        if answer is Answer.LOADING:
            deadline = time.monotonic() + options.timeout
        if answer is Answer.ABSENT:
            started = _start_if_gone(folder, options, started)
        if time.monotonic() > deadline:
            raise _no_answer(folder)
        time.sleep(_POLL)


def known_socket(folder: DataFolder) -> Path:
    """Where the server of this folder listens, or would. The start lock is held.

    The record is believed only while a server holds this folder's own lock: a copied folder has the
    record of the one it was copied from, whose server may be running.
    """
    record = read_record(folder.record) if is_held(folder.server_lock) else None
    # Its starter may have had another TMPDIR than we.
    return folder.path / record.socket if record else choose_socket(folder.path)


def server_pid(folder: DataFolder) -> int | None:
    """Process id of the server that holds the data now, None when there is none."""
    if not is_held(folder.server_lock):
        return None
    try:
        return int(folder.pid_file.read_text())
    except (FileNotFoundError, ValueError):
        return None  # it has only just begun, or is about to end


def _look_up(folder: DataFolder, options: StartOptions) -> Path:
    # Under the lock nobody is between taking the server's lock and noting where it will listen.
    with holding(folder.start_lock, options.timeout):
        return known_socket(folder)


def _start_if_gone(
    folder: DataFolder, options: StartOptions, started: _Started | None
) -> _Started | None:
    """Start the server, unless one still holds the data or ours has ended already."""
    with holding(folder.start_lock, options.timeout):
        server_lock = FileLock(folder.server_lock)
        if not server_lock.try_acquire():
            return started
        try:
            reap(folder.path)
            if started:
                raise _ended(folder, started)
            return _start(folder, options, server_lock)
        finally:
            server_lock.release()


def _start(folder: DataFolder, options: StartOptions, server_lock: FileLock) -> _Started:
    binary = find_binary(options.binary)
    record = read_record(folder.record)
    refuse_unreadable(binary, record, folder.path)
    plan = Plan(
        binary=binary,
        socket=choose_socket(folder.path),
        fsync=options.fsync,
        maxmemory=options.maxmemory or default_maxmemory(),
    )
    if record is not None:
        write_record(folder.record, replace(record, socket=as_noted(plan.socket, folder.path)))
    started = _Started(plan.socket, log_size(folder.log))
    launch(plan, folder, server_lock)
    return started


def _ended(folder: DataFolder, started: _Started) -> ServerUnavailable:
    complaint = last_complaint(folder.log, since=started.log_position)
    return ServerUnavailable(
        f"the embedded server of {folder.path} ended while it started: {complaint}"
        f" (see {folder.log})"
    )


def _no_answer(folder: DataFolder) -> ServerUnavailable:
    pid = server_pid(folder)
    advice = f"end it with `kill {pid}`" if pid else "end it"
    return ServerUnavailable(
        f"the embedded server of {folder.path} (pid {pid or 'unknown'}) neither answers nor ends:"
        f" {advice}, then try again (see {folder.log})"
    )
