"""The project: the nearest folder upwards that carries a pyproject.toml or a backbeat.toml."""

from pathlib import Path
from typing import Final

from backbeat.errors import ConfigurationError

OWN_FILE: Final = "backbeat.toml"
SHARED_FILE: Final = "pyproject.toml"
DATA_FOLDER: Final = ".backbeat"


def find_project_root(start: Path | None = None) -> Path:
    """The folder that holds the project's settings and its `.backbeat/` data.

    Args:
        start: Where to begin. Defaults to the working directory.

    Returns:
        The nearest of `start` and its ancestors with a project file, else `start` itself.

    Raises:
        ConfigurationError: The working directory no longer exists.
    """
    begin = start or _working_directory()
    for folder in (begin, *begin.parents):
        if (folder / OWN_FILE).is_file() or (folder / SHARED_FILE).is_file():
            return folder
    return begin


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise ConfigurationError(
            "the working directory no longer exists: change to one that does"
        ) from None
