"""The data folder of an embedded server: what lies in it, and that it is ours alone."""

import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from backbeat.config import DATA_FOLDER
from backbeat.errors import ConfigurationError
from backbeat.server.filesystem import network_filesystem

_ELSEWHERE = "name another folder with embedded://folder, or set BACKBEAT_URL to a server"


@dataclass(frozen=True)
class DataFolder:
    """The files of one embedded server.

    Attributes:
        path: The folder itself, absolute and without links.
    """

    path: Path

    @property
    def start_lock(self) -> Path:
        """Held while somebody joins, leaves, starts or stops the server."""
        return self.path / "start.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server process itself, from its start to its very end."""
        return self.path / "server.lock"

    @property
    def users(self) -> Path:
        """One locked file for each user."""
        return self.path / "users"

    @property
    def record(self) -> Path:
        """Which server wrote the data."""
        return self.path / "server.json"

    @property
    def pid_file(self) -> Path:
        """Written by the server; true only while it holds its lock."""
        return self.path / "server.pid"

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self.path / "server.log"

    def size_bytes(self) -> int:
        """Bytes of all files in the folder."""
        return sum(file.lstat().st_size for file in self.path.rglob("*") if file.is_file())


def prepare_folder(path: Path) -> DataFolder:
    """Make the folder if needed and see that a server can live in it.

    Raises:
        ConfigurationError: It cannot be made or written, is open to other users, is on a network
            file system, or this is Windows.
    """
    if sys.platform == "win32":
        raise ConfigurationError(f"the embedded server does not run on Windows: {_ELSEWHERE}")
    try:
        folder = DataFolder(_make(path))
        _refuse_network(folder.path)
        _close_to_others(folder.path)
        _keep_out_of_git(folder.path)
    except OSError as error:
        raise ConfigurationError(
            f"the embedded server cannot keep its data in {path} ({error.strerror}): {_ELSEWHERE}"
        ) from error
    return folder


def _make(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.resolve()


def _refuse_network(path: Path) -> None:
    kind = network_filesystem(path)
    if kind is not None:
        raise ConfigurationError(
            f"the embedded server cannot keep its data in {path}, which is on a network file system"
            f" ({kind}): {_ELSEWHERE}"
        )


def _close_to_others(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & 0o077:
        return
    ours = path.name == DATA_FOLDER or (path / "start.lock").exists()
    # Somebody's own folder with other things in it is not ours to close.
    if not ours and any(path.iterdir()):
        raise ConfigurationError(
            f"{path} holds other files and is open to other users: {_ELSEWHERE}, or close it with"
            " chmod 700"
        )
    path.chmod(0o700)


def _keep_out_of_git(path: Path) -> None:
    ignore = path / ".gitignore"
    if not ignore.exists() and not any(path.iterdir()):
        ignore.write_text("*\n")
