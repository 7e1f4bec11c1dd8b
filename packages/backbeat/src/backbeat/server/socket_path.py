"""Where the socket is: in the data folder, else in a private folder with a short name."""

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
    beside = folder / _NAME
    if _fits(beside):
        return beside
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    # The system's own /tmp is the last resort: TMPDIR may be too long itself.
    for temporary in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - checked below
        short = temporary / f"backbeat-{os.geteuid()}" / f"{name}.sock"
        if _fits(short):
            _make_private(short.parent)
            return short
    raise ConfigurationError(f"the path {beside} is too long for a socket: name a shorter folder")


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    private = (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.geteuid()
        and not stat.S_IMODE(status.st_mode) & 0o077
    )
    if not private:
        raise ConfigurationError(
            f"{folder} is not a private folder of this user: remove it, or set another TMPDIR"
        )
