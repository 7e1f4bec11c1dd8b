"""What a run was taken on, and how much of the machine is in use: facts from the system itself."""

import os
import platform
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

_PROC: Final = Path("/proc")
_LIBRARIES: Final = {
    "backbeat": "backbeat",
    "redis-py": "redis",
    "hiredis": "hiredis",
    "msgspec": "msgspec",
    "uvloop": "uvloop",
}


def describe_machine() -> dict[str, Any]:
    """Processor, cores, memory and system."""
    return {
        "processor": _processor(),
        "cores": _cores(),
        "memory_gib": round(_memory_bytes() / 2**30, 1),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def describe_versions() -> dict[str, str]:
    """Python and the libraries that take part."""
    libraries = {name: version(package) for name, package in _LIBRARIES.items()}
    return {"python": platform.python_version(), **libraries}


def process_tree(root: int) -> list[int]:
    """A process and all its living descendants; only itself where the system does not tell."""
    parents = {pid: int(stat[1]) for pid in _pids() if (stat := _stat(pid))}
    found = [root]
    for pid in found:
        found.extend(child for child, parent in parents.items() if parent == pid)
    return found


def cpu_seconds(pids: Iterable[int]) -> float | None:
    """CPU that processes and their ended children took; None where the system does not tell."""
    stats = [stat for pid in pids if (stat := _stat(pid))]
    if not stats:
        return None
    # Fields 14 to 17 of proc(5): user and system time, of the process and of its ended children.
    return sum(int(ticks) for stat in stats for ticks in stat[11:15]) / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float | None:
    """CPU seconds everything on the machine took since boot; None where it does not tell."""
    with suppress(OSError):
        line = (_PROC / "stat").read_text().split("\n", 1)[0].split()
        user, nice, system, _idle, _wait, irq, soft_irq, steal = (int(word) for word in line[1:9])
        ticks = user + nice + system + irq + soft_irq + steal
        return ticks / os.sysconf("SC_CLK_TCK")
    return None


def _pids() -> list[int]:
    with suppress(OSError):
        return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    return []


def _stat(pid: int) -> list[str]:
    """Fields of a process from its state on; the name before may hold spaces and brackets."""
    with suppress(OSError):
        return (_PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
    return []


def _cores() -> int:
    """Those we may use, which in a container can be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    with suppress(OSError):
        for line in (_PROC / "cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _memory_bytes() -> int:
    if sys.platform == "win32":
        return 0
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
