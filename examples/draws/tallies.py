"""The tallies in SQLite: each draw counts once, however often its job runs."""

import datetime as dt
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from examples.draws.analysis import Analysis, Tally, analyse
from examples.draws.classes import classes_of
from examples.draws.csv_file import Malformed, format_draw
from examples.draws.draw import Draw

_BUSY_S: Final = 20.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS effects (key TEXT PRIMARY KEY, repeats INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS draws (date TEXT PRIMARY KEY, line TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tallies (
    distribution TEXT, class TEXT, count INTEGER NOT NULL, PRIMARY KEY (distribution, class)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS malformed (
    line INTEGER PRIMARY KEY, field TEXT NOT NULL, why TEXT NOT NULL, text TEXT NOT NULL
);
"""


class Tallies:
    """The database of one run. Several processes may write at once: they take turns.

    Adding a draw is no idempotent effect: the counts grow with every call. `once` makes it one.
    """

    def __init__(self, path: Path) -> None:
        """Open the file at path; the first to come creates its tables."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # A dependency may be opened by one thread and used by the next, never by two at once.
        self._db = sqlite3.connect(
            path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'malformed'").fetchone():
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; twice is as good as once."""
        self._db.close()

    @contextmanager
    def once(self, key: str) -> Iterator[bool]:
        """One transaction around an effect; says whether the effect is still to be had.

        The key and the effect are committed together or not at all: a process killed in between
        leaves neither, and whoever runs the job again finds the key only if the effect is there.

        Args:
            key: Names the effect, the same at every attempt: `job.idempotency_key(...)`.
        """
        with self._transaction():
            repeats = self._db.execute(
                "INSERT INTO effects VALUES (?, 0)"
                " ON CONFLICT DO UPDATE SET repeats = repeats + 1 RETURNING repeats",
                (key,),
            ).fetchone()
            yield repeats == (0,)

    def add(self, draw: Draw) -> None:
        """Count a draw in each of its distributions."""
        self._db.execute(
            "INSERT INTO draws VALUES (?, ?)", (draw.date.isoformat(), format_draw(draw))
        )
        self._db.executemany(
            "INSERT INTO tallies VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
            classes_of(draw),
        )

    def report(self, malformed: Malformed) -> None:
        """Keep a malformed line with its reason."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO malformed VALUES (?, ?, ?, ?)",
                (malformed.line, malformed.field, malformed.why, malformed.text),
            )

    def run_id(self) -> str:
        """Names this database in the ids of its jobs, so that a new one counts from nothing."""
        with self._transaction():
            self._db.execute("INSERT OR IGNORE INTO run VALUES (1, ?)", (secrets.token_hex(4),))
        [run_id] = self._db.execute("SELECT id FROM run").fetchone()
        return str(run_id)

    def counted(self) -> set[dt.date]:
        """Days whose draws were counted."""
        return {dt.date.fromisoformat(day) for (day,) in self._db.execute("SELECT date FROM draws")}

    def repeated(self) -> int:
        """How many times the guard held an effect off that had been had."""
        [repeats] = self._db.execute("SELECT coalesce(sum(repeats), 0) FROM effects").fetchone()
        return int(repeats)

    def analysis(self) -> Analysis | None:
        """The statistics of what was counted so far; None before the first draw."""
        with self._transaction():
            draws, last = self._db.execute("SELECT count(*), max(date) FROM draws").fetchone()
            tally = self._tally()
        return analyse(tally, draws=draws, last=dt.date.fromisoformat(last)) if draws else None

    def _tally(self) -> Tally:
        tally: dict[str, dict[str, int]] = defaultdict(dict)
        for distribution, kind, count in self._db.execute("SELECT * FROM tallies"):
            tally[distribution][kind] = count
        return tally

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
