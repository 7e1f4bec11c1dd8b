"""Tells what serves the jobs and where, without starting or changing anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backbeat.config import Settings
from backbeat.config.address import mask_password
from backbeat.errors import ConfigurationError
from backbeat.server.binary import find_binary
from backbeat.server.folder import DataFolder
from backbeat.server.locks import holding, is_held
from backbeat.server.record import read_record
from backbeat.server.starting import server_pid
from backbeat.server.users import Users

_LOCK_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What serves the jobs, as `backbeat doctor` shows it. Absent facts are None.

    Attributes:
        kind: "external" or "embedded".
        address: Address of an external server, its password masked.
        running: Whether the embedded server runs.
        server: Product and version of the one that runs or ran last.
        binary: Its program; where none has run yet, the one that would, or why there is none.
        pid: Process id of the embedded server.
        socket: Where it listens.
        data_dir: Folder of its data.
        size_bytes: Bytes in that folder.
        users: Process ids of its users.
    """

    kind: Literal["embedded", "external"]
    address: str | None = None
    running: bool | None = None
    server: str | None = None
    binary: str | None = None
    pid: int | None = None
    socket: Path | None = None
    data_dir: Path | None = None
    size_bytes: int | None = None
    users: list[int] | None = None


def explain(settings: Settings) -> Explanation:
    """Describe what these settings lead to.

    Raises:
        ServerUnavailable: Another process has been starting or stopping the server all the while.
        OSError: The data folder belongs to another user.
    """
    if settings.external:
        assert settings.url is not None
        return Explanation(kind="external", address=mask_password(settings.url))
    folder = DataFolder(settings.data_dir.resolve())
    if not folder.start_lock.exists():
        return Explanation(
            kind="embedded",
            running=False,
            binary=_would_run(settings.server_bin),
            data_dir=folder.path,
        )
    with holding(folder.start_lock, _LOCK_SECONDS):
        return _describe(folder, settings)


def _describe(folder: DataFolder, settings: Settings) -> Explanation:
    record = read_record(folder.record)
    running = is_held(folder.server_lock)
    return Explanation(
        kind="embedded",
        running=running,
        server=f"{record.product.capitalize()} {record.version}" if record else None,
        binary=record.binary if record else _would_run(settings.server_bin),
        pid=server_pid(folder),
        socket=folder.path / record.socket if running and record else None,
        data_dir=folder.path,
        size_bytes=folder.size_bytes(),
        users=Users(folder.users).pids(),
    )


def _would_run(named: Path | None) -> str:
    try:
        return str(find_binary(named).path)
    except ConfigurationError as error:
        return str(error)
