"""Which jobs are the same."""

from dataclasses import dataclass
from typing import Literal

from backbeat.errors import InvalidOption
from backbeat.values.durations import Seconds, seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Unique:
    """Which jobs are the same, and for how long a second one is not taken.

    A second job is answered with the handle of the first, which says `existing`.

    Attributes:
        by: Names of the arguments that must be equal. Defaults to None: all of them; `()`: none,
            so that there is one job of this handler.
        key: The key itself, with arguments in braces, such as `"wallet:{wallet}"`: it holds over
            all handlers of the queue. Not together with `by`.
        until: The first job holds the key until it has "started", has "ended", or is "gone", which
            is when it is kept no longer. Defaults to "ended".
        period: The first job holds the key for this time instead, from when it was enqueued,
            whatever becomes of it: a throttle.
        debounce: The job starts after this time, and each newcomer replaces its arguments and
            begins the time anew.
        max_wait: With `debounce`: no later than this after the first. Defaults to None: ever.
        latest: The newest wins: while the job waits, a newcomer replaces its arguments; while it
            runs, the newest waits for its end and then runs.
    """

    by: tuple[str, ...] | None = None
    key: str | None = None
    until: Literal["started", "ended", "gone"] = "ended"
    period: Seconds | None = None
    debounce: Seconds | None = None
    max_wait: Seconds | None = None
    latest: bool = False

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        ways = {
            "period": self.period is not None,
            "debounce": self.debounce is not None,
            "latest": self.latest,
            "until": self.until != "ended",
        }
        if (chosen := [name for name, given in ways.items() if given])[1:]:
            raise InvalidOption(f"Unique: {' and '.join(chosen)} exclude each other")
        if self.until not in {"started", "ended", "gone"}:
            raise InvalidOption(f"Unique: until is started, ended or gone, not {self.until!r}")
        if self.by is not None and self.key is not None:
            raise InvalidOption("Unique: by= and key= exclude each other")
        if isinstance(self.by, str):
            raise InvalidOption(f"Unique: by= is a tuple of names: write ({self.by!r},)")
        if self.max_wait is not None and self.debounce is None:
            raise InvalidOption("Unique: max_wait= belongs to debounce=")
        for time in (self.period, self.debounce, self.max_wait):
            if time is not None and seconds(time) < 0.001:
                raise InvalidOption("Unique: a time must be at least 1 ms")
