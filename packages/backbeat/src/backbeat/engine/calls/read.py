"""The calls that only read: one job, a page of jobs, the counts."""

from dataclasses import dataclass

from backbeat.engine.calls.cursors import checked_jobs_cursor
from backbeat.engine.calls.reply import Arg, Reply, items, number, number_or_none, raw, text
from backbeat.engine.calls.worker import cancel_reason
from backbeat.engine.states import Reason, State


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is known about one job. Empty bytes where there is nothing.

    Attributes:
        state: Where it is.
        reason: Why it waits or is delayed; None in other states.
        score: Ticket while active, due ms while delayed, end ms when it has ended; None in a list.
        record: What `decode_record` reads.
        result: JSON: a result, or what is to know about a failure or cancel.
        run: starts:fails:crashes:snoozes:reason, then ready ms, unhandled, and
            ticket and ms of an announced stale attempt, where there are any.
        history: NDJSON, a line an ended attempt.
        progress: JSON.
        cancel_reason: Why a cancel is requested; None when none is.
    """

    state: State
    reason: Reason | None
    score: int | None
    record: bytes
    result: bytes
    run: bytes
    history: bytes
    progress: bytes
    cancel_reason: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One job of a page: id, record, and score as in `Snapshot`; of an active one its run, too."""

    id: str
    record: bytes
    score: int | None
    run: bytes = b""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of jobs, and the cursor of the next one; empty at the end.

    Jobs come and go between pages: one may appear twice, none that stays is left out.
    """

    cursor: str
    jobs: list[Listed]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many jobs are in each state.

    Attributes:
        paused: Whether workers claim nothing.
        total_completed: Completed ever, kept or not.
        total_failed: Failed ever.
        total_cancelled: Cancelled ever.
        now_ms: The server's time.
        waiting_children: Jobs of flows that wait for others to end.
        total_stalled: Attempts ever that were lost with their worker.
        total_reclaimed: Workers ever whose lease ran out.
        kept_bytes: What ended jobs hold, as `Keep(max_bytes=...)` counts it; 0 without that bound.
    """

    waiting: int
    delayed: int
    active: int
    completed: int
    failed: int
    cancelled: int
    paused: bool
    total_completed: int
    total_failed: int
    total_cancelled: int
    now_ms: int
    waiting_children: int = 0
    total_stalled: int = 0
    total_reclaimed: int = 0
    kept_bytes: int = 0

    def of(self, state: State) -> int:
        """How many jobs are in a state."""
        return int(getattr(self, state.replace("-", "_")))


@dataclass(frozen=True, slots=True)
class LoadPart:
    """What is to know of the load of one queue, or of one of its partitions.

    Attributes:
        counts: Its counts.
        first: The jobs that are next.
        log: What its janitors wrote down.
    """

    counts: Counts
    first: list[Listed]
    log: Reply


def get_args(job_id: str) -> list[Arg]:
    """Arguments of `get`."""
    return [job_id]


def parse_get(reply: Reply) -> Snapshot | None:
    """The job, or None if there is none of this id."""
    state, reason, score, record, result, run, history, progress, cancel = items(reply, 9)
    if state == b"":
        return None
    return Snapshot(
        state=State(text(state)),
        reason=Reason(text(reason)) if reason else None,
        score=number_or_none(score),
        record=raw(record),
        result=raw(result),
        run=raw(run),
        history=raw(history),
        progress=raw(progress),
        cancel_reason=cancel_reason(raw(cancel)) if cancel else None,
    )


def list_args(state: State, cursor: str = "", limit: int = 100) -> list[Arg]:
    """Arguments of `list`: the cursor of the page before, and at most 200 jobs.

    Raises:
        InvalidOption: The cursor is none.
    """
    return [state.value, checked_jobs_cursor(cursor), limit]


def parse_list(reply: Reply) -> Page:
    """The page."""
    cursor, *rows = items(reply, 1)
    jobs = [
        Listed(text(rows[i]), raw(rows[i + 1]), number_or_none(rows[i + 2]), raw(rows[i + 3]))
        for i in range(0, len(rows), 4)
    ]
    return Page(text(cursor), jobs)


def watch_args(job_id: str) -> list[Arg]:
    """Arguments of `watch` and `unwatch`, after the session that is to be told."""
    return [job_id]


def parse_watch(reply: Reply) -> tuple[State | None, bytes] | None:
    """None while the job goes on; else its final state (None: unknown job) and its result."""
    state, result = items(reply, 2)
    if state == b"watching":
        return None
    return (State(text(state)) if state else None), raw(result)


def parse_counts(reply: Reply) -> Counts:
    """The counts."""
    values = [number(value) for value in items(reply, 15)]
    return Counts(
        waiting=values[0],
        delayed=values[1],
        active=values[2],
        completed=values[3],
        failed=values[4],
        cancelled=values[5],
        paused=values[6] == 1,
        total_completed=values[7],
        total_failed=values[8],
        total_cancelled=values[9],
        now_ms=values[10],
        waiting_children=values[11],
        total_stalled=values[12],
        total_reclaimed=values[13],
        kept_bytes=values[14],
    )
