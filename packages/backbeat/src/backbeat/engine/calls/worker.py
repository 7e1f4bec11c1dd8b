"""The calls of a worker besides `tick`: its registration, its lease, news of its jobs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from backbeat.engine.calls.reply import Arg, Reply, items, names, number, pairs, raw, text
from backbeat.engine.calls.tick import MOST, EndState

# Log lines, and bytes of them and of progress, in one report.
_MOST_LINES: Final = 1_000
_MOST_REPORTED: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewed lease tells.

    Attributes:
        active: Jobs that the server thinks this worker runs.
        next_lease_ms: Earliest deadline of another worker's lease; 0 where there is none.
        now_ms: The server's time.
        cancels: Job id of each of its jobs that is to be cancelled: ticket of the attempt, reason.
    """

    active: int
    next_lease_ms: int
    now_ms: int
    cancels: dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Reclaimed:
    """What became of a vanished worker's jobs.

    Attributes:
        moved: Jobs that went back to the head of the queue, or were cancelled as requested.
        failed: Jobs that failed because their workers vanished too often.
        more: Whether to call again.
        next_lease_ms: When the next lease is over; 0 where there is none.
        now_ms: The server's time; 0 where it was not told.
    """

    moved: int
    failed: int
    more: bool
    next_lease_ms: int = 0
    now_ms: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """News about one active job: its progress as JSON, or b"" for none, and log lines."""

    job_id: str
    ticket: int
    progress: bytes = b""
    lines: Sequence[bytes] = ()


def cancel_reason(data: bytes) -> str:
    """The reason out of the JSON that `cancel_args` made."""
    return msgspec.json.decode(data, type=_CancelReason).reason


def register_args(lease_ms: int, info: bytes) -> list[Arg]:
    """Arguments of `register`; `info` is JSON about the worker."""
    return [lease_ms, info]


def parse_register(reply: Reply) -> int:
    """The worker's number."""
    return number(reply)


def renew_args(lease_ms: int) -> list[Arg]:
    """Arguments of `renew`."""
    return [lease_ms]


def parse_renew(reply: Reply) -> Renewal:
    """What the renewed lease tells."""
    parts = items(reply, 3)
    cancels = {
        text(job_id): (number(ticket), cancel_reason(raw(reason)))
        for job_id, ticket, reason in zip(parts[3::3], parts[4::3], parts[5::3], strict=True)
    }
    return Renewal(number(parts[0]), number(parts[1]), number(parts[2]), cancels)


def parse_census(reply: Reply) -> list[tuple[str, int]]:
    """Id and ticket of every job that the server thinks this worker runs."""
    return [(job_id, int(ticket)) for job_id, ticket in pairs(items(reply, 0))]


def leave_args(mode: Literal["give_back", "crashed"]) -> list[Arg]:
    """Arguments of `leave`."""
    return [mode]


def parse_leave(reply: Reply) -> Reclaimed:
    """What became of the worker's jobs."""
    moved, failed, more = items(reply, 3)
    return Reclaimed(number(moved), number(failed), more == 1)


def reclaim_args(believed_ms: int) -> list[Arg]:
    """Arguments of `reclaim`: the latest that it can be by our own clock; 0 where we have none."""
    return [believed_ms]


def parse_reclaim(reply: Reply) -> Reclaimed:
    """What became of the jobs of the worker whose lease was over."""
    moved, failed, more, deadline, now_ms = items(reply, 5)
    return Reclaimed(number(moved), number(failed), more == 1, number(deadline), number(now_ms))


def expire_return_args(
    job_id: str, ticket: int, due_ms: int, run: str, history: bytes = b""
) -> list[Arg]:
    """Arguments of `expire` for a job that is to run again."""
    return [job_id, ticket, "return", due_ms, run, b"", history]


def expire_end_args(
    job_id: str, ticket: int, state: EndState, run: str, result: bytes, history: bytes = b""
) -> list[Arg]:
    """Arguments of `expire` for a job that ends here."""
    return [job_id, ticket, "end", state, run, result, history]


def parse_expire(reply: Reply) -> bool:
    """Whether the attempt was still valid, and is ended now."""
    return reply == 1


def report_args(reports: Sequence[Report], number: int = 0) -> list[Arg]:
    """Arguments of `report`.

    Args:
        reports: What the jobs have said.
        number: Of this report, rising with each of a worker: sent again it has no second effect.
            Defaults to 0: none.
    """
    args: list[Arg] = [number, len(reports)]
    for report in reports:
        args += (report.job_id, report.ticket, report.progress, len(report.lines), *report.lines)
    return args


def portions(reports: Iterable[Report]) -> Iterator[list[Report]]:
    """The reports in calls of at most 1,000 jobs, 1,000 lines and 1 MiB."""
    part: list[Report] = []
    lines = size = 0
    for report in reports:
        for piece in _pieces(report):
            more = len(piece.progress) + sum(map(len, piece.lines))
            full = len(part) == MOST or lines + len(piece.lines) > _MOST_LINES
            if part and (full or size + more > _MOST_REPORTED):
                yield part
                part, lines, size = [], 0, 0
            part.append(piece)
            lines += len(piece.lines)
            size += more
    if part:
        yield part


def _pieces(report: Report) -> Iterator[Report]:
    """One report, its lines in several where they are too many for one call."""
    progress, start = report.progress, 0
    while True:
        stop, size = start, len(progress)
        for line in report.lines[start : start + _MOST_LINES]:
            if size + len(line) > _MOST_REPORTED and stop > start:
                break
            size += len(line)
            stop += 1
        yield Report(report.job_id, report.ticket, progress, report.lines[start:stop])
        progress, start = b"", stop
        if start >= len(report.lines):
            return


def parse_report(reply: Reply) -> tuple[str, ...]:
    """The ids that were refused: their attempts are not valid any more."""
    return names(reply)


class _CancelReason(msgspec.Struct):
    reason: str = ""
