"""Releases whose Lua engine lets any client that may run scripts run code of its own."""

from collections.abc import Mapping
from typing import Final

from backbeat.server.version import Version

ADVISORY: Final = "CVE-2025-49844"

# First repaired release of each series; older series got none, newer ones never had the fault.
_REPAIRED: Final[Mapping[str, tuple[Version, ...]]] = {
    "redis": (Version(7, 2, 11), Version(7, 4, 6), Version(8, 0, 4), Version(8, 2, 2)),
    "valkey": (Version(7, 2, 11), Version(8, 0, 6), Version(8, 1, 4)),
}


def has_known_lua_fault(product: str, version: Version) -> bool:
    """Whether this release was published with the fault; distributions may have repaired theirs."""
    repaired = _REPAIRED.get(product, ())
    for release in repaired:
        if version.series == release.series:
            return version < release
    return bool(repaired) and version < repaired[-1]
