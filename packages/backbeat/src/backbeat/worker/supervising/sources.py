"""Notices that source files have changed, for `--reload`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SKIPPED: Final = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", ".backbeat"})


class Sources:
    """The Python files below a folder."""

    def __init__(self, folder: Path) -> None:
        """Remember them as they are now."""
        self._folder = folder
        self._known = self._look()

    def changed(self) -> list[Path]:
        """Files that were changed, added or removed since the last call."""
        before, self._known = self._known, self._look()
        paths = before.keys() | self._known.keys()
        return sorted(path for path in paths if before.get(path) != self._known.get(path))

    def _look(self) -> dict[Path, int]:
        found = {}
        for path in _python_files(self._folder):
            try:
                found[path] = path.stat().st_mtime_ns
            except FileNotFoundError:
                continue
        return found


def _python_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _SKIPPED:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _python_files(path)
        elif path.suffix == ".py":
            yield path
