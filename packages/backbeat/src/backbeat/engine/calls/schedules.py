"""The calls about schedules: read, put, move, remove, run now, fire."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from backbeat.engine.calls.control import one_of
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.reply import Arg, Reply, items, number, raw, text
from backbeat.errors import ProtocolError

Put = Literal["ok", "changed"]
Moved = Literal["ok", "changed", "unknown"]
Fired = Literal["fired", "lost", "full"]

# revision|slot|paused|overlap|limit|fired|passed|live|line, as `schedule_of` reads it.
_STATE: Final = re.compile(
    r"(\d+)\|(\d*)\|(\d)\|[a-z]+\|\d+\|(\d+)\|(\d*)\|([^|]*)\|([^|]*)", re.ASCII
)
_DAMAGED: Final = "its state cannot be read: remove it, or let `backbeat verify --repair` pause it"
_UNKNOWN: Final = ("0", "", "0", "0", "", "", "")


@dataclass(frozen=True, slots=True)
class ScheduleSnapshot:
    """A schedule as the server knows it.

    Attributes:
        name: Its name.
        revision: Rises whenever somebody changes it.
        slot: The next slot, in ms; None for none.
        paused: Whether it fires nothing.
        fired: How many jobs it has made for slots.
        passed: The last slot that was dealt with; None for none yet.
        live: Runs that have not ended, without those that are parked; only where overlaps matter.
        line: Runs that are parked until those before them end.
        record: What `decode_schedule` reads.
        fault: Why nothing is known but its record; empty where its state could be read.
    """

    name: str
    revision: int
    slot: int | None
    paused: bool
    fired: int
    passed: int | None
    live: tuple[str, ...]
    line: tuple[str, ...]
    record: bytes
    fault: str = ""

    def check(self) -> None:
        """See to it that its state is known.

        Raises:
            ProtocolError: A foreign hand has damaged it.
        """
        if self.fault:
            raise ProtocolError(f"schedule {self.name}: {self.fault}")


@dataclass(frozen=True, slots=True)
class RunEnd:
    """A line of a schedule's history.

    Attributes:
        run: Its slot in ms, with '+' and a word if it was run on request.
        outcome: completed, failed or cancelled; skipped or missed for a slot that did not run.
        started_ms: When it was first started; None if it was not.
        ended_ms: When it ended, or was left out.
        count: For how many slots the line stands; 1,000 is that many or more.
    """

    run: str
    outcome: str
    started_ms: int | None
    ended_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class Firing:
    """One call of `fire`.

    Attributes:
        name: The schedule.
        revision: As it was read.
        slot: Its next slot, as it was read.
        passed: The last slot that the call deals with.
        following: The next slot after it; None for none.
        due_ms: When that falls due.
        left_out: How many slots from `slot` on are not run, since they were missed.
        jobs: One for each slot that runs, the oldest first.
    """

    name: str
    revision: int
    slot: int
    passed: int
    following: int | None
    due_ms: int
    left_out: int
    jobs: Sequence[NewJob]


def schedules_args(only: str = "", after: str = "", limit: int = 1) -> list[Arg]:
    """Arguments of `schedules`: one name, or at most so many after a name."""
    return [only, after, limit]


def parse_schedules(reply: Reply) -> tuple[int, list[ScheduleSnapshot]]:
    """The server's time, and the schedules."""
    now_ms, *rows = items(reply, 1)
    found = [
        _snapshot(text(rows[i]), text(rows[i + 1]), raw(rows[i + 2]))
        for i in range(0, len(rows), 3)
    ]
    return number(now_ms), found


def put_args(
    name: str, revision: int, overlap: str, limit: int, slot: int | None, due_ms: int, record: bytes
) -> list[Arg]:
    """Arguments of `put_schedule`; revision 0: there is none yet."""
    return [name, revision, overlap, limit, _slot(slot), due_ms, record]


def parse_put(reply: Reply) -> Put:
    """`changed`: somebody else was faster, and nothing was written."""
    return one_of(items(reply, 1)[0], ("ok", "changed"))


def move_args(name: str, revision: int, slot: int | None, due_ms: int, *, pause: bool) -> list[Arg]:
    """Arguments of `move_schedule`."""
    return [name, revision, int(pause), _slot(slot), due_ms]


def parse_moved(reply: Reply) -> Moved:
    """`changed`: somebody else was faster, and nothing was written."""
    return one_of(items(reply, 1)[0], ("ok", "changed", "unknown"))


def parse_removed(reply: Reply) -> bool:
    """Whether there was one."""
    return number(items(reply, 1)[0]) == 1


def run_args(name: str, job: NewJob) -> list[Arg]:
    """Arguments of `run_schedule`."""
    return [name, *_rows([job])]


def parse_run(reply: Reply) -> bool:
    """Whether there is such a schedule."""
    return one_of(items(reply, 1)[0], ("ok", "unknown")) == "ok"


def fire_args(firing: Firing) -> list[Arg]:
    """Arguments of `fire`."""
    return [
        firing.name,
        firing.revision,
        firing.slot,
        firing.passed,
        _slot(firing.following),
        firing.due_ms,
        firing.left_out,
        *_rows(firing.jobs),
    ]


def parse_fired(reply: Reply) -> tuple[Fired, int]:
    """What became of it, and how many jobs were made."""
    answer, count = items(reply, 2)
    return one_of(answer, ("fired", "lost", "full")), number(count)


def parse_run_ends(reply: Reply) -> list[RunEnd]:
    """Lines of a history, the newest first."""
    return [_run_end(text(line)) for line in items(reply, 0)]


def _snapshot(name: str, state: str, record: bytes) -> ScheduleSnapshot:
    found = _STATE.fullmatch(state)
    # One that is broken must not hide the others, nor keep them from being fired.
    revision, slot, paused, fired, passed, live, line = found.groups() if found else _UNKNOWN
    return ScheduleSnapshot(
        name=name,
        revision=int(revision),
        slot=_ms(slot),
        paused=paused == "1",
        fired=int(fired),
        passed=_ms(passed),
        live=tuple(filter(None, live.split(","))),
        line=tuple(filter(None, line.split(","))),
        record=record,
        fault="" if found else _DAMAGED,
    )


def _run_end(line: str) -> RunEnd:
    run, outcome, started, ended, count = line.split("|")
    return RunEnd(run, outcome, _ms(started), int(ended), int(count))


def _rows(jobs: Sequence[NewJob]) -> list[Arg]:
    rows: list[Arg] = [len(jobs)]
    for job in jobs:
        rows += (job.id, job.record, 0, "")
    return rows


def _slot(slot: int | None) -> Arg:
    return "" if slot is None else slot


def _ms(digits: str) -> int | None:
    return int(digits) if digits else None
