"""What handlers really did: a SQLite file that outlives every process that writes to it.

A job's effect is one row. The guard is a unique key in the same transaction, as a careful handler
would do it; beside it stands what a careless one would have done.
"""

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from backbeat.app.job import Job

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS starts (id TEXT, pid INTEGER, at REAL);
CREATE INDEX IF NOT EXISTS starts_by_id ON starts (id);
CREATE TABLE IF NOT EXISTS guarded (key TEXT PRIMARY KEY, id TEXT, pid INTEGER, at REAL);
CREATE TABLE IF NOT EXISTS unguarded (id TEXT, pid INTEGER, at REAL);
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One attempt began: the job, the process, and when by the clock of this machine."""

    job_id: str
    pid: int
    at: float


class Ledger:
    """The file; each process opens it for itself.

    Attributes:
        path: Where it is.
    """

    def __init__(self, path: Path | str) -> None:
        """Open it, and make it where it does not exist."""
        self.path = path
        self._file = sqlite3.connect(path, timeout=30.0, isolation_level=None)
        # A killed process loses nothing by this; only a machine without power would.
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        self._file.close()

    # What handlers write

    def begin(self, job: Job) -> int:
        """An attempt begins; gives which one it is for its job, from 1."""
        row = (job.id, os.getpid(), time.time())
        self._file.execute("INSERT INTO starts VALUES (?, ?, ?)", row)
        return self._number("SELECT count(*) FROM starts WHERE id = ?", job.id)

    def apply(self, job: Job) -> None:
        """The effect of a job, once with the guard and once without."""
        self._file.execute("BEGIN IMMEDIATE")
        now, pid = time.time(), os.getpid()
        self._file.execute(
            "INSERT OR IGNORE INTO guarded VALUES (?, ?, ?, ?)",
            (job.idempotency_key("effect"), job.id, pid, now),
        )
        self._file.execute("INSERT INTO unguarded VALUES (?, ?, ?)", (job.id, pid, now))
        self._file.execute("COMMIT")

    # What tests read

    @property
    def starts(self) -> list[Start]:
        """Every attempt that began, in order."""
        rows = self._file.execute("SELECT id, pid, at FROM starts ORDER BY at")
        return [Start(*row) for row in rows]

    @property
    def guarded(self) -> list[str]:
        """The job of each effect that the guard let through."""
        return [row[0] for row in self._file.execute("SELECT id FROM guarded")]

    @property
    def unguarded(self) -> list[str]:
        """The job of each effect that there would have been without the guard."""
        return [row[0] for row in self._file.execute("SELECT id FROM unguarded")]

    def effects(self) -> int:
        """How many effects the guard let through."""
        return self._number("SELECT count(*) FROM guarded")

    def applied_by(self, pid: int) -> int:
        """How many effects a process had, or would have had without the guard."""
        return self._number("SELECT count(*) FROM unguarded WHERE pid = ?", pid)

    def begun(self) -> int:
        """How many attempts began."""
        return self._number("SELECT count(*) FROM starts")

    def _number(self, query: str, *values: str | int) -> int:
        return int(self._file.execute(query, values).fetchone()[0])
