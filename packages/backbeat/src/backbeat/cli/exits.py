"""How a command ends: five codes, and which error means which."""

from enum import IntEnum

from backbeat.errors import (
    ConfigurationError,
    FlowNotFound,
    InvalidOption,
    JobNotFound,
    QueueNotFound,
    ScheduleNotFound,
    ServerUnavailable,
    WorkerNotFound,
)


class Exit(IntEnum):
    """Exit codes. Ctrl-C ends with 130, as every program does."""

    OK = 0
    REFUSED = 1  # asked for something that cannot be, or it failed
    USAGE = 2  # the command line or a setting is wrong
    UNAVAILABLE = 3  # the server cannot be reached or refuses to serve
    NOT_FOUND = 4  # no such queue, job, flow, worker or schedule
    INTERRUPTED = 130


_CODES = (
    (ServerUnavailable, Exit.UNAVAILABLE),
    (JobNotFound, Exit.NOT_FOUND),
    (QueueNotFound, Exit.NOT_FOUND),
    (WorkerNotFound, Exit.NOT_FOUND),
    (FlowNotFound, Exit.NOT_FOUND),
    (ScheduleNotFound, Exit.NOT_FOUND),
    (ConfigurationError, Exit.USAGE),
    (InvalidOption, Exit.USAGE),
)


def exit_for(error: Exception) -> Exit:
    """The exit code of a command that an error ended."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return Exit.REFUSED
