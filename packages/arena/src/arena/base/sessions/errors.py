"""What goes wrong with users and sessions, as one tree.

SessionError
├── WrongCredentials   no such user, or another password; the words are the same
├── Blocked            the user may not come in
├── Taken              the address or the name is another user's
├── NotLinked          the address of a Google account is that of a user who signs in otherwise
├── UserNotFound       no user of this address
├── NoGoogle           this house has no sign-in with Google
└── GoogleRefused      what came is no token of Google for this house
"""

from typing import ClassVar

from arena.base.errors import ArenaError, Conflict, Forbidden, NotFound, Unauthenticated


class SessionError(ArenaError):
    """Root of what users and sessions raise."""


class WrongCredentials(SessionError, Unauthenticated):
    """Nobody is known by this name and this password."""

    code: ClassVar[str] = "WRONG_CREDENTIALS"

    def __init__(self) -> None:
        """Say the same whatever was wrong."""
        super().__init__("nobody is known by this name and this password")


class Blocked(SessionError, Forbidden):
    """Who signs in is known, and may not come in."""

    code = "BLOCKED"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("this account is blocked: ask the house")


class Taken(SessionError, Conflict):
    """Another user has the address or the name."""

    code = "TAKEN"

    def __init__(self) -> None:
        """Do not say which of both."""
        super().__init__("the e-mail address or the name is taken: choose another, or sign in")


class NotLinked(SessionError, Conflict):
    """A user has the address of a Google account, and has never said that both are theirs."""

    code = "NOT_LINKED"

    def __init__(self) -> None:
        """Say how to link them."""
        super().__init__(
            "an account with this address signs in by password: sign in so, then with Google in the"
            " same session, and both are one from then on"
        )


class UserNotFound(SessionError, NotFound):
    """There is no such user."""

    code = "USER_NOT_FOUND"

    def __init__(self, login: str) -> None:
        """Name whom was looked for."""
        super().__init__(f"there is no user {login!r}: give the address or the name")


class NoGoogle(SessionError, NotFound):
    """This house has no sign-in with Google."""

    code = "NO_GOOGLE"

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__("there is no sign-in with Google here: GOOGLE_CLIENT_ID is not set")


class GoogleRefused(SessionError, Unauthenticated):
    """What came is no token of Google for this house; why not, only the log is told."""

    code = "GOOGLE_REFUSED"

    def __init__(self) -> None:
        """Say the same whatever was wrong."""
        super().__init__("this is no sign-in with Google for this house: sign in again there")
