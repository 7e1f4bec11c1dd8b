"""Which file system a folder is on: locks and sockets of the embedded server need a local one."""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "afpfs", "webdav", "fuse.sshfs", "fuse.s3fs"}
)
_MOUNT_TABLE: Final = Path("/proc/self/mountinfo")

Mounts = Iterable[tuple[str, str]]


def network_filesystem(folder: Path, mounts: Mounts | None = None) -> str | None:
    """The kind of network file system that `folder` is on, or None for a local one.

    Args:
        folder: An absolute path without links.
        mounts: Pairs of mount point and type. Defaults to those of this machine.
    """
    kind = _type_of(folder, _read_mounts() if mounts is None else mounts)
    return kind if kind in _NETWORK else None


def parse_mountinfo(text: str) -> list[tuple[str, str]]:
    """Mount points and types of Linux's mountinfo, in order."""
    mounts = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        mounts.append((_unescape(before.split()[4]), after.split()[0]))
    return mounts


def parse_mount_output(text: str) -> list[tuple[str, str]]:
    """Mount points and types of what `mount` prints on macOS."""
    return re.findall(r"^.+? on (.+) \(([^,)\s]+)[^)]*\)$", text, re.MULTILINE)


def _type_of(folder: Path, mounts: Mounts) -> str:
    longest, kind = "", ""
    for point, candidate in mounts:
        # A later mount on the same point hides the earlier one.
        if folder.is_relative_to(point) and len(point) >= len(longest):
            longest, kind = point, candidate
    return kind


def _read_mounts() -> Mounts:
    if _MOUNT_TABLE.exists():
        return parse_mountinfo(_MOUNT_TABLE.read_text(errors="surrogateescape"))
    if sys.platform == "darwin":
        listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False)
        return parse_mount_output(listed.stdout)
    return []


def _unescape(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)
