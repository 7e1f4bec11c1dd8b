"""When to stop calling what fails."""

from dataclasses import dataclass

from backbeat.errors import InvalidOption
from backbeat.values.durations import DAY, Seconds, seconds


@dataclass(frozen=True, slots=True)
class Breaker:
    """When to stop calling something that fails, and when to try again.

    It is closed at first, and counts how the jobs of its handlers end, over all workers. Where too
    many fail it opens: its jobs wait, with no attempt used. After a time it is half-open: a few of
    them try, and it closes when all of these end well, or opens again.

    Attributes:
        name: Of what is called; handlers that name the same share it. Defaults to the handler's
            own.
        failure_rate: Share of the calls in the window whose failure opens it, above 0 to 1.
            Defaults to 0.5.
        min_calls: Calls in the window below which it never opens. Defaults to 20.
        window: How long a call counts. Defaults to 30 seconds.
        open_for: How long it stays open. Defaults to 60 seconds.
        probes: Calls that have to end well before it closes; no more than these are let through
            meanwhile. Defaults to 3.
        only: When given, only these exception types count as failures.
        never: These exception types never do; wins over `only`.
    """

    name: str = ""
    failure_rate: float = 0.5
    min_calls: int = 20
    window: Seconds = 30.0
    open_for: Seconds = 60.0
    probes: int = 3
    only: tuple[type[Exception], ...] = ()
    never: tuple[type[Exception], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what makes no sense, naming the field."""
        if not 0 < self.failure_rate <= 1:
            raise InvalidOption(
                f"Breaker: failure_rate must be above 0 and at most 1, not {self.failure_rate}"
            )
        if not 1 <= self.min_calls <= 10**6:
            raise InvalidOption(f"Breaker: min_calls must be from 1 to 10^6, not {self.min_calls}")
        if not 1 <= self.probes <= 1_000:
            raise InvalidOption(f"Breaker: probes must be from 1 to 1000, not {self.probes}")
        for name in ("window", "open_for"):
            if not 0.01 <= seconds(getattr(self, name)) <= 10 * DAY:
                raise InvalidOption(f"Breaker: {name} must be from 10 ms to 10 days")

    def counts(self, error: BaseException) -> bool:
        """Whether this error is a failure of what is called."""
        if not isinstance(error, Exception) or isinstance(error, self.never):
            return False
        return not self.only or isinstance(error, self.only)
