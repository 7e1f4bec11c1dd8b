"""How a command ends; the codes are those of `backbeat`."""

from enum import IntEnum

from arena.base.errors import ArenaError, Misconfigured, NotFound, Unavailable
from backbeat import BackbeatError, ConfigurationError, InvalidOption, ServerUnavailable


class Exit(IntEnum):
    """Exit codes. Ctrl-C ends with 130, as every program does."""

    OK = 0
    REFUSED = 1  # asked for something that cannot be, or it failed
    USAGE = 2  # the command line or a setting is wrong
    UNAVAILABLE = 3  # a store cannot be reached
    NOT_FOUND = 4  # no such thing
    INTERRUPTED = 130


_CODES: tuple[tuple[type[ArenaError | BackbeatError], Exit], ...] = (
    (Misconfigured, Exit.USAGE),
    (ConfigurationError, Exit.USAGE),
    (InvalidOption, Exit.USAGE),
    (Unavailable, Exit.UNAVAILABLE),
    (ServerUnavailable, Exit.UNAVAILABLE),
    (NotFound, Exit.NOT_FOUND),
)


def exit_for(error: Exception) -> Exit:
    """The exit code of a command that an error ended."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exit.REFUSED)
