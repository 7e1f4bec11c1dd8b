"""Whose process the server is: PostgreSQL refuses to be root's."""

import os
import pwd
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arena.base.errors import Misconfigured

# Users that exist on most systems and may do nothing; none is ever created.
_UNPRIVILEGED: Final = ("postgres", "nobody")


@dataclass(frozen=True)
class ServerUser:
    """The user that the server runs as.

    Attributes:
        name: Its name.
        uid: Its number.
        gid: Its first group.
        other: Whether it is another than ours, because we are root.
    """

    name: str
    uid: int
    gid: int
    other: bool

    def may_enter(self, path: Path) -> bool:
        """Whether it reaches a file or folder: every folder on the way lets it pass."""
        return not self.other or all(map(self._passes, path.parents))

    def own(self, path: Path) -> None:
        """Make a folder this user's."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    def _passes(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        return bool(status.st_mode & (0o010 if status.st_gid == self.gid else 0o001))


def server_user(names: Iterable[str] = _UNPRIVILEGED) -> ServerUser:
    """Who runs the server: we, or an existing unprivileged user when we are root.

    Args:
        names: Users to try as root, in order. Defaults to those that most systems have.

    Raises:
        Misconfigured: We are root, and there is none of them.
    """
    uid = os.geteuid()
    if uid != 0:
        return ServerUser(str(uid), uid, os.getegid(), other=False)
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid, other=True)
    raise Misconfigured(
        f"PostgreSQL does not run as root, and there is no user {' or '.join(names)} to run it as:"
        " start the program as another user, or set DATABASE_URL to a server"
    )
