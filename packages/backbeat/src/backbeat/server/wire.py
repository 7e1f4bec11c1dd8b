"""The few words spoken to the server before and after any client: PING and SHUTDOWN, raw.

A client library would retry, pool and hide which of four things happened.
"""

import socket
from enum import Enum
from pathlib import Path

_PING_SECONDS = 0.5


class Answer(Enum):
    """What came of a PING."""

    READY = "ready"
    LOADING = "loading"
    SILENT = "connected, but no answer in time"
    ABSENT = "nobody listens"


def ping(path: Path, timeout: float = _PING_SECONDS) -> Answer:
    """Ask the server on a socket whether it serves; waits at most `timeout` seconds."""
    try:
        reply = _say(path, b"PING\r\n", timeout)
    except TimeoutError:
        return Answer.SILENT
    except OSError:
        return Answer.ABSENT
    if not reply:
        return Answer.ABSENT
    # Any other error is an answer too: it serves, and the client will hear what ails it.
    return Answer.LOADING if reply.startswith(b"-LOADING") else Answer.READY


def request_shutdown(path: Path, timeout: float) -> bytes:
    """Ask the server to end; its log is on disk then.

    Returns:
        What it answered: nothing if it ends, or its refusal.

    Raises:
        OSError: Nobody listens, or it did not answer in `timeout` seconds.
    """
    try:
        return _say(path, b"SHUTDOWN NOSAVE\r\n", timeout)
    except ConnectionResetError:
        return b""


def _say(path: Path, line: bytes, timeout: float) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout)
        connection.connect(str(path))
        connection.sendall(line)
        return connection.recv(512)
