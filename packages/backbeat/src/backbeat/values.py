"""Values that declarations, producers and handlers share: priorities, policies, outcomes."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Final, Literal, Self

from backbeat.errors import InvalidOption

Seconds = float | timedelta
OnFailure = Literal["fail", "continue", "ignore"]
Backoff = Literal["fixed", "linear", "exponential", "custom"]

DAY: Final = 86_400.0


def seconds(value: Seconds) -> float:
    """A duration as seconds, whichever way it was written.

    Raises:
        InvalidOption: It is negative or not finite.
    """
    number = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if not 0 <= number < 1e10:
        raise InvalidOption(f"a duration must be between 0 and 10^10 seconds, not {value!r}")
    return number


class Priority(IntEnum):
    """Named levels; larger is more urgent. Any whole number from 0 to 10 is a priority."""

    MAINTENANCE = 1
    LOW = 3
    NORMAL = 5
    HIGH = 7
    CRITICAL = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Retry:
    """How often a failing job is tried, how long to wait between, and for which errors.

    Attributes:
        attempts: Runs in all, the first one included. Defaults to 1: no retry.
        backoff: Which formula gives the wait after the n-th failure (n from 1): fixed `delay`,
            linear `delay * n`, exponential `delay * factor ** (n - 1)`, custom `formula(n)`.
        delay: Seconds, see `backoff`. Defaults to 1.
        factor: Base of the exponential formula. Defaults to 2.
        max_delay: Seconds no wait exceeds, before jitter. Defaults to one day.
        jitter: Part of each wait drawn at random, 0 to 1: the wait lies evenly between
            `(1 - jitter) * wait` and `wait`. Defaults to 0.
        formula: Seconds to wait after failure n, for `backoff="custom"`.
        only: When given, only these exception types are retried.
        never: These exception types are never retried; wins over `only`.
    """

    attempts: int = 1
    backoff: Backoff = "fixed"
    delay: float = 1.0
    factor: float = 2.0
    max_delay: float = DAY
    jitter: float = 0.0
    formula: Callable[[int], float] | None = None
    only: tuple[type[Exception], ...] = ()
    never: tuple[type[Exception], ...] = ()

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense, naming the field."""
        if not 1 <= self.attempts <= 1_000:
            raise InvalidOption(f"attempts must be from 1 to 1000, not {self.attempts}")
        if not 0 <= self.jitter <= 1:
            raise InvalidOption(f"jitter must be from 0 to 1, not {self.jitter}")
        if self.factor < 1:
            raise InvalidOption(f"factor must be at least 1, not {self.factor}")
        if (self.backoff == "custom") != (self.formula is not None):
            raise InvalidOption("formula= belongs to backoff='custom', and only there")
        seconds(self.delay)
        seconds(self.max_delay)

    @classmethod
    def fixed(cls, *, attempts: int, delay: Seconds, jitter: float = 0.0) -> Self:
        """The same wait after every failure."""
        return cls(attempts=attempts, backoff="fixed", delay=seconds(delay), jitter=jitter)

    @classmethod
    def linear(
        cls, *, attempts: int, delay: Seconds, max_delay: Seconds = DAY, jitter: float = 0.0
    ) -> Self:
        """A wait that grows by `delay` with every failure."""
        return cls(
            attempts=attempts, backoff="linear", delay=seconds(delay),
            max_delay=seconds(max_delay), jitter=jitter,
        )  # fmt: skip

    @classmethod
    def exponential(
        cls, *, attempts: int, delay: Seconds, factor: float = 2.0,
        max_delay: Seconds = DAY, jitter: float = 0.0,
    ) -> Self:  # fmt: skip
        """A wait that is multiplied by `factor` with every failure."""
        return cls(
            attempts=attempts, backoff="exponential", delay=seconds(delay), factor=factor,
            max_delay=seconds(max_delay), jitter=jitter,
        )  # fmt: skip

    @classmethod
    def custom(cls, formula: Callable[[int], float], *, attempts: int, jitter: float = 0.0) -> Self:
        """A wait that `formula(failures)` gives in seconds."""
        return cls(attempts=attempts, backoff="custom", formula=formula, jitter=jitter)

    def wait(self, failures: int, *, rng: Callable[[], float] = random.random) -> float:
        """Seconds to wait after the given number of failures.

        Args:
            failures: Failures so far, from 1.
            rng: Gives a number in [0, 1) for the jitter.
        """
        base = min(self._base(failures), self.max_delay)
        return max(0.0, base * (1 - self.jitter * rng()))

    def retries(self, error: BaseException, failures: int) -> bool:
        """Whether another attempt follows this error."""
        if failures >= self.attempts or isinstance(error, self.never):
            return False
        return not self.only or isinstance(error, self.only)

    def _base(self, failures: int) -> float:
        if self.formula is not None:
            return float(self.formula(failures))
        if self.backoff == "linear":
            return self.delay * failures
        if self.backoff == "exponential":
            # The exponent is bounded so that a high attempt count cannot overflow a float.
            return self.delay * self.factor ** min(failures - 1, 64)
        return self.delay


NO_RETRY: Final = Retry()


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
        max_bytes: Bytes of payloads and results that ended jobs may hold together. Defaults to
            None: not counted.
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


@dataclass(frozen=True, slots=True)
class Snooze:
    """Returned by a handler: run me again later. Uses no attempt.

    Attributes:
        delay: How long, in seconds or as timedelta.
    """

    delay: Seconds


@dataclass(frozen=True, slots=True)
class WaitForChildren:
    """Returned by a handler of a flow: run me again when the children that I added have ended.

    Uses no attempt. If all have ended already, the job runs again at once.
    """


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many children of a job must succeed; it starts as soon as they have.

    Attributes:
        number: How many, from 1.
    """

    number: int

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.number < 1:
            raise InvalidOption(f"AtLeast({self.number}): at least 1")


@dataclass(frozen=True, slots=True)
class Share:
    """Such a share of the children of a job must succeed; it starts as soon as they have.

    Attributes:
        share: Above 0, at most 1; 0.8 of 7 children are 6. Counts in millionths.
    """

    share: float

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if not 1e-6 <= self.share <= 1:
            raise InvalidOption(f"Share({self.share}): above 0, and at most 1")


@dataclass(frozen=True, slots=True)
class Cancel:
    """Returned by a handler: this job is not to be done. It ends as cancelled.

    Attributes:
        reason: Why, for whoever asks later.
    """

    reason: str = ""
