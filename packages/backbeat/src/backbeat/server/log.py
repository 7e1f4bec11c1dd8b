"""The server's log file: kept small, and read when the server did not start."""

import re
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 1_000_000
_WARNING: Final = re.compile(r"^\S+ .*? # (.+)$", re.MULTILINE)


def rotate_log(file: Path) -> None:
    """Move a log that has grown past 1 MB aside; the one before it is dropped.

    Safe while the server runs: it opens the file anew for each line.
    """
    if log_size(file) > MAX_BYTES:
        file.replace(file.with_suffix(".log.1"))


def log_size(file: Path) -> int:
    """Bytes in the log, 0 when there is none."""
    return file.stat().st_size if file.exists() else 0


def last_complaint(file: Path, since: int) -> str:
    """The last warning after byte `since`, else the last line, else a word for nothing."""
    if not file.exists():
        return "it said nothing"
    with file.open("rb") as log:
        log.seek(since)
        text = log.read().decode(errors="replace").strip()
    warnings = _WARNING.findall(text)
    if warnings:
        return str(warnings[-1])
    return text.rpartition("\n")[2] or "it said nothing"
