"""How many jobs a worker runs at once, by what it can bear."""

from dataclasses import dataclass

from backbeat.errors import InvalidOption
from backbeat.values.durations import DAY


@dataclass(frozen=True, slots=True)
class Strain:
    """What a worker bore in one interval.

    Attributes:
        lag: Seconds by which its event loop was late, on average.
        cpu: CPU that its process used, as share of one core.
        latency: Seconds that its jobs took, on average; None where none was started.
        full: Whether all of its slots were in use, most of the time.
    """

    lag: float = 0.0
    cpu: float = 0.0
    latency: float | None = None
    full: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Adaptive:
    """How many jobs a worker runs at once, by what it can bear.

    It begins with `low`. While all slots are in use and nothing is strained, `step` are added each
    interval; where the event loop is late, the CPU is busy or jobs take too long, the number is
    multiplied by `cut`. That finds the number that a worker can bear, and leaves it room.

    Attributes:
        low: Never fewer than this. Defaults to 4.
        high: Never more. Defaults to 200.
        lag: Seconds by which the event loop may be late on average. Defaults to 0.05.
        cpu: Share of one core that the process may use. Defaults to 0.9; handlers in threads that
            use several cores may want more.
        latency: Seconds that jobs may take on average, such as when a database is asked by too many
            at once. Defaults to None: not looked at.
        step: Slots added in an interval. Defaults to 4.
        cut: By what the number is multiplied under strain, above 0 and below 1. Defaults to 0.75.
        every: Seconds of an interval. Defaults to 1.
    """

    low: int = 4
    high: int = 200
    lag: float = 0.05
    cpu: float = 0.9
    latency: float | None = None
    step: int = 4
    cut: float = 0.75
    every: float = 1.0

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense, naming the field."""
        if not 1 <= self.low <= self.high:
            raise InvalidOption(
                f"Adaptive: low must be from 1 to high, not {self.low} to {self.high}"
            )
        if self.step < 1:
            raise InvalidOption(f"Adaptive: step must be at least 1, not {self.step}")
        if not 0 < self.cut < 1:
            raise InvalidOption(f"Adaptive: cut must be above 0 and below 1, not {self.cut}")
        for name in ("lag", "cpu", "every", "latency"):
            number = getattr(self, name)
            if number is not None and not 0.001 <= number <= DAY:
                raise InvalidOption(f"Adaptive: {name} must be from 0.001 to a day, not {number}")

    def next(self, now: int, strain: Strain) -> int:
        """How many jobs at once after an interval.

        Args:
            now: How many it was.
            strain: What the worker bore.
        """
        slow = self.latency is not None and (strain.latency or 0.0) > self.latency
        if strain.lag > self.lag or strain.cpu > self.cpu or slow:
            now = min(now - 1, int(now * self.cut))
        elif strain.full:
            now += self.step
        return max(self.low, min(now, self.high))
