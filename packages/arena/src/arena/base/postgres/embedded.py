"""A PostgreSQL of our own for one folder, shared by every process that uses the folder.

Whoever comes first starts it; the last one to leave stops it and waits until it is gone. The kernel
frees the locks of killed users, so a server left behind is used again, and one that was killed
recovers at the next start.
"""

import atexit
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from arena.base.errors import Unavailable
from arena.base.postgres.address import address_of
from arena.base.postgres.folder import ServerFolder, prepare_folder
from arena.base.postgres.server_user import server_user
from arena.base.postgres.serving import is_serving, server_pid, stop, until_serving
from backbeat.errors import ServerUnavailable
from backbeat.server.locks import FileLock, holding
from backbeat.server.users import Users

logger = logging.getLogger("arena.postgres")

START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 30.0
_ABANDON_SECONDS: Final = 1.0


class EmbeddedPostgres:
    """One process's part in the server of a folder. Safe for threads and for forks.

    A forked child that calls `close()` changes nothing; one that calls `ensure()` becomes a user of
    its own. A process that ends normally closes by itself.
    """

    def __init__(
        self, folder: Path | str, *, fsync: bool = True, start_timeout: float = START_SECONDS
    ) -> None:
        """Nothing is read or started before `ensure()`.

        Args:
            folder: Folder of the server; made when absent, and its own alone.
            fsync: Whether an answered commit is on the disk. Defaults to True; without it data
                is only good to be thrown away, as in tests. Who starts the server decides.
            start_timeout: Seconds to wait for it, recovery included. Defaults to 60.
        """
        self._path = Path(folder).absolute()
        self._fsync = fsync
        self._start_timeout = start_timeout
        self._folder: ServerFolder | None = None
        self._membership: FileLock | None = None
        self._owner = os.getpid()
        self._turn = threading.Lock()

    def ensure(self) -> str:
        """Have a serving server: join the one that runs, or start it. Blocks until it serves.

        Returns:
            Its address, as `DATABASE_URL` would have it.

        Raises:
            Misconfigured: The folder, the programs or the surroundings do not allow it.
            Unavailable: The server did not start, or does not answer.
        """
        with self._alone():
            if self._folder is None or self._membership is None or not is_serving(self._folder):
                self._folder = self._join()
            return address_of(self._folder.sockets)

    def close(self) -> None:
        """Stop using the server; the last user stops it and waits until it has ended.

        Safe to call twice, before `ensure()`, and in a forked child.
        """
        with self._alone():
            self._leave(_STOP_SECONDS)

    @property
    def folder(self) -> Path:
        """Folder of the server."""
        return self._path

    @property
    def server_pid(self) -> int | None:
        """Process id of the server that holds the data now, None when there is none."""
        return server_pid(ServerFolder(self._path.resolve(), server_user()))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._owner != os.getpid():
            # A forked child: the mutex may be held by a thread that does not exist here, and the
            # membership is the parent's.
            self._owner, self._turn, self._membership = os.getpid(), threading.Lock(), None
        with self._turn:
            yield

    def _join(self) -> ServerFolder:
        folder = prepare_folder(self._path, server_user())
        joined_before = self._membership is not None
        try:
            with holding(folder.start_lock, self._start_timeout):
                self._enter(folder)
                started = server_pid(folder) is None
                until_serving(folder, fsync=self._fsync, timeout=self._start_timeout)
        except ServerUnavailable as error:
            raise Unavailable(str(error)) from error
        except BaseException:
            if not joined_before:
                self._leave(_ABANDON_SECONDS)
            raise
        _announce(folder, started=started)
        return folder

    def _enter(self, folder: ServerFolder) -> None:
        if self._membership is None:
            self._membership = Users(folder.users).join()
            atexit.register(self.close)

    def _leave(self, patience: float) -> None:
        membership, self._membership = self._membership, None
        if membership is None:
            return
        atexit.unregister(self.close)
        folder = ServerFolder(self._path.resolve(), server_user())
        try:
            with holding(folder.start_lock, patience):
                _leave_last_one_stops(folder, membership, patience)
        except (ServerUnavailable, Unavailable, OSError) as error:
            logger.warning("the PostgreSQL of %s was left as it is: %s", folder.path, error)
        finally:
            membership.release()


def _leave_last_one_stops(folder: ServerFolder, membership: FileLock, patience: float) -> None:
    users = Users(folder.users)
    users.leave(membership)
    if not users.pids():
        stop(folder, patience)


def _announce(folder: ServerFolder, *, started: bool) -> None:
    logger.info(
        "embedded PostgreSQL (pid %s) %s; its data is in %s",
        server_pid(folder),
        "started" if started else "joined",
        folder.path,
    )
