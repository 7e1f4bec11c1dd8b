"""A real server whose clock a test may set, by a library that is loaded before it."""

import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from packages.backbeat.tests.support.private_server import PrivateServer

_SOURCE: Final = Path(__file__).with_name("set_clock.c")


class SettableServer(PrivateServer):
    """A server that is ahead of the machine's clock by as much as a test says."""

    def __init__(self, folder: Path) -> None:
        """Compile the library."""
        library, self._ahead = folder / "clock.so", folder / "ahead"
        self.set_clock(0)
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"],
            check=True,
        )
        super().__init__(
            folder, "--appendonly", "no",
            surroundings={"LD_PRELOAD": str(library), "AHEAD_FILE": str(self._ahead)},
        )  # fmt: skip

    def set_clock(self, ahead_s: int) -> None:
        """Let its clock be ahead of ours by so many seconds from now on."""
        # In place: the server has the file in its memory.
        with self._ahead.open("r+b" if self._ahead.exists() else "wb") as file:
            file.write(struct.pack("=q", ahead_s))


@contextmanager
def settable_server() -> Iterator[SettableServer]:
    """One that runs; only for tests marked `needs_gcc`."""
    with (
        tempfile.TemporaryDirectory(prefix="bb-") as folder,
        SettableServer(Path(folder)) as server,
    ):
        yield server
