"""What can be seen of where this process runs: production, Kubernetes, a systemd unit, a container.

Looking is apart from judging: `policy` decides over these facts.
"""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CONTAINER_FILES: Final = (".dockerenv", "run/.containerenv")
_CONTAINER_GROUP: Final = re.compile(r"docker|containerd|kubepods|libpod|lxc|garden")


@dataclass(frozen=True)
class Surroundings:
    """Where this process runs.

    Attributes:
        production: The settings say so.
        kubernetes: It is a pod.
        systemd_unit: It is a service of systemd.
        container: It is in a container of any kind.
    """

    production: bool = False
    kubernetes: bool = False
    systemd_unit: bool = False
    container: bool = False


def look_around(*, production: bool) -> Surroundings:
    """Read the environment and the files that tell."""
    groups = _read(Path("/proc/self/cgroup"))
    return Surroundings(
        production=production,
        kubernetes="KUBERNETES_SERVICE_HOST" in os.environ,
        systemd_unit=is_systemd_unit(os.environ, groups, terminal=_has_terminal()),
        container=is_container(os.environ, groups, Path("/")),
    )


def is_systemd_unit(environ: Mapping[str, str], groups: str, *, terminal: bool) -> bool:
    """Whether systemd started this process as a service.

    A desktop session hands its own marks down to every program, so they only count where no
    terminal is attached and the control group is not that of a session.

    Args:
        environ: Environment variables.
        groups: Text of /proc/self/cgroup.
        terminal: Whether a terminal is attached.
    """
    if environ.get("SYSTEMD_EXEC_PID") == str(os.getpid()):
        return True
    marked = "INVOCATION_ID" in environ or "SYSTEMD_EXEC_PID" in environ
    session = any(line.endswith(".scope") for line in groups.splitlines())
    return marked and not terminal and not session


def is_container(environ: Mapping[str, str], groups: str, system: Path) -> bool:
    """Whether this process is in a container.

    Args:
        environ: Environment variables.
        groups: Text of /proc/self/cgroup.
        system: The root of the file system.
    """
    marked = any((system / name).exists() for name in _CONTAINER_FILES)
    return marked or "container" in environ or bool(_CONTAINER_GROUP.search(groups))


def _has_terminal() -> bool:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return any(stream is not None and not stream.closed and stream.isatty() for stream in streams)


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
