"""Reads the server's own account of its work over one plain connection.

The ruler is not made of what it measures: it uses neither our transport nor a client library.
"""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import hiredis

_ANSWER_S: Final = 120.0
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Account:
    """What the server has used since it started, or between two looks.

    Attributes:
        cpu_s: CPU seconds of the server, all its threads.
        commands: Commands it was sent.
        memory: Bytes its data takes.
    """

    cpu_s: float
    commands: int
    memory: int

    def since(self, earlier: "Account") -> "Account":
        """What was used between an earlier look and this one."""
        return Account(
            self.cpu_s - earlier.cpu_s,
            self.commands - earlier.commands,
            self.memory - earlier.memory,
        )


class Probe:
    """One connection to the server under test.

    Attributes:
        port: Where the server listens.
    """

    def __init__(self, port: int) -> None:
        """Connect and make sure that the server serves.

        Raises:
            OSError: Nobody listens yet, or it is still loading.
        """
        self.port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_S)
        self._reader = hiredis.Reader()
        if self.ask("PING") != b"PONG":
            raise ConnectionError("the server is not ready")

    def ask(self, *words: str | int) -> Any:
        """Send one command and return its reply, bytes where it is text.

        Raises:
            OSError: The server is gone.
        """
        packed = hiredis.pack_command(words)  # type: ignore[arg-type]  # its stub allows one word
        self._socket.sendall(packed)
        while (reply := self._reader.gets()) is False:
            self._feed()
        return reply

    def info(self, section: str = "default") -> dict[str, str]:
        """Fields of INFO."""
        text: str = self.ask("INFO", section).decode()
        pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
        return {name: value for name, _, value in pairs}

    def account(self) -> Account:
        """What the server has used so far; the looks themselves are two commands each."""
        info = self.info() | self.info("cpu")
        return Account(
            cpu_s=float(info["used_cpu_user"]) + float(info["used_cpu_sys"]),
            commands=int(info["total_commands_processed"]),
            memory=int(info["used_memory"]),
        )

    def watch(self, seconds: float) -> int:
        """Count for a while what clients send; this connection is of no other use any more.

        Returns:
            Commands of clients: those that scripts run inside the server do not count.
        """
        self.ask("MONITOR")
        end = time.monotonic() + seconds
        count = 0
        while (left := end - time.monotonic()) > 0:
            self._socket.settimeout(left)
            with suppress(TimeoutError):
                self._feed()
            while (line := self._reader.gets()) is not False:
                count += b" lua] " not in line
        return count

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _feed(self) -> None:
        chunk = self._socket.recv(_CHUNK)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self._reader.feed(chunk)
