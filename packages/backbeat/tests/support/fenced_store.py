"""A store that takes a write only with a fence that is not lower than the last one."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY, fence INTEGER);
CREATE TABLE IF NOT EXISTS accepted (at INTEGER PRIMARY KEY, name TEXT, fence INTEGER);
"""


class FencedStore:
    """The file; each process opens it for itself."""

    def __init__(self, path: Path | str) -> None:
        """Open it."""
        self._file = sqlite3.connect(path, timeout=30.0, isolation_level=None)
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.executescript(_SCHEMA)

    def write(self, name: str, fence: int) -> bool:
        """Write, as one who has this fence; whether it was taken."""
        self._file.execute("BEGIN IMMEDIATE")
        self._file.execute("INSERT OR IGNORE INTO things VALUES (?, 0)", (name,))
        taken = self._file.execute(
            "UPDATE things SET fence = ? WHERE name = ? AND fence <= ?", (fence, name, fence)
        )
        if taken.rowcount:
            self._file.execute("INSERT INTO accepted (name, fence) VALUES (?, ?)", (name, fence))
        self._file.execute("COMMIT")
        return taken.rowcount == 1

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Let nobody be in the middle of a write meanwhile."""
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self._file.execute("ROLLBACK")

    def accepted(self, name: str) -> list[int]:
        """The fences of the writes that were taken, in their order."""
        rows = self._file.execute("SELECT fence FROM accepted WHERE name = ? ORDER BY at", (name,))
        return [fence for (fence,) in rows]

    def close(self) -> None:
        """Close it."""
        self._file.close()
