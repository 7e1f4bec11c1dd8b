"""Which error ends a command with which code."""

import pytest

from backbeat.cli.exits import Exit, exit_for
from backbeat.errors import (
    BackbeatError,
    ConfigurationError,
    InvalidOption,
    InvalidPayload,
    JobActive,
    JobNotFound,
    OutcomeUnknown,
    QueueFull,
    QueueNotFound,
    ServerUnavailable,
    StorageFull,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BackbeatError("?"), Exit.REFUSED),
        (InvalidPayload("to: missing"), Exit.REFUSED),
        (JobActive("x"), Exit.REFUSED),
        (QueueFull("mail"), Exit.REFUSED),
        (OSError("no such file"), Exit.REFUSED),
        (ConfigurationError("lease"), Exit.USAGE),
        (InvalidOption("priority"), Exit.USAGE),
        (ServerUnavailable("gone"), Exit.UNAVAILABLE),
        (OutcomeUnknown("s", 1), Exit.UNAVAILABLE),
        (StorageFull("full"), Exit.UNAVAILABLE),
        (JobNotFound("x"), Exit.NOT_FOUND),
        (QueueNotFound("mail"), Exit.NOT_FOUND),
    ],
)
def test_the_code_tells_the_kind_of_error(error: Exception, code: Exit) -> None:
    assert exit_for(error) is code


def test_the_codes_are_those_of_the_documentation() -> None:
    assert [code.value for code in Exit] == [0, 1, 2, 3, 4, 130]
