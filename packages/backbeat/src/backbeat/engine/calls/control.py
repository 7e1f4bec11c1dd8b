"""The calls of operators: each moves or removes jobs, or sets up the queue."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeVar

import msgspec

from backbeat.engine.calls.reply import Arg, Reply, items, names, number, text
from backbeat.engine.states import State
from backbeat.errors import ProtocolError

Word = TypeVar("Word", bound=str)
Cancelled = Literal["cancelled", "flagged", "ended", "unknown"]
Obliterated = Literal["ok", "active", "more"]
Moved = Literal["ok", "unknown", "refused"]
Updated = Literal["ok", "unknown", "active", "changed"]

# Ids that one call takes: half of what a tick does, since each of them costs more.
MOST_IDS: Final = 500
# Characters of the reason of a cancel; what is longer is cut.
MOST_REASON: Final = 1_000


def configure_args(fields: Mapping[str, str | int]) -> list[Arg]:
    """Arguments of `configure`: fields to set; an empty text puts the default back."""
    return [part for field in fields.items() for part in field]


def scale_args(
    concurrency: int | None, running: int | None, workers: Sequence[int] = ()
) -> list[Arg]:
    """Arguments of `scale`: 0 is as declared, None as it is; workers have their own number."""
    return [
        "" if concurrency is None else str(concurrency),
        "" if running is None else str(running),
        *workers,
    ]


def cancel_args(job_id: str, reason: str) -> list[Arg]:
    """Arguments of `cancel`; the reason travels as the JSON that a cancelled job keeps."""
    return [job_id, msgspec.json.encode({"reason": reason[:MOST_REASON]})]


def parse_cancel(reply: Reply) -> Cancelled:
    """`flagged`: it is active, and its worker was told. `ended`: there is nothing to cancel."""
    return one_of(items(reply, 1)[0], ("cancelled", "flagged", "ended", "unknown"))


def ids_args(job_ids: Sequence[str]) -> list[Arg]:
    """Arguments of `remove` and `promote`: at most 500 ids."""
    return list(job_ids)


def parse_remove(reply: Reply) -> tuple[int, tuple[str, ...]]:
    """How many were removed, and which ids were not because they are active."""
    removed, active = items(reply, 2)
    return number(removed), names(active)


def reschedule_args(job_id: str, due_ms: int) -> list[Arg]:
    """Arguments of `reschedule`; negative: that long from now; what has passed is at once."""
    return [job_id, due_ms]


def set_priority_args(job_id: str, priority: int, *, lifo: bool = False) -> list[Arg]:
    """Arguments of `set_priority`."""
    return [job_id, priority, "l" if lifo else ""]


def reprioritise_args(level: int, job_ids: Sequence[str]) -> list[Arg]:
    """Arguments of `reprioritise`: at most 1,000 ids."""
    return [level, *job_ids]


def parse_moved(reply: Reply) -> Moved:
    """Answer of `reschedule` and `set_priority`."""
    return one_of(items(reply, 1)[0], ("ok", "unknown", "refused"))


def update_data_args(job_id: str, old_body: bytes, new_body: bytes) -> list[Arg]:
    """Arguments of `update_data`: bodies as `body_of` gives them."""
    return [job_id, old_body, new_body]


def parse_update_data(reply: Reply) -> Updated:
    """`changed`: the body was not the old one (any more)."""
    return one_of(items(reply, 1)[0], ("ok", "unknown", "active", "changed"))


def retry_args(job_ids: Sequence[str], *, reset_fails: bool) -> list[Arg]:
    """Arguments of `retry`: at most 500 ids."""
    return [int(reset_fails), *job_ids]


def parse_count(reply: Reply) -> int:
    """How many jobs `promote`, `retry` or `clean` moved or removed; or whom `scale` told."""
    return number(items(reply, 1)[0])


def drain_args(*, first: bool, include_delayed: bool, limit: int = MOST_IDS) -> list[Arg]:
    """Arguments of `drain`; `first` marks what is there now as what is to go."""
    return [int(first), int(include_delayed), limit]


def pause_worker_args(worker: int, *, paused: bool) -> list[Arg]:
    """Arguments of `pause_worker`."""
    return [worker, int(paused)]


def parse_pause_worker(reply: Reply) -> bool:
    """Whether there is such a worker."""
    return one_of(items(reply, 1)[0], ("ok", "unknown")) == "ok"


def parse_more(reply: Reply) -> tuple[int, bool]:
    """Answer of `drain`: how many were removed, and whether to call again."""
    removed, more = items(reply, 2)
    return number(removed), number(more) == 1


def clean_args(state: State, older_than_ms: int, limit: int = MOST_IDS) -> list[Arg]:
    """Arguments of `clean`: a final state, an age, and at most 500."""
    return [state.value, older_than_ms, limit]


def obliterate_args(*, force: bool) -> list[Arg]:
    """Arguments of `obliterate`; forced, it goes on although jobs are active."""
    return [int(force)]


def parse_obliterate(reply: Reply) -> Obliterated:
    """`more`: it takes no jobs any more, and has to be called again; `active`: nothing was done."""
    return one_of(items(reply, 1)[0], ("ok", "active", "more"))


def parse_compact(reply: Reply) -> bool:
    """Whether to call again."""
    return number(reply) == 1


def parse_janitor(reply: Reply) -> tuple[int, bool, bool]:
    """How many were removed, whether to call again, and whether `compact` has to be called."""
    removed, more, compact = items(reply, 3)
    return number(removed), more == 1, compact == 1


def one_of(reply: Reply, known: tuple[Word, ...]) -> Word:
    """The reply as one of the words that are known.

    Raises:
        ProtocolError: It is none of them.
    """
    word = text(reply)
    for candidate in known:
        if candidate == word:
            return candidate
    raise ProtocolError(f"expected one of {', '.join(known)}, got {word!r}")
