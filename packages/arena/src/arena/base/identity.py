"""Somebody who is signed in, and what they may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from backbeat.gateway.access import Credentials


class Role(StrEnum):
    """What somebody may; a user has any number of them."""

    PLAYER = "player"
    """Play, bid, and what is their own."""

    SELLER = "seller"
    """Sell: everybody who signs up may, until it is taken from them."""

    OPERATOR = "operator"
    """Look into the house and keep it running; steer jobs."""

    ADMIN = "admin"
    """Everything, other people's things too."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks.

    Attributes:
        user_id: The user.
        name: As others see them.
        roles: What they may.
        session_id: The sign-in that they come by.
        expires_at: When that ends.
    """

    user_id: UUID
    name: str
    roles: frozenset[Role]
    session_id: UUID
    expires_at: datetime

    def has(self, role: Role) -> bool:
        """Whether they have a role; an admin has every one."""
        return role in self.roles or Role.ADMIN in self.roles


# Who comes with these credentials; None where nobody known does.
Recognise = Callable[[Credentials], Awaitable[Identity | None]]
