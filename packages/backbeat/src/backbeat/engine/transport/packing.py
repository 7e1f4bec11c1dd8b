"""Commands as bytes: one place, so that every connection writes them the same fast way."""

import hiredis

from backbeat.lua import Arg


def pack(command: tuple[Arg, ...]) -> bytes:
    """A command in the server's protocol."""
    return hiredis.pack_command(command)  # type: ignore[arg-type] # declared as a tuple of one
