"""Sign-in with Google: who a token is of, once everything about it is verified."""

import logging
from dataclasses import dataclass
from typing import Any, Final

import google.auth.exceptions
from google.auth import jwt

from arena.base.sessions.errors import GoogleRefused
from arena.base.sessions.google_keys import GoogleKeys

_ISSUERS: Final = frozenset({"accounts.google.com", "https://accounts.google.com"})
_ALGORITHM: Final = "RS256"
_MOST_BYTES: Final = 8_192
_MOST_HEADER: Final = 2_048
_SKEW_S: Final = 10

logger = logging.getLogger("arena.sessions.google")


@dataclass(frozen=True, slots=True)
class GoogleUser:
    """Whom Google vouches for.

    Attributes:
        sub: Google's name for the account; never another's, unlike an address.
        email: Address, in lower case, which Google has verified.
        name: As they call themselves; empty where they do not say.
    """

    sub: str
    email: str
    name: str


class GoogleSignIn:
    """Verifies tokens that Google made for this house."""

    def __init__(self, client_id: str, keys: GoogleKeys) -> None:
        """Accept the tokens for one client.

        Args:
            client_id: The `aud` of the tokens.
            keys: Google's.
        """
        self._client_id = client_id
        self._keys = keys

    async def verify(self, token: str) -> GoogleUser:
        """Whom a token is of.

        Raises:
            GoogleRefused: It is none of Google for this house, or its address is not verified.
            Unavailable: Google's keys cannot be had.
        """
        try:
            certificates = await self._keys.with_key(_key_id(token))
            claims = jwt.decode(  # type: ignore[no-untyped-call] # google-auth types none of it
                token, certs=certificates, audience=self._client_id, clock_skew_in_seconds=_SKEW_S
            )
            return _user(claims)
        except (
            google.auth.exceptions.GoogleAuthError, ValueError, TypeError, KeyError,
            AttributeError, RecursionError,
        ) as error:  # fmt: skip
            # Never with the token: whoever holds it is its user.
            logger.info("a token of Google was refused: %s", type(error).__name__)
            raise GoogleRefused from None


def _key_id(token: str) -> str:
    if len(token) > _MOST_BYTES or token.count(".") != 2 or token.index(".") > _MOST_HEADER:
        raise ValueError("this is no token")
    header: Any = jwt.decode_header(token)  # type: ignore[no-untyped-call]
    if header.get("alg") != _ALGORITHM or "crit" in header or not isinstance(header["kid"], str):
        raise ValueError("Google signs otherwise")
    return str(header["kid"])


def _user(claims: Any) -> GoogleUser:
    if claims["iss"] not in _ISSUERS:
        raise ValueError("another has issued it")
    if claims.get("email_verified") is not True:
        raise ValueError("the address is not verified")
    sub, email = claims["sub"], claims["email"]
    if not isinstance(sub, str) or not sub or len(sub) > 255 or not isinstance(email, str):
        raise ValueError("it names nobody")
    return GoogleUser(sub, email.strip().lower(), str(claims.get("name", "")))
