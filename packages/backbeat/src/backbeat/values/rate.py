"""How much may start in a time."""

from dataclasses import dataclass

from backbeat.errors import InvalidOption
from backbeat.values.durations import DAY, Seconds, seconds


@dataclass(frozen=True, slots=True)
class Rate:
    """How much may start in a time.

    Without `burst` a window slides: in no stretch of `per` seconds does more than `count` start.
    With it, a bucket that holds `burst` fills at `count` per `per`: over a time t at most
    `burst + count * t / per` starts.

    Attributes:
        count: Jobs, or their costs together.
        per: Seconds or timedelta. Defaults to 1.
        burst: What may start at once after a quiet time. Defaults to None: a sliding window.
    """

    count: int
    per: Seconds = 1.0
    burst: int | None = None

    def __post_init__(self) -> None:
        """Refuse what can never be kept."""
        if not 1 <= self.count <= 10**9:
            raise InvalidOption(f"Rate: count must be from 1 to 10^9, not {self.count}")
        if not 0.001 <= seconds(self.per) <= DAY:
            raise InvalidOption(f"Rate: per must be from 1 ms to a day, not {self.per!r}")
        if self.burst is not None and not 1 <= self.burst <= 10**9:
            raise InvalidOption(f"Rate: burst must be from 1 to 10^9, not {self.burst}")
