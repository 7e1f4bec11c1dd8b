"""Who uses the server: one locked file a user, so the dead are known without asking them."""

import os
import secrets
from pathlib import Path

from backbeat.server.locks import FileLock, is_held


class Users:
    """The users of one data folder. Call it only while the folder's start lock is held."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def join(self) -> FileLock:
        """Become a user; releasing the returned lock, or dying, ends it."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        membership = FileLock(self._folder / f"{os.getpid()}-{secrets.token_hex(4)}")
        membership.acquire(timeout=0)
        return membership

    def leave(self, membership: FileLock) -> None:
        """Stop being a user."""
        membership.path.unlink(missing_ok=True)
        membership.release()

    def pids(self) -> list[int]:
        """Process ids of the living users; files of dead ones are removed."""
        living = []
        for file in self._files():
            if is_held(file):
                living.append(int(file.name.partition("-")[0]))
            else:
                file.unlink(missing_ok=True)
        return sorted(living)

    def _files(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [file for file in self._folder.iterdir() if file.name.partition("-")[0].isdigit()]
