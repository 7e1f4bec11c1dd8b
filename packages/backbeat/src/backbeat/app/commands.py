"""What the commands of the async and the sync face share: reading answers, refusing, describing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from backbeat.app.contact import Contact
from backbeat.app.decrypting import decrypted_record
from backbeat.app.info import JobInfo, read_listed
from backbeat.app.times import moment, moment_ms, whole_ms
from backbeat.engine.calls import read
from backbeat.engine.calls.control import Cancelled, Updated
from backbeat.engine.calls.read import Snapshot
from backbeat.engine.calls.reply import Reply, items, pairs
from backbeat.engine.record import body_of, decode_record, encode_record
from backbeat.engine.states import TERMINAL, State
from backbeat.errors import InvalidOption, JobActive, JobError, JobNotFound, PayloadTooLarge
from backbeat.values import Seconds

_AWAY: Final = {"unknown": JobNotFound, "active": JobActive}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of jobs.

    Attributes:
        jobs: The jobs, without results, progress and history.
        cursor: For the next page; None at the end.
    """

    jobs: list[JobInfo]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of jobs that were to be removed.

    Attributes:
        count: How many were removed.
        active: Those that were not, because a worker runs them.
    """

    count: int
    active: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkerInfo:
    """A worker that holds a lease on a queue.

    Attributes:
        number: Its number within the queue.
        name: What it calls itself.
        lease_until: When its lease is over, if it does not renew it.
        about: All that it says of itself.
    """

    number: int
    name: str
    lease_until: datetime
    about: dict[str, Any]


def read_page(queue: str, state: State, page: read.Page) -> Page:
    """A page as users see it."""
    return Page([read_listed(queue, state, each) for each in page.jobs], page.cursor or None)


def read_workers(replies: Iterable[tuple[Reply, Reply]]) -> list[WorkerInfo]:
    """Workers out of what they say of themselves, and of their leases with deadlines.

    Args:
        replies: Both, for each of the engine's queues. A worker of several is named once.
    """
    workers: dict[tuple[bytes, int], WorkerInfo] = {}
    for reply in replies:
        for identity, worker in _workers_of(reply):
            workers.setdefault(identity, worker)
    return list(workers.values())


def shown_numbers(replies: Iterable[tuple[Reply, Reply]]) -> list[dict[int, int]]:
    """For each of the engine's queues, numbers of its workers -> those that are shown."""
    shown: dict[tuple[bytes, int], int] = {}
    return [
        {worker.number: shown.setdefault(identity, worker.number) for identity, worker in workers}
        for workers in map(list, map(_workers_of, replies))
    ]


def known(job_id: str, answer: Cancelled) -> Literal["cancelled", "flagged", "ended"]:
    """The answer to a cancel.

    Raises:
        JobNotFound: There is no such job.
    """
    if answer == "unknown":
        raise JobNotFound(job_id)
    return answer


def share_of(queue: str, running: int | None, declared: int, parts: int) -> int | None:
    """What each partition of a queue may run where all of them are to run so many.

    Args:
        queue: Name of the queue.
        running: Jobs over all workers; 0 as declared, None as it is.
        declared: What its `max_running` is declared as; 0: it has none, so that its workers know
            of no limit over all partitions, and each gets its part.
        parts: Its partitions.

    Raises:
        InvalidOption: It has to be divided, and cannot be.
    """
    if not running or declared:
        return running
    if running % parts:
        raise InvalidOption(
            f"queue {queue!r} declares no max_running=, so each of its {parts} partitions gets a"
            f" part: give a multiple, not {running}, or declare one"
        )
    return running // parts


def check_scale(concurrency: int | None, max_running: int | None, worker: str | None) -> None:
    """Refuse numbers that make no sense.

    Raises:
        InvalidOption: One is below 1, or none is given, or they do not go together.
    """
    for name, number in (("concurrency", concurrency), ("max_running", max_running)):
        if number is not None and number < 1:
            raise InvalidOption(f"scale({name}=...) must be at least 1, not {number}")
    if concurrency is None and (max_running is None or worker is not None):
        raise InvalidOption("scale() needs a concurrency, or max_running= for the whole queue")
    if worker is not None and max_running is not None:
        raise InvalidOption("scale(): worker= and max_running= exclude each other")


def numbers_of(name: str, workers: Iterable[WorkerInfo]) -> list[int]:
    """The numbers of a worker by its name.

    Raises:
        InvalidOption: There is none of this name.
    """
    known = list(workers)
    if found := [each.number for each in known if each.name == name]:
        return found
    names = ", ".join(sorted({each.name for each in known})) or "no workers"
    raise InvalidOption(f"no worker {name!r} takes jobs of this queue; there are: {names}")


def ended(state: State) -> State:
    """The state itself, if jobs in it have ended.

    Raises:
        InvalidOption: They have not.
    """
    if State(state) not in TERMINAL:
        raise InvalidOption(f"state must be completed, failed or cancelled, not {state}")
    return State(state)


def named(page: read.Page, name: str | None) -> list[str]:
    """The jobs of a page that are of one handler, or all."""
    if name is None:
        return [each.id for each in page.jobs]
    return [each.id for each in page.jobs if decode_record(each.record).name == name]


def placed(state: State | None) -> tuple[State, ...]:
    """The states whose jobs have a place in the order; all of them for None.

    Raises:
        InvalidOption: Jobs in this state have none.
    """
    if state is None:
        return State.WAITING, State.DELAYED
    if State(state) not in {State.WAITING, State.DELAYED}:
        raise InvalidOption(f"state must be waiting or delayed, not {state}")
    return (State(state),)


def chosen(page: Page, name: str | None, where: Callable[[JobInfo], bool] | None) -> list[str]:
    """The jobs of a page that are of one handler, or any, and that somebody chooses."""
    return [
        job.id
        for job in page.jobs
        if (name is None or job.name == name) and (where is None or where(job))
    ]


def due_ms(delay: Seconds | None, run_at: datetime | None) -> int:
    """When a job is to start; negative: that long from now, by the server's clock.

    Raises:
        InvalidOption: Not exactly one is given, or the moment has no time zone.
    """
    if delay is not None and run_at is None:
        return -whole_ms(delay)
    if run_at is not None and delay is None:
        return moment_ms(run_at)
    raise InvalidOption("give either delay= or run_at=")


def not_moved(job_id: str, answer: str, snapshot: Snapshot | None) -> JobError:
    """Why a job could not be moved."""
    if answer == "unknown" or snapshot is None:
        return JobNotFound(job_id)
    if snapshot.state in TERMINAL:
        return JobError(job_id, f"job {job_id} is {snapshot.state}: retry it, or enqueue another")
    return JobActive(job_id)


def bodies(
    queue: Contact,
    job_id: str,
    snapshot: Snapshot | None,
    data: Any,
    limit: int,
) -> tuple[bytes, bytes]:
    """The body of a job as it is, and with other arguments.

    Args:
        queue: Its queue.
        job_id: The job.
        snapshot: All that is known about it.
        data: Its new arguments.
        limit: Bytes that they may have.

    Raises:
        JobNotFound: There is no such job.
        KeyNotFound: It is encrypted, and there are no keys here.
        InvalidPayload: The data is no JSON, or does not fit the handler.
        PayloadTooLarge: It is larger than the limit.
    """
    if snapshot is None:
        raise JobNotFound(job_id)
    record = decode_record(snapshot.record)
    payload = queue.payload(record.name, data)
    if len(payload) > limit:
        raise PayloadTooLarge(len(payload), limit)
    if queue.encrypts is not None:
        payload = queue.encrypts.encrypt_arguments(job_id, payload)
    elif queue.encryption is None:
        decrypted_record(job_id, record, None)  # refuses what nobody here could have read
    changed = encode_record(record.name, record.created_ms, payload, record.options)
    return body_of(snapshot.record), body_of(changed)


def check_updated(job_id: str, answer: Updated) -> None:
    """Refuse every answer but "ok".

    Raises:
        JobNotFound: There is no such job.
        JobActive: It runs.
        JobError: Somebody else changed it.
    """
    if answer == "changed":
        text = f"job {job_id} was changed by somebody else at the same time: look at it, try again"
        raise JobError(job_id, text)
    if answer != "ok":
        raise _AWAY[answer](job_id)


def _workers_of(reply: tuple[Reply, Reply]) -> Iterator[tuple[tuple[bytes, int], WorkerInfo]]:
    """The workers of one of the engine's queues, and by what they are known in another."""
    info, leases = reply
    about = dict(pairs(items(info, 0)))
    alike: Counter[bytes] = Counter()
    for number, deadline in sorted(pairs(items(leases, 0)), key=lambda pair: int(pair[0])):
        said = about.get(number, b"{}")
        yield (said, alike[said]), _worker(int(number), said, float(deadline))
        alike[said] += 1


def _worker(number: int, about: bytes, deadline_ms: float) -> WorkerInfo:
    said = msgspec.json.decode(about, type=dict[str, Any])
    return WorkerInfo(number, str(said.get("name", "")), moment(deadline_ms), said)
