"""`server.json`: which server wrote the data, and where it listens."""

import logging
import os
from pathlib import Path

import msgspec

from backbeat.errors import ConfigurationError
from backbeat.server.binary import Binary
from backbeat.server.version import Version, can_read

logger = logging.getLogger("backbeat.server")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The last server that ran on a data folder.

    Attributes:
        product: "valkey" or "redis".
        version: Its version, as text.
        binary: Path of its program.
        socket: Path of its socket; relative to the data folder when inside it.
    """

    product: str
    version: str
    binary: str
    socket: str


def read_record(file: Path) -> Record | None:
    """The record, or None where there is none; an unreadable one counts as none, with a warning."""
    try:
        record = msgspec.json.decode(file.read_bytes(), type=Record)
        Version.parse(record.version)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, ValueError) as error:
        logger.warning("%s is unreadable (%s): written anew", file, error)
        return None
    return record


def as_noted(socket: Path, folder: Path) -> str:
    """The path of a socket, as the record of a data folder names it."""
    return str(socket.relative_to(folder) if socket.is_relative_to(folder) else socket)


def write_record(file: Path, record: Record) -> None:
    """Replace the record at once: a crash leaves the old one or the new one."""
    draft = file.with_suffix(".draft")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(record)) + b"\n")
    os.replace(draft, file)  # noqa: PTH105 - replaces atomically, and says so


def refuse_unreadable(binary: Binary, record: Record | None, folder: Path) -> None:
    """Refuse a server that could not read the data of the one before it.

    Raises:
        ConfigurationError: It is a downgrade, or another product with another data format.
    """
    if record is None:
        return
    written_by = Version.parse(record.version)
    if can_read(binary.product, binary.version, record.product, written_by):
        return
    raise ConfigurationError(
        f"the data in {folder} was written by {record.product.capitalize()} {record.version}, which"
        f" {binary} ({binary.path}) cannot read: run that server or a newer one of its kind, or"
        " name another folder with embedded://folder"
    )
