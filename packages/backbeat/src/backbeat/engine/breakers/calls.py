"""The calls to a breaker: their arguments and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from backbeat.engine.calls.reply import items, number, text
from backbeat.engine.transport.base import Reply
from backbeat.lua import Arg

BreakerState = Literal["closed", "open", "half-open"]
Ending = Literal["well", "failed", "none"]

# What one call carries of each kind.
MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Rules:
    """When a breaker opens and closes, in the words of the script.

    Attributes:
        rate: Failures in a million calls at which it opens.
        min_calls: Calls in the window below which it never opens.
        window_ms: How long a call counts.
        open_ms: How long it stays open.
        probes: Calls that have to end well before it closes.
    """

    rate: int
    min_calls: int
    window_ms: int
    open_ms: int
    probes: int


@dataclass(frozen=True, slots=True)
class Passed:
    """The answer to those that want to call.

    Attributes:
        state: Of the breaker.
        epoch: Rises with each change of the state; a call is counted under that it began in.
        granted: How many may call: the first ones.
        early: How many of the others come back at `first_ms`; the rest at `later_ms`.
        first_ms: When the first of them come back.
        later_ms: When the rest comes back.
        now_ms: The server's time.
    """

    state: BreakerState
    epoch: int
    granted: int
    early: int
    first_ms: int
    later_ms: int
    now_ms: int

    def back_ms(self, place: int) -> int:
        """When the one at this place, from 0, comes back; 0 where it may call."""
        if place < self.granted:
            return 0
        return self.first_ms if place < self.granted + self.early else self.later_ms


@dataclass(frozen=True, slots=True)
class BreakerLook:
    """What a breaker does, and why.

    Attributes:
        state: Of the breaker.
        since_ms: When it changed last; 0 for never.
        until_ms: When it becomes half-open; 0 where that is not known.
        well: Calls in the window that ended well.
        failed: Those that failed.
        good: Probes that ended well.
        probing: Probes that run.
        rules: By which it was called last; None before the first call.
        now_ms: The server's time.
    """

    state: BreakerState
    since_ms: int
    until_ms: int
    well: int
    failed: int
    good: int
    probing: int
    rules: Rules | None
    now_ms: int


def is_idle(look: BreakerLook) -> bool:
    """Whether a breaker is as if nobody had ever used it, but for its rules."""
    return look.state == "closed" and not (look.well or look.failed or look.good or look.probing)


def pass_args(
    rules: Rules,
    hold_ms: int,
    *,
    calls: Mapping[int, Sequence[int]],
    ended: Sequence[tuple[str, Ending]],
    running: Sequence[str],
    wanting: Sequence[str],
) -> list[Arg]:
    """Arguments of `pass`, at most 1,000 of each kind.

    Args:
        rules: Those of the breaker.
        hold_ms: How long a probe is waited for.
        calls: Epoch -> calls that ended well and that failed.
        ended: Probes that have ended: token and how.
        running: Tokens of probes that go on.
        wanting: Tokens of those that want to call.
    """
    return [
        rules.rate, rules.min_calls, rules.window_ms, rules.open_ms, rules.probes, hold_ms,
        len(calls), *(part for epoch, (well, bad) in calls.items() for part in (epoch, well, bad)),
        len(ended), *(part for each in ended for part in each),
        len(running), *running,
        len(wanting), *wanting,
    ]  # fmt: skip


def parse_pass(reply: Reply) -> Passed:
    """What `pass` said."""
    state, *numbers = items(reply, 7)
    return Passed(_state(state), *map(number, numbers))


def force_args(state: Literal["open", "closed"], ms: int) -> list[Arg]:
    """Arguments of `force`; 0 ms: until it is closed by hand."""
    return [state, ms]


def parse_look(reply: Reply) -> BreakerLook:
    """What `look` said."""
    state, since, ends, well, failed, good, probing, rules, now_ms = items(reply, 9)
    known = [int(part) for part in text(rules).split(":") if part]
    return BreakerLook(
        _state(state), number(since), number(ends), number(well), number(failed), number(good),
        number(probing), Rules(*known) if known else None, number(now_ms),
    )  # fmt: skip


def _state(reply: Reply) -> BreakerState:
    return cast("BreakerState", text(reply))
