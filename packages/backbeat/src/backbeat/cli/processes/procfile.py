"""Reads a Procfile: a name and a command on each line."""

import re
from pathlib import Path
from typing import Final

from honcho.environ import expand_processes, parse_procfile  # type: ignore[import-untyped] # untyped

from backbeat.errors import ConfigurationError

_LINE: Final = re.compile(r"([A-Za-z0-9_-]+):\s*\S")
_MOST: Final = 100


def read_procfile(path: Path, counts: dict[str, int]) -> dict[str, str]:
    """The command of each process, by its name: "web.1", "worker.1", "worker.2".

    Args:
        path: The file; empty lines and those that begin with # are comments.
        counts: How many processes of a line there are, where it is not one; 0 leaves it out.

    Raises:
        ConfigurationError: The file cannot be read, a line is none, or names one twice; or `counts`
            names none of them.
    """
    commands = _parse(path)
    if unknown := counts.keys() - commands.keys():
        known = ", ".join(commands)
        raise ConfigurationError(f"{path} has no {', '.join(sorted(unknown))}: it has {known}")
    if sum(counts.get(name, 1) for name in commands) > _MOST:
        raise ConfigurationError(f"more than {_MOST} processes: start fewer on one machine")
    chosen = {name: command for name, command in commands.items() if counts.get(name, 1)}
    if not chosen:
        raise ConfigurationError(f"no process of {path} is to run")
    return {each.name: each.cmd for each in expand_processes(chosen, concurrency=counts)}


def _parse(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}; name one with -f") from error
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.match(line)
        if found is None:
            raise ConfigurationError(f"{path}, line {number}: write `name: command`, not {line!r}")
        if found[1] in seen:
            raise ConfigurationError(f"{path}, line {number}: there is a {found[1]} already")
        seen.add(found[1])
    if not seen:
        raise ConfigurationError(f"{path} names no process: write lines of `name: command`")
    return dict(parse_procfile(text).processes)
