"""How a failing job is tried again."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Self

from backbeat.errors import InvalidOption
from backbeat.values.durations import DAY, Seconds, seconds

Backoff = Literal["fixed", "linear", "exponential", "custom"]


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
