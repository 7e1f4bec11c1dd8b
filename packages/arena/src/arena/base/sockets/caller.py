"""Somebody whose socket is connected."""

from dataclasses import dataclass, field

from arena.base.errors import Unauthenticated
from arena.base.identity import Identity
from backbeat.gateway.access import Credentials


@dataclass(frozen=True, slots=True)
class Caller:
    """A socket that is connected.

    Attributes:
        sid: Of the connection.
        identity: Who it is; None: a visitor.
        credentials: What it came with, to be asked about again.
    """

    sid: str
    identity: Identity | None
    credentials: Credentials = field(default_factory=Credentials, repr=False)

    def who(self) -> Identity:
        """Who it is.

        Raises:
            Unauthenticated: A visitor.
        """
        if self.identity is None:
            raise Unauthenticated("sign in first, and connect with the token")
        return self.identity
