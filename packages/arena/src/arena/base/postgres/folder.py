"""The folder of an embedded PostgreSQL: what lies in it, and that the server can live there."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arena.base.errors import Misconfigured
from arena.base.postgres.address import SOCKET_NAME
from arena.base.postgres.server_user import ServerUser
from backbeat.errors import ConfigurationError
from backbeat.server.filesystem import network_filesystem
from backbeat.server.socket_path import choose_path

_ELSEWHERE: Final = (
    "name another folder with ARENA_DATA_DIR or embedded://folder, or set DATABASE_URL to a server"
)


@dataclass(frozen=True)
class ServerFolder:
    """The files of one embedded server.

    Attributes:
        path: The folder itself, absolute and without links.
        user: Whose process the server is.
    """

    path: Path
    user: ServerUser

    @property
    def start_lock(self) -> Path:
        """Held while somebody joins, leaves, starts or stops the server."""
        return self.path / "start.lock"

    @property
    def server_lock(self) -> Path:
        """Held by every process of the server, until the last one's very end."""
        return self.path / "server.lock"

    @property
    def users(self) -> Path:
        """One locked file for each user."""
        return self.path / "users"

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self.path / "server.log"

    @property
    def copies(self) -> Path:
        """A copy of the programs, where the wheel is out of the server's reach."""
        return self.path / "programs"

    @property
    def data(self) -> Path:
        """The database files themselves."""
        return self.path / "data"

    @property
    def pid_file(self) -> Path:
        """Written by the server; true only while it holds its lock."""
        return self.data / "postmaster.pid"

    @property
    def sockets(self) -> Path:
        """Folder of the socket, short enough for the kernel, private to the server's user.

        Raises:
            Misconfigured: The short folder belongs to somebody else.
        """
        room = len(SOCKET_NAME) + 1
        try:
            return choose_path(self.path, "socket", room=room, owner=self.user.uid)
        except ConfigurationError as error:
            raise Misconfigured(str(error)) from error


def prepare_folder(path: Path, user: ServerUser) -> ServerFolder:
    """Make the folder if needed and see that the server can live in it.

    Raises:
        Misconfigured: It cannot be made or written, is on a network file system, is out of reach
            for the server's user, or this is Windows.
    """
    if sys.platform == "win32":
        raise Misconfigured(f"the embedded PostgreSQL does not run on Windows: {_ELSEWHERE}")
    try:
        folder = ServerFolder(_make(path, user), user)
    except OSError as error:
        raise Misconfigured(
            f"the embedded PostgreSQL cannot keep its data in {path} ({error.strerror}):"
            f" {_ELSEWHERE}"
        ) from error
    if (kind := network_filesystem(folder.path)) is not None:
        raise Misconfigured(
            f"the embedded PostgreSQL cannot keep its data in {path}, which is on a network file"
            f" system ({kind}): {_ELSEWHERE}"
        )
    if not user.may_enter(folder.path):
        raise Misconfigured(
            f"PostgreSQL does not run as root, and the user {user.name} that it runs as cannot"
            f" enter {folder.path}: start the program as another user, or {_ELSEWHERE}"
        )
    return folder


def _make(path: Path, user: ServerUser) -> Path:
    if not path.parent.exists():
        # What we make on the way lets the server pass, and nobody look.
        path.parent.mkdir(mode=0o711 if user.other else 0o700, parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    user.own(path)
    ignore = path / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
    return path.resolve()
