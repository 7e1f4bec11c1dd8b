"""What a route says of itself: who may use it, and what becomes of it when it is sent twice."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from arena.base.errors import Forbidden, Unauthenticated
from arena.base.identity import Identity, Role
from backbeat.gateway.http import IDEMPOTENCY_KEY, ProblemEnvelope

PERMISSION: Final = "x-permission"
REPEATS: Final = "x-repeats"


class Public(StrEnum):
    """Who may, where no role is asked for."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed-in"


EVERYONE: Final = Public.EVERYONE
SIGNED_IN: Final = Public.SIGNED_IN


class Repeated(StrEnum):
    """What becomes of a request that is sent twice."""

    MAY = "may"
    """With an `Idempotency-Key` the second gets the answer of the first."""

    MUST = "must"
    """The same, and without a key it is refused: money moves."""

    NEVER = "never"
    """The key is not looked at: the answer is a secret, and must not be kept."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of one route.

    Attributes:
        who: Who may use it.
        repeated: What becomes of a request that is sent twice.
    """

    who: Public | Role
    repeated: Repeated

    def check(self, identity: Identity | None) -> None:
        """Do nothing where somebody may.

        Raises:
            Unauthenticated: Nobody is signed in.
            Forbidden: Who is has not the role.
        """
        if self.who == EVERYONE:
            return
        if identity is None:
            raise Unauthenticated("sign in first")
        if isinstance(self.who, Role) and not identity.has(self.who):
            raise Forbidden(f"this needs the role {self.who}")


def needs(who: Public | Role, *, repeated: Repeated = Repeated.MAY) -> dict[str, Any]:
    """Options of a route: `@router.post("/bids", **needs(SIGNED_IN, repeated=Repeated.MUST))`.

    Args:
        who: Who may use it.
        repeated: What becomes of a request that is sent twice. Defaults to `MAY`.
    """
    extra: dict[str, Any] = {PERMISSION: who.value, REPEATS: repeated.value}
    if repeated is not Repeated.NEVER:
        extra["parameters"] = [_KEY | {"required": repeated is Repeated.MUST}]
    return {"openapi_extra": extra, "responses": _PROBLEMS, "response_model_by_alias": True}


def terms_of(extra: dict[str, Any] | None, path: str) -> Terms:
    """The terms of a route.

    Raises:
        TypeError: It has none: nobody thought of who may use it.
    """
    if extra is None or PERMISSION not in extra:
        raise TypeError(f"the route {path} does not say who may use it: add **needs(...)")
    named = extra[PERMISSION]
    who = Public(named) if named in set(Public) else Role(named)
    return Terms(who, Repeated(extra[REPEATS]))


_KEY: Final[dict[str, Any]] = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "Names this request: sent again, it is answered as before.",
}
_WHAT: Final = {
    400: "The request does not fit.",
    401: "Nobody who is known asks.",
    403: "Who asks may not, or a page of another origin asks.",
    404: "There is no such thing, or none for who asks.",
    409: "Its state does not allow it, or the Idempotency-Key was used for something else.",
    422: "A rule of the house says no.",
    429: "Too many requests; Retry-After says when to ask again.",
    503: "A store or a provider does not answer.",
}
_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": ProblemEnvelope, "description": what} for status, what in _WHAT.items()
}
