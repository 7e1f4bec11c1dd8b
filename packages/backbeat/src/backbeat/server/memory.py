"""The memory that the server may use: half of what this machine, or this container, has."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SHARE: Final = 2
_LEAST_BYTES: Final = 64 * 1024 * 1024


def default_maxmemory(system: Path = Path("/")) -> int:
    """Half of the RAM or of the tightest cgroup limit, whichever is less, in bytes.

    Args:
        system: Where /proc and /sys are.
    """
    available = min([_physical_bytes(), *cgroup_limits(system)])
    return max(available // _SHARE, _LEAST_BYTES)


def cgroup_limits(system: Path) -> list[int]:
    """Every memory limit above this process, in bytes; an unlimited level is left out."""
    return [limit for file in _limit_files(system) if (limit := _read_limit(file)) is not None]


def _physical_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _limit_files(system: Path) -> Iterator[Path]:
    mounts = system / "sys/fs/cgroup"
    for controllers, path in _memberships(system / "proc/self/cgroup"):
        if not controllers:
            yield from _upwards(mounts, path, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _upwards(mounts / "memory", path, "memory.limit_in_bytes")


def _memberships(file: Path) -> list[tuple[str, str]]:
    """Controllers and path of each line "id:controllers:path"."""
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return []
    return [(line.split(":", 2)[1], line.split(":", 2)[2]) for line in lines if line.count(":") > 1]


def _upwards(mount: Path, path: str, name: str) -> Iterator[Path]:
    """The file in the own group and in each above; in a container the path may not exist."""
    group = mount / path.lstrip("/")
    while group != mount:
        yield group / name
        group = group.parent
    yield mount / name


def _read_limit(file: Path) -> int | None:
    try:
        text = file.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None  # "max" is no limit
