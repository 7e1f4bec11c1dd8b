"""The log file of each process: written until it is large, then begun anew; and read."""

import logging
import os
from collections import deque
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final, Protocol

from backbeat.config.project import DATA_FOLDER, find_project_root

MOST_BYTES: Final = 10_000_000
# Files beside the current one.
KEPT: Final = 3
_READ: Final = 65_536


class Log(Protocol):
    """Where the lines of one process go."""

    def write(self, line: str) -> None:
        """Add a line."""

    def close(self) -> None:
        """End it."""


class LogFile:
    """The log of one process: 10 MB, and three older ones of that size."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open the file.

        Raises:
            OSError: It cannot be written.
        """
        path = folder / f"{name}.log"
        self._handler = RotatingFileHandler(
            path, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", errors="replace"
        )

    def write(self, line: str) -> None:
        """Add a line; a disk that is full loses it and stops nobody."""
        self._handler.emit(logging.makeLogRecord({"msg": line}))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


def logs_folder() -> Path:
    """Where the logs of a project are: `.backbeat/logs`."""
    return find_project_root() / DATA_FOLDER / "logs"


def prepare_logs() -> Path:
    """The folder of the logs, made where it is not there: for nobody else, and not for git.

    Raises:
        OSError: It cannot be made.
    """
    folder = logs_folder()
    if not folder.parent.exists():
        folder.parent.mkdir(mode=0o700)
        (folder.parent / ".gitignore").write_text("*\n")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def names_in(folder: Path) -> list[str]:
    """The processes that have a log, by name."""
    return sorted(path.stem for path in folder.glob("*.log"))


class Tail:
    """The end of a log file, and then what is added to it."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self._path = path
        self._at = self._inode = 0
        self._rest = b""

    def last(self, count: int) -> list[str]:
        """Its last lines; what comes next is what is written after them."""
        lines = deque(self.more(), maxlen=count)
        return list(lines)

    def more(self) -> Iterator[str]:
        """Whole lines that were written since; from the beginning of a file that was begun anew."""
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return
        with file:
            found = os.fstat(file.fileno())
            if found.st_ino != self._inode or found.st_size < self._at:
                self._inode, self._at, self._rest = found.st_ino, 0, b""
            file.seek(self._at)
            while chunk := file.read(_READ):
                *lines, self._rest = (self._rest + chunk).split(b"\n")
                yield from (line.decode("utf-8", "replace") for line in lines)
            self._at = file.tell()
