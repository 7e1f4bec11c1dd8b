"""Every error Backbeat raises, as one tree.

BackbeatError
├── ConfigurationError        a setting, a declaration or the surroundings are wrong
├── ServerUnavailable         the server cannot be reached or refuses to serve
│   ├── OutcomeUnknown        sent, never answered: it may or may not have happened
│   └── StorageFull           the server is at its memory limit; nothing was written
├── InvalidJob                a job was refused before it was sent
│   ├── InvalidPayload        an argument does not fit the handler's signature
│   ├── PayloadTooLarge       the job is larger than the limit
│   └── InvalidOption         an option of `options(...)` does not make sense
├── QueueError
│   ├── QueueNotFound         no queue of this name is on the server
│   ├── QueueClosed           the queue is being obliterated
│   ├── QueueFull             the queue holds as many jobs as it may
│   │   └── GroupFull         a group of it does: carries `group`
│   ├── QueueActive           refused while workers run its jobs
│   ├── QueueEncrypted        others have declared it as encrypted, and who adds has not
│   └── WorkerNotFound        no worker of this number is registered: carries `worker`
├── JobError                  about one job: carries `job_id`
│   ├── JobNotFound
│   ├── JobActive             refused while a worker runs it
│   ├── JobFailed             it ended badly: carries `error`, `attempts`
│   ├── JobCancelled          it ended on request: carries `reason`
│   └── ResultNotKept         it ended, and nobody kept how
├── FlowNotFound              no flow of this id is known: carries `flow_id`
├── FlowActive                refused while jobs of the flow are being undone
├── LockError                 about a lock, a semaphore or a limit: carries `name`
│   ├── NotGranted            it was not free within the time: carries `retry_after`
│   └── LockLost              the hold is over, and another may have it
├── ScheduleNotFound          no schedule of this name: carries `schedule`
├── DecryptionError           what is encrypted was changed, or belongs elsewhere: carries `key`
│   └── KeyNotFound           its key is not here
├── LeaseLost                 this attempt is no longer the valid one
└── ProtocolError             server and client disagree: a bug or a foreign hand

Permanent and Throttled are apart: handlers raise them to say that no retry will help, or that
somebody else asks for a pause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How far a bulk add came that broke; repeating it with the same ids is safe.

    Attributes:
        ids: The ids of its jobs, in their order.
        states: For each of them `added` (it was answered: it is in the queue, now or since before),
            `not_added`, or `unknown`: sent, and never answered.
    """

    ids: tuple[str, ...]
    states: tuple[Literal["added", "not_added", "unknown"], ...]

    @property
    def added(self) -> tuple[str, ...]:
        """The ids of those that were added."""
        return self._of("added")

    @property
    def not_added(self) -> tuple[str, ...]:
        """The ids of those that were not: refused, or never sent."""
        return self._of("not_added")

    @property
    def unknown(self) -> tuple[str, ...]:
        """The ids of those that may be in the queue or not."""
        return self._of("unknown")

    def _of(self, wanted: str) -> tuple[str, ...]:
        pairs = zip(self.ids, self.states, strict=True)
        return tuple(job_id for job_id, state in pairs if state == wanted)


class BackbeatError(Exception):
    """Root of every error that Backbeat raises. Can be copied and pickled, facts included.

    Attributes:
        bulk: What became of each job, where a bulk add raised it; else None.
    """

    bulk: BulkProgress | None = None

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from what it holds: constructors take facts, not messages."""
        return type(self)._rebuilt, (self.args, self.__dict__)

    @classmethod
    def _rebuilt(cls, args: tuple[Any, ...], facts: dict[str, Any]) -> Self:
        error = cls.__new__(cls, *args)
        error.__dict__.update(facts)
        return error


class ConfigurationError(BackbeatError):
    """A setting, a declaration or the surroundings are wrong."""


class ServerUnavailable(BackbeatError):
    """The server cannot be reached or refuses to serve."""


class OutcomeUnknown(ServerUnavailable):
    """A call was sent and never answered: it may or may not have happened.

    Repeating it with the same id is safe.

    Attributes:
        session: The session that sent it; "" for a script of the user's own.
        number: The number of the call within that session; 0 for such a script.
    """

    def __init__(self, session: str, number: int, call: str | None = None) -> None:
        """Name the call whose outcome is unknown."""
        self.session = session
        self.number = number
        super().__init__(
            f"{call or f'call {number} of session {session}'} was sent and never answered: it may"
            " or may not have happened; repeating it with the same id is safe"
        )


class StorageFull(ServerUnavailable):
    """The server is at its memory limit; nothing was written. Free memory or raise maxmemory."""


class InvalidJob(BackbeatError, ValueError):
    """A job was refused before it was sent."""


class InvalidPayload(InvalidJob):
    """An argument does not fit the handler's signature.

    Attributes:
        field: The argument at fault, with its path ("swaps[3].price"); empty when unknown.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        """Say what is wrong with which argument."""
        self.field = field
        super().__init__(message)


class PayloadTooLarge(InvalidJob):
    """The job is larger than the limit.

    Attributes:
        size: Bytes of the job.
        limit: Bytes allowed.
    """

    def __init__(self, size: int, limit: int) -> None:
        """Name both sizes in bytes."""
        self.size = size
        self.limit = limit
        super().__init__(
            f"the job has {size:,} bytes and the limit is {limit:,}: store the data elsewhere and"
            " enqueue a reference to it, or raise max_payload_bytes"
        )


class InvalidOption(InvalidJob):
    """An option does not make sense."""


class QueueError(BackbeatError):
    """A queue refused.

    Attributes:
        queue: Name of the queue.
    """

    _message = "queue {queue} refused"

    def __init__(self, queue: str) -> None:
        """Name the queue."""
        self.queue = queue
        super().__init__(self._message.format(queue=queue))


class QueueNotFound(QueueError):
    """No queue of this name is on the server.

    Attributes:
        known: Names of those that are.
    """

    def __init__(self, queue: str, known: Sequence[str] = ()) -> None:
        """Name the queue, and those that there are."""
        super().__init__(queue)
        self.known = tuple(known)
        there = f"there are {', '.join(known)}" if known else "there is none at all"
        self.args = (f"no queue {queue} is on this server: {there}",)


class QueueClosed(QueueError):
    """The queue is being obliterated and takes no jobs."""

    _message = "queue {queue} is being obliterated and takes no jobs"


class QueueFull(QueueError):
    """The queue holds as many jobs as it may; nothing was added."""

    _message = "queue {queue} holds as many jobs as it may: nothing was added"


class GroupFull(QueueFull):
    """A group holds as many waiting jobs as it may; nothing was added.

    Attributes:
        group: Name of the group.
    """

    def __init__(self, queue: str, group: str) -> None:
        """Name the queue and the group."""
        self.group = group
        super().__init__(queue)
        self.args = (
            f"group {group} of queue {queue} holds as many waiting jobs as it may: nothing was"
            " added; wait for them, or raise its max_waiting",
        )


class QueueEncrypted(QueueError):
    """Others have declared the queue as encrypted; nothing was added, or it would be readable."""

    _message = (
        "queue {queue} is encrypted: nothing was added; declare it here as well, with the keys and"
        " encrypted=True, or with encrypted=False if that is over"
    )


class QueueActive(QueueError):
    """Refused while workers run jobs of the queue."""

    _message = "jobs of queue {queue} are active: stop its workers first, or force it"


class WorkerNotFound(QueueError):
    """No worker of this number is registered in the queue.

    Attributes:
        worker: The number.
    """

    _message = "queue {queue} has no such worker: `backbeat workers` lists those it has"

    def __init__(self, queue: str, worker: int) -> None:
        """Name the queue and the number."""
        super().__init__(queue)
        self.worker = worker


class JobError(BackbeatError):
    """Something about one job.

    Attributes:
        job_id: The job.
    """

    def __init__(self, job_id: str, message: str) -> None:
        """Name the job and say what happened."""
        self.job_id = job_id
        super().__init__(message)


class JobNotFound(JobError):
    """No job of this id is in the queue."""

    def __init__(self, job_id: str) -> None:
        """Name the job."""
        super().__init__(job_id, f"no job {job_id} is in the queue")


class JobActive(JobError):
    """Refused while a worker runs the job."""

    def __init__(self, job_id: str) -> None:
        """Name the job."""
        super().__init__(job_id, f"job {job_id} is active: cancel it or wait for its end")


class JobFailed(JobError):
    """The job ended badly.

    Attributes:
        error: Type of the error, as text.
        detail: Its message.
        attempts: How many attempts were made.
    """

    def __init__(self, job_id: str, *, error: str, detail: str, attempts: int) -> None:
        """Describe the failure."""
        self.error = error
        self.detail = detail
        self.attempts = attempts
        super().__init__(
            job_id, f"job {job_id} failed after {attempts} attempt(s): {error}: {detail}"
        )


class JobCancelled(JobError):
    """The job ended on request.

    Attributes:
        reason: Why, in the words of who asked.
    """

    def __init__(self, job_id: str, *, reason: str) -> None:
        """Name the job and the reason."""
        self.reason = reason
        super().__init__(job_id, f"job {job_id} was cancelled: {reason or 'no reason given'}")


class ResultNotKept(JobError):
    """The job has ended or was removed, and nobody kept how."""

    def __init__(self, job_id: str) -> None:
        """Name the job."""
        super().__init__(
            job_id,
            f"job {job_id} is not in the queue and its result was not kept: keep results longer"
            " (Keep(completed=...)) or enqueue with wait=True",
        )


class FlowNotFound(BackbeatError):
    """No flow of this id is known.

    Attributes:
        flow_id: The flow.
    """

    def __init__(self, flow_id: str) -> None:
        """Name the flow."""
        self.flow_id = flow_id
        super().__init__(
            f"no flow {flow_id} is known: its record is kept for a week after the end of its last"
            " job"
        )


class FlowActive(BackbeatError):
    """Refused while jobs of the flow are being undone.

    Attributes:
        flow_id: The flow.
    """

    def __init__(self, flow_id: str) -> None:
        """Name the flow."""
        self.flow_id = flow_id
        super().__init__(f"jobs of flow {flow_id} are being undone: retry it when they are")


class LockError(BackbeatError):
    """Something about one lock, semaphore or limit.

    Attributes:
        name: Its name.
    """

    def __init__(self, name: str, message: str) -> None:
        """Name it and say what happened."""
        self.name = name
        super().__init__(message)


class NotGranted(LockError, TimeoutError):
    """It was not free within the time: try again later, or wait for longer.

    Attributes:
        retry_after: Seconds after which it may be free, as far as is known.
    """

    def __init__(self, name: str, *, retry_after: float) -> None:
        """Name it, and say when it may be free."""
        self.retry_after = retry_after
        super().__init__(
            name, f"{name} was not free within the time: it may be in {retry_after:.3g} s"
        )


class LockLost(LockError):
    """The hold is over, and another may have it: what it protected must not be written any more."""

    def __init__(self, name: str, why: str) -> None:
        """Name it and say how it was lost."""
        super().__init__(name, f"{name} is not held any more: {why}")


class ScheduleNotFound(BackbeatError):
    """No schedule of this name is on the server.

    Attributes:
        schedule: The name.
    """

    def __init__(self, schedule: str) -> None:
        """Name the schedule."""
        self.schedule = schedule
        super().__init__(
            f"no schedule {schedule} is on the server: one that the code declares is there when a"
            " worker of its queue has started, or after `await app.schedules.sync()`"
        )


class DecryptionError(BackbeatError):
    """What is encrypted was changed, or belongs to another job.

    Attributes:
        key: Id of the key that is said to have encrypted it.
    """

    def __init__(self, key: str, message: str | None = None) -> None:
        """Name the key."""
        self.key = key
        super().__init__(
            message
            or f"what is encrypted with key {key!r} was changed, belongs to another job, or that"
            " id was given to another key"
        )


class KeyNotFound(DecryptionError):
    """The key that encrypted it is not here."""

    def __init__(self, key: str, known: Sequence[str]) -> None:
        """Name the key, and those that are here."""
        there = ", ".join(known) or "none"
        super().__init__(key, f"encrypted with key {key!r}, which is not here; there are: {there}")


class LeaseLost(BackbeatError):
    """This attempt is no longer the valid one: the job was given to another worker."""


class ProtocolError(BackbeatError):
    """Server and client disagree: a bug, another version, or a foreign hand in the keys."""


class Permanent(Exception):
    """Raised by a handler to say that no retry will help: the job fails at once."""


class Throttled(Exception):
    """Raised or returned by a handler: a service that it calls asks for a pause (a 429).

    The limit gives nothing to anyone until then, and the job waits for it without using an attempt.

    Attributes:
        limit: Name of the limit, as in `app.limit(name)`.
        retry_after: Seconds to wait, as the service says.
    """

    def __init__(self, limit: str, *, retry_after: float) -> None:
        """Name the limit and the time."""
        self.limit = limit
        self.retry_after = float(retry_after)
        super().__init__(f"{limit} asks for a pause of {self.retry_after:g} s")

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        return _throttled, (self.limit, self.retry_after)


def _throttled(limit: str, retry_after: float) -> Throttled:
    return Throttled(limit, retry_after=retry_after)
