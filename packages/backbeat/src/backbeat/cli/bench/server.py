"""The benchmark's own server: durable as in production, empty, on a core of its own."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backbeat.cli.bench.guard import guarded
from backbeat.cli.bench.probe import Probe
from backbeat.cli.bench.scratch import scratch_folder
from backbeat.cli.bench.signals import uninterrupted
from backbeat.errors import ServerUnavailable
from backbeat.server.binary import Binary

DURABLE: Final = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
_START_S: Final = 10.0
_STOP_S: Final = 20.0
_LOOK_S: Final = 0.01


@dataclass(frozen=True)
class BenchServer:
    """A running server.

    Attributes:
        url: Its address.
        probe: Asks it what it has done so far.
        folder: Where its log of writes is; gone with the server.
    """

    url: str
    probe: Probe
    folder: Path


@contextmanager
def private_server(binary: Binary, *extra: str) -> Iterator[BenchServer]:
    """Start an empty server that only this process knows of; it ends with the block.

    Args:
        binary: The program.
        *extra: Further options of the server.

    Raises:
        ServerUnavailable: It does not answer in time.
    """
    # A folder of its own for each: no measurement inherits another's memory or log.
    with scratch_folder("backbeat-bench-") as folder:
        port = free_port()
        process: subprocess.Popen[bytes] | None = None
        try:
            with uninterrupted():
                process = _launch(binary, port, folder, extra)
            with guarded(process.pid), closing(_connect(process, port, folder)) as probe:
                yield BenchServer(f"redis://127.0.0.1:{port}/0", probe, folder)
        finally:
            with uninterrupted():
                _end(process)


def _launch(
    binary: Binary, port: int, folder: Path, extra: tuple[str, ...]
) -> "subprocess.Popen[bytes]":
    where = ("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder))
    process = subprocess.Popen(  # noqa: S603 - a program that answered as a server
        [binary.path, *where, *DURABLE, "--logfile", "server.log", *extra],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl-C ends the benchmark, which then ends its server.
        start_new_session=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    _pin(process.pid)
    return process


def _pin(pid: int) -> None:
    """Keep the server on the last core, as a production server has one for itself."""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(pid, {max(cores)})


def _connect(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> Probe:
    end = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < end:
        try:
            return Probe(port)
        except OSError:
            time.sleep(_LOOK_S)
    log = folder / "server.log"
    said = log.read_text(errors="replace")[-500:] if log.exists() else "nothing"
    raise ServerUnavailable(f"the benchmark's server did not start; it said: {said}")


def _end(process: "subprocess.Popen[bytes] | None") -> None:
    if process is None:
        return
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
