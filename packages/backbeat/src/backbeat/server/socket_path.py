"""Where the socket is: in the data folder, else in a private folder with a short name."""

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from backbeat.errors import ConfigurationError

# The kernel takes 107 bytes on Linux and 103 on macOS.
LONGEST: Final = 100
_NAME: Final = "server.sock"


def choose_socket(folder: Path) -> Path:
    """A socket path that the kernel takes, in a folder that only this user can enter.

    Args:
        folder: The data folder, prepared.

    Raises:
        ConfigurationError: The private folder in the temporary one belongs to somebody else.
    """
    return choose_path(folder, _NAME)


def choose_path(folder: Path, name: str, *, room: int = 0, owner: int | None = None) -> Path:
    """A path for a socket, or for a folder of sockets, beside the data or with a short name.

    Args:
        folder: The data folder, prepared.
        name: Its name beside the data.
        room: Bytes that shall be left of what the kernel takes. Defaults to 0.
        owner: User who alone may enter the private folder. Defaults to this one.

    Raises:
        ConfigurationError: The private folder in the temporary one belongs to somebody else.
    """
    beside = folder / name
    if _fits(beside, room):
        return beside
    user = os.geteuid() if owner is None else owner
    short_name = f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}.sock"
    # The system's own /tmp is the last resort: TMPDIR may be too long itself.
    for temporary in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - checked below
        short = temporary / f"backbeat-{user}" / short_name
        if _fits(short, room):
            _make_private(short.parent, user)
            return short
    raise ConfigurationError(f"the path {beside} is too long for a socket: name a shorter folder")


def _fits(path: Path, room: int) -> bool:
    return len(os.fsencode(path)) + room <= LONGEST


def _make_private(folder: Path, owner: int) -> None:
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if owner != os.geteuid():
            os.chown(folder, owner, -1)
    status = folder.lstat()
    private = (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == owner
        and not stat.S_IMODE(status.st_mode) & 0o077
    )
    if not private:
        raise ConfigurationError(
            f"{folder} is not a private folder of user {owner}: remove it, or set another TMPDIR"
        )
