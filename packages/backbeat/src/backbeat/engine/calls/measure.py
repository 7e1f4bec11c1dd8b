"""The call `measure`, and reading what it wrote: rows of numbers by minute, by hour, and ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from backbeat.engine.calls.reply import Arg, Reply, items, pairs
from backbeat.engine.keys import QueueKeys

Per = Literal["minute", "hour"]

# Upper bounds of the buckets of times in ms, 1 ms to 70 minutes; one more is for what takes longer.
BUCKETS_MS: Final = tuple(1 << power for power in range(23))
LAST_BUCKET: Final = len(BUCKETS_MS)
# What a row of a handler counts before its times: started, completed, failed, cancelled, retried.
COUNTS: Final = 5
# ... and of a queue: added, completed, failed, cancelled, stalled, reclaimed.
QUEUE: Final = "*"
# ... and how the queue stands: waiting, delayed, active, kept failed, oldest wait ms, workers.
STATE: Final = "="
OTHER: Final = "other"

_NAMES: Final = "names"
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Row:
    """What was counted of a handler, or of a queue, in some time.

    Attributes:
        start_ms: Begin of the minute or hour; 0 for ever.
        handler: Name of the handler; `QUEUE`, `STATE` or `OTHER`.
        numbers: What was counted; trailing ones may be missing.
    """

    start_ms: int
    handler: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A key that holds rows.

    Attributes:
        key: The key.
        base_ms: When its first row begins.
        step_ms: From one row to the next; 0 where there is but one time.
        first_ms: Rows that begin before this are left out.
        last_ms: Rows that begin after this are left out.
    """

    key: str
    base_ms: int = 0
    step_ms: int = 0
    first_ms: int = 0
    last_ms: int = 0


def bucket_of(ms: int) -> int:
    """The bucket that a time belongs to: the first whose bound is not below it."""
    return min((ms - 1).bit_length(), LAST_BUCKET) if ms > 1 else 0


def measure_args(rows: Mapping[str, Sequence[int]]) -> list[Arg]:
    """Arguments of `measure`: numbers by handler, at most 1,000."""
    flat: list[Arg] = []
    for handler, numbers in rows.items():
        flat += (handler, ",".join(str(number) if number else "" for number in numbers))
    return [len(rows), *flat]


def tables(keys: QueueKeys, per: Per, first_ms: int, last_ms: int) -> list[Table]:
    """The keys that hold the rows of a time, the oldest first; of the last 25 hours, or 32 days."""
    minutes = per == "minute"
    span, step, most = (_HOUR_MS, _MINUTE_MS, 25) if minutes else (_DAY_MS, _HOUR_MS, 32)
    key = keys.minutes if minutes else keys.hours
    last = last_ms // span
    first = max(first_ms // span, last - most + 1)
    return [
        Table(key(number), number * span, step, first_ms, last_ms)
        for number in range(first, last + 1)
    ]


def totals_of(keys: QueueKeys) -> Table:
    """The key that holds what was counted ever."""
    return Table(keys.key("totals"))


def read_table(reply: Reply, table: Table) -> list[Row]:
    """The rows of a table, in no order."""
    rows = []
    for field, numbers in pairs(items(reply, 0)):
        index, bar, handler = field.partition("|")
        start_ms = table.base_ms + int(index or 0) * table.step_ms if bar else 0
        if field != _NAMES and table.first_ms <= start_ms <= table.last_ms:
            values = tuple(int(number or 0) for number in numbers.split(b","))
            rows.append(Row(start_ms, handler, values))
    return rows


def added_up(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Rows of numbers as one: their sums."""
    width = max(map(len, rows), default=0)
    return tuple(sum(row[place] for row in rows if place < len(row)) for place in range(width))
