"""The errors of the house: one tree, each with its code and its HTTP status.

An application has a child of `ArenaError` for itself and its errors below that. `code` is one word
for programs; the message says what was wrong, where, and what to do.
"""

from typing import Any, ClassVar


class ArenaError(Exception):
    """Something that a caller did, or met, that has a name.

    Attributes:
        code: One word for programs, upper case.
        status: The HTTP status of the answer.
        details: More, where there is more to say; JSON.
        retry_after: Seconds after which it may be tried again; None where that changes nothing.
    """

    code: ClassVar[str] = "ERROR"
    status: ClassVar[int] = 500

    def __init__(
        self, message: str, *, details: Any = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.details = details
        self.retry_after = retry_after


class Invalid(ArenaError, ValueError):
    """What was sent does not fit."""

    code = "VALIDATION_FAILED"
    status = 400


class Unauthenticated(ArenaError):
    """Nobody, or nobody known, asks."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(ArenaError):
    """Who asks may not."""

    code = "FORBIDDEN"
    status = 403


class NotFound(ArenaError):
    """There is no such thing, or none for who asks."""

    code = "NOT_FOUND"
    status = 404


class Conflict(ArenaError):
    """The thing is not in the state for that, or the name is taken."""

    code = "CONFLICT"
    status = 409


class Refused(ArenaError):
    """A rule of the house says no."""

    code = "REFUSED"
    status = 422


class TooMany(ArenaError):
    """Too often, or too much at once."""

    code = "TOO_MANY_REQUESTS"
    status = 429


class Unavailable(ArenaError):
    """A store or a provider does not answer; nothing is known to be wrong with the request."""

    code = "UNAVAILABLE"
    status = 503


class Misconfigured(ArenaError):
    """The installation is set up in a way that cannot work; its operator has to change it."""

    code = "MISCONFIGURED"
    status = 500
