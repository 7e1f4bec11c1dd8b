"""What becomes of slots whose time passed while nobody could fire them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Final, Literal

from backbeat.errors import InvalidOption
from backbeat.schedules.timetable import Timetable
from backbeat.values import Seconds, seconds

# Until the next slot falls due, but no longer than this, a slot is late and not missed.
GRACE_MS: Final = 60_000
# More that were missed are not counted one by one.
MOST_COUNTED: Final = 1_000
MOST_CAUGHT_UP: Final = 1_000


@dataclass(frozen=True, slots=True)
class Window:
    """Run those missed slots that are no older than this.

    Attributes:
        length: Seconds or timedelta.
    """

    length: Seconds

    def __post_init__(self) -> None:
        """Refuse a length that is none."""
        seconds(self.length)


Missed = Literal["skip", "one", "all"] | Window


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about a schedule that is due.

    Attributes:
        run: The slots to run, the oldest first.
        left_out: How many slots before these are not run; 1,000 stands for that many or more.
        last: The last slot that is due.
        following: The first slot after all that are due; None where there is none.
    """

    run: tuple[int, ...]
    left_out: int
    last: int
    following: int | None


def check_missed(missed: Missed, cap: int) -> None:
    """Refuse a policy that is none.

    Raises:
        InvalidOption: The message names the field.
    """
    if not isinstance(missed, Window) and missed not in {"skip", "one", "all"}:
        raise InvalidOption(f"missed must be 'skip', 'one', 'all' or Window(...), not {missed!r}")
    if not 1 <= cap <= MOST_CAUGHT_UP:
        raise InvalidOption(f"cap must be from 1 to {MOST_CAUGHT_UP:,}, not {cap}")


def decide(
    timetable: Timetable, slot: int, now_ms: int, missed: Missed, cap: int = 100
) -> Decision:
    """Which of the slots that are due run.

    Args:
        timetable: The slots.
        slot: The first one that was not fired; it is due.
        now_ms: The present moment.
        missed: The policy.
        cap: How many missed slots run at most; the newest are chosen.
    """
    count = 1 if missed in ("skip", "one") else cap + 1
    # A worker with other time zone data may have named a slot that is none here.
    newest = _newest_due(timetable, slot, now_ms, count) or [slot]
    run = _chosen(timetable, newest, now_ms, missed, cap)
    first = run[0] if run else newest[-1] + 1
    counted = islice(takewhile(lambda each: each < first, timetable.slots(slot - 1)), MOST_COUNTED)
    left_out = sum(1 for _ in counted)
    return Decision(run, left_out, newest[-1], timetable.after(newest[-1]))


def _newest_due(timetable: Timetable, slot: int, now_ms: int, count: int) -> list[int]:
    """The last slots that are due, at most so many; there may be millions before them."""
    newest: deque[int] = deque()
    until, step = _first_not_due(timetable, now_ms) - 1, 1_000
    while len(newest) < count and until >= slot:
        since = max(until - step, slot - 1)
        part = deque(_between(timetable, since, until), maxlen=count - len(newest))
        newest.extendleft(reversed(part))
        until, step = since, step * 2
    return list(newest)


def _first_not_due(timetable: Timetable, now_ms: int) -> int:
    """Jitter may let a slot overtake the one before it: what comes after that has to wait."""
    for slot in _between(timetable, now_ms - timetable.jitter_ms, now_ms):
        if timetable.due(slot) > now_ms:
            return slot
    return now_ms + 1


def _between(timetable: Timetable, since: int, until: int) -> Iterator[int]:
    """The slots after one moment, up to another."""
    return takewhile(lambda each: each <= until, timetable.slots(since))


def _chosen(
    timetable: Timetable, newest: list[int], now_ms: int, missed: Missed, cap: int
) -> tuple[int, ...]:
    """Of the newest slots that are due, those that run."""
    last = newest[-1]
    on_time = now_ms - timetable.due(last) <= GRACE_MS
    if missed == "one":
        return (last,)
    if missed == "skip":
        return (last,) if on_time else ()
    before = newest if not on_time else newest[:-1]
    if isinstance(missed, Window):
        length_ms = round(seconds(missed.length) * 1000)
        before = [each for each in before if now_ms - timetable.due(each) <= length_ms]
    return (*before[-cap:], *((last,) if on_time else ()))
