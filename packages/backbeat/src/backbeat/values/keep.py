"""What stays of ended jobs."""

from dataclasses import dataclass

from backbeat.errors import InvalidOption
from backbeat.values.durations import DAY, Seconds, seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Keep:
    """How many ended jobs stay readable, and how long. None means: without that bound.

    Attributes:
        completed: Completed jobs kept, the newest. 0 keeps none. Defaults to 1,000.
        failed: Failed jobs kept. Defaults to 10,000.
        cancelled: Cancelled jobs kept. Defaults to 1,000.
        completed_for: Seconds a completed job stays. Defaults to one day.
        failed_for: Seconds a failed job stays. Defaults to 30 days.
        cancelled_for: Seconds a cancelled job stays. Defaults to one day.
        max_bytes: Bytes that ended jobs may hold together: arguments, results or errors, attempts,
            progress, log lines, and what children gave to their parents. The oldest go first,
            failed ones last. Defaults to None: not counted.
    """

    completed: int | None = 1_000
    failed: int | None = 10_000
    cancelled: int | None = 1_000
    completed_for: Seconds | None = DAY
    failed_for: Seconds | None = 30 * DAY
    cancelled_for: Seconds | None = DAY
    max_bytes: int | None = None

    def __post_init__(self) -> None:
        """Refuse negative bounds, naming the field."""
        for name in ("completed", "failed", "cancelled", "max_bytes"):
            bound = getattr(self, name)
            if bound is not None and bound < 0:
                raise InvalidOption(f"Keep({name}=...) must not be negative, and is {bound}")
        for name in ("completed_for", "failed_for", "cancelled_for"):
            age = getattr(self, name)
            if age is not None:
                seconds(age)
