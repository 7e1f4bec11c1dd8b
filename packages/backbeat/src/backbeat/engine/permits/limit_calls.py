"""The calls on a limit: units of a rate and slots are taken, settled, and held up."""

from dataclasses import dataclass
from typing import Literal

from backbeat.engine.calls.reply import Arg, Reply, items, number, text

Kind = Literal["sliding", "bucket"]


@dataclass(frozen=True, slots=True)
class LimitTerms:
    """What a limit allows.

    Attributes:
        name: Its name.
        slots: How many may run at once; 0 is any number.
        rate: Units in `per_us`; 0 is any number.
        per_us: The time that a rate counts in, in µs.
        kind: "sliding": in no time of that length are there more. "bucket": up to `burst` at once,
            then evenly.
        burst: Units that a bucket holds.
    """

    name: str
    slots: int = 0
    rate: int = 0
    per_us: int = 0
    kind: Kind = "sliding"
    burst: int = 0

    @property
    def most(self) -> int:
        """The most units that can be taken at once; 0 is any number."""
        return self.burst if self.kind == "bucket" else self.rate


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of that which was taken before.

    Attributes:
        spent: Units that were used.
        unspent: Units that were not.
        freed: Slots that are free again.
    """

    spent: int = 0
    unspent: int = 0
    freed: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What was given.

    Attributes:
        units: Units.
        slots: Slots.
        again_ms: When to look again; 0 where something was given, or nothing wanted.
        now_ms: The server's time.
        jobs: Parked jobs whose turn has come, as queue|id.
    """

    units: int
    slots: int
    again_ms: int
    now_ms: int
    jobs: tuple[str, ...]


def take_args(
    terms: LimitTerms,
    token: str,
    *,
    settled: Settled = Settled(),
    want: int = 0,
    need: int = 0,
    slots: int = 0,
    pending: bool = False,
    stay: bool = False,
    since_ms: int = 0,
    ttl_ms: int = 30_000,
    who: str = "",
) -> list[Arg]:
    """Arguments of `take`, after session and number.

    Args:
        terms: What the limit allows.
        token: Whose share it is, and its name in the line.
        settled: What became of that which was taken before.
        want: The most units to take; 0 takes nothing.
        need: The fewest that are of use.
        slots: The most slots to take.
        pending: Whether it is told later which units were used.
        stay: Whether to join the line where there is nothing.
        since_ms: Since when it waits; 0 is from now on.
        ttl_ms: How long the share is kept without being extended, and a waiter that is silent.
        who: About the holder; JSON.
    """
    return [
        token, settled.spent, settled.unspent, settled.freed, want, need, slots, int(pending),
        int(stay), since_ms, ttl_ms, terms.slots, terms.rate, terms.per_us, terms.kind, terms.burst,
        who.replace("|", ""),
    ]  # fmt: skip


def parse_take(reply: Reply) -> Taken:
    """What was given."""
    units, slots, again_ms, now_ms, *jobs = items(reply, 4)
    given = (number(units), number(slots), number(again_ms), number(now_ms))
    return Taken(*given, tuple(map(text, jobs)))


def scale_args(most: int, declared: int) -> list[Arg]:
    """Arguments of `scale`: slots that there are, 0 as declared; and what that is, 0 if unknown."""
    return [most, declared]


def parse_scale(reply: Reply) -> tuple[str, ...]:
    """Parked jobs whose turn has come, as queue|id."""
    _, *jobs = items(reply, 1)
    return tuple(map(text, jobs))


def pause_args(for_ms: int) -> list[Arg]:
    """Arguments of `pause`, after session and number: how long from now on; 0 ends a pause."""
    return [for_ms]


def parse_pause(reply: Reply) -> tuple[int, int]:
    """Until when it lasts, 0 for not at all, and the server's time."""
    ends_ms, now_ms = items(reply, 2)
    return number(ends_ms), number(now_ms)
