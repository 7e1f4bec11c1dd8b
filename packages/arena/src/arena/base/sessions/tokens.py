"""Signs and reads the tokens of sessions: one algorithm, one issuer, one audience."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import jwt

from arena.base.identity import Identity, Role
from backbeat.gateway.access import TokenAccess, TokenKey

_NAME: Final = "arena"
_ALGORITHM: Final = "HS256"


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was made.

    Attributes:
        token: For the one who signed in.
        expires_at: When it ends.
    """

    token: str
    expires_at: datetime


class Tokens:
    """Makes tokens, and reads those that it has made.

    How they are verified is `TokenAccess`'s: bounded, no other algorithm, no `crit`, all of `exp`,
    `nbf`, `iss`, `aud` heeded.
    """

    def __init__(self, secret: str, *, seconds: int) -> None:
        """Take the secret.

        Args:
            secret: At least 32 characters, the same in every process.
            seconds: How long a session is good for.
        """
        self.seconds = seconds
        self._secret = secret
        keys = {_NAME: TokenKey(secret, _ALGORITHM)}
        self._reader = TokenAccess(keys, issuer=_NAME, audience=_NAME)

    def issue(self, identity: Identity, now_ms: int) -> Issued:
        """A token for somebody who signed in."""
        began = now_ms // 1000
        claims = {
            "iss": _NAME,
            "aud": _NAME,
            "sub": str(identity.user_id),
            "sid": str(identity.session_id),
            "name": identity.name,
            "roles": sorted(identity.roles),
            "iat": began,
            "nbf": began,
            "exp": int(identity.expires_at.timestamp()),
        }
        token = jwt.encode(claims, self._secret, algorithm=_ALGORITHM, headers={"kid": _NAME})
        return Issued(token, identity.expires_at)

    def read(self, token: str | None) -> Identity | None:
        """Whom a token names; None where it is none of ours, or has ended."""
        claims = self._reader.claims(token)
        try:
            return None if claims is None else _named(claims)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            return None


def _named(claims: Mapping[str, Any]) -> Identity:
    known = set(Role)
    return Identity(
        user_id=UUID(claims["sub"]),
        name=str(claims["name"]),
        roles=frozenset(Role(each) for each in claims["roles"] if each in known),
        session_id=UUID(claims["sid"]),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )
