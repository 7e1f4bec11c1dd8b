"""Commands as bytes: one place, so that every connection writes them the same fast way."""

from typing import cast

import hiredis

from backbeat.lua import Arg


def pack(command: tuple[Arg, ...]) -> bytes:
    """A command in the server's protocol."""
    # Its declaration allows tuples of one only.
    return cast("bytes", hiredis.pack_command(command))  # type: ignore[arg-type]
