"""How HTTP of the house is set up."""

from dataclasses import dataclass, field
from typing import Final, Self

from arena.base.settings import ArenaSettings
from backbeat import Rate
from backbeat.gateway.http import BodyLimits

_READ: Final = Rate(50, per=1, burst=200)
_WRITE: Final = Rate(20, per=1, burst=100)
_VISITOR: Final = Rate(100, per=900)
_REFUSED: Final = Rate(10, per=60, burst=10)
_FROM: Final = Rate(50, per=900)
_AT: Final = Rate(10, per=900)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """How HTTP is set up; of rates, None is any number.

    Attributes:
        origins: Origins whose pages may ask, besides our own. Defaults to none.
        bodies: What is taken of a body. Defaults to 1 MiB, 64 levels, 10 s.
        seconds: Longest time that a request may take. Defaults to 30, half of what a request with
            an `Idempotency-Key` is held for.
        visitor: Requests of one address where nobody is signed in. Defaults to 100 in 15 minutes.
        read: Reads of one user. Defaults to 50 a second, 200 at once.
        write: Writes of one user. Defaults to 20 a second, 100 at once.
        refused: Requests of one address with wrong credentials. Defaults to 10 a minute.
        attempts_from: Attempts of one address to sign in or up. Defaults to 50 in 15 minutes.
        attempts_at: Attempts to sign in to one account. Defaults to 10 in 15 minutes.
    """

    origins: tuple[str, ...] = ()
    bodies: BodyLimits = field(default_factory=BodyLimits)
    seconds: float = 30.0
    visitor: Rate | None = _VISITOR
    read: Rate | None = _READ
    write: Rate | None = _WRITE
    refused: Rate | None = _REFUSED
    attempts_from: Rate | None = _FROM
    attempts_at: Rate | None = _AT

    @classmethod
    def of(cls, settings: ArenaSettings) -> Self:
        """As the settings say."""
        window_s = settings.rate_limit_window_ms / 1000
        return cls(
            origins=settings.origins,
            visitor=Rate(settings.rate_limit_max_requests, per=window_s),
        )
