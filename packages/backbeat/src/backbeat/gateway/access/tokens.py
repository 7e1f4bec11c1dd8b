"""JSON Web Tokens as an access policy."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from backbeat.errors import ConfigurationError
from backbeat.gateway.access.actions import Action
from backbeat.gateway.access.policy import Credentials
from backbeat.gateway.access.principal import Principal
from backbeat.gateway.access.roles import Role

# Longer ones are refused before anything of them is read.
MOST_BYTES: Final = 8_192
_MOST_HEADER: Final = 4_096
_LEEWAY_S: Final = 30
# Algorithm -> bytes that a secret of it has at least.
_SECRET: Final = {"HS256": 32, "HS384": 48, "HS512": 64}
_PUBLIC: Final = frozenset({"RS256", "RS512", "PS256", "PS512", "ES256", "ES384", "EdDSA"})
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")

# What the claims of a verified token, or a header that nobody has signed, may end in.
_UNREADABLE: Final = (
    ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError,
)  # fmt: skip

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key that signs tokens, and the one algorithm that it signs them with.

    Attributes:
        key: The secret, or the public key as PEM.
        algorithm: Such as "EdDSA", "ES256" or "HS256".
    """

    key: str | bytes = field(repr=False)
    algorithm: str

    def __post_init__(self) -> None:
        """Refuse a key that does not fit its algorithm.

        Raises:
            ConfigurationError: Nobody may sign so, or a public key is to be used as a secret.
        """
        if self.algorithm not in {*_SECRET, *_PUBLIC}:
            known = ", ".join(sorted({*_SECRET, *_PUBLIC}))
            raise ConfigurationError(f"algorithm {self.algorithm!r}: one of {known} is needed")
        text = self.key.encode() if isinstance(self.key, str) else self.key
        least = _SECRET.get(self.algorithm)
        if least is not None and (len(text) < least or b"-----BEGIN" in text):
            raise ConfigurationError(
                f"{self.algorithm} needs a secret of {least} bytes or more, and no PEM"
            )


def granted(claims: Claims) -> Principal:
    """What the claims of a token grant: `roles` or `actions`, in `queues`, of `jobs`.

    Raises:
        ValueError: They grant nothing that is known.
    """
    actions = {action for role in _words(claims, "roles") for action in Role(role).actions}
    actions |= {Action(each) for each in _words(claims, "actions")}
    return Principal(
        name=f"token:{claims['sub']}"[:200],
        actions=frozenset(actions),
        queues=_scope(claims, "queues"),
        jobs=_scope(claims, "jobs"),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )


class TokenAccess:
    """Recognises JSON Web Tokens that one issuer made for this application.

    Each key has one algorithm; a token names its key by `kid`, which is looked up here and nowhere
    else. `exp`, `iss`, `aud` and `sub` are needed, `nbf` and `iat` are respected, with 30 s for
    clocks that differ. Tokens with `crit`, without a signature, or encrypted ones are refused.
    """

    def __init__(
        self,
        keys: Mapping[str, TokenKey],
        *,
        issuer: str,
        audience: str,
        principal: Callable[[Claims], Principal] = granted,
    ) -> None:
        """Recognise the tokens of an issuer.

        Args:
            keys: The keys by their `kid`; a token without one is signed by the only key.
            issuer: What `iss` has to be.
            audience: What `aud` has to be, or hold.
            principal: Makes somebody of verified claims. Defaults to `granted`.

        Raises:
            ConfigurationError: There is no key, or one has a name that is none.
        """
        if not keys or not all(map(_NAME.fullmatch, keys)):
            raise ConfigurationError("TokenAccess needs keys, by names of letters, digits and ._-")
        self._keys = dict(keys)
        self._issuer = issuer
        self._audience = audience
        self._principal = principal

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """See `Access.recognise`."""
        claims = self.claims(credentials.bearer)
        try:
            return None if claims is None else self._principal(claims)
        except _UNREADABLE:
            return None

    def claims(self, token: str | None) -> Claims | None:
        """What a token claims, verified; None where there is none, or it is not to be trusted."""
        import jwt  # only who uses tokens needs the package

        if token is None or len(token) > MOST_BYTES or token.count(".") != 2:
            return None
        try:
            return self._verified(token)
        except (jwt.PyJWTError, *_UNREADABLE):
            return None

    def _verified(self, token: str) -> Claims:
        import jwt

        if token.index(".") > _MOST_HEADER:
            raise ValueError("the header is too long")
        header = jwt.get_unverified_header(token)
        if "crit" in header:
            raise ValueError("what it calls critical is not known here")
        key = self._key(header.get("kid"))
        return jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm],
            issuer=self._issuer,
            audience=self._audience,
            leeway=_LEEWAY_S,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )

    def _key(self, kid: object) -> TokenKey:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        if not isinstance(kid, str):
            raise ValueError("it does not say which key has signed it")
        return self._keys[kid]


def _words(claims: Claims, name: str) -> list[str]:
    words = claims.get(name, [])
    if not isinstance(words, list) or not all(isinstance(each, str) for each in words):
        raise ValueError(f"{name} is a list of words")
    return words


def _scope(claims: Claims, name: str) -> frozenset[str] | None:
    return frozenset(_words(claims, name)) if name in claims else None
