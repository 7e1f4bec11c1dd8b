"""How many jobs go in one script call, and how a long list is cut into such calls."""

from collections.abc import Generator, Iterator, Sequence
from typing import Final

from backbeat.engine.calls.enqueue import Added, NewJob
from backbeat.errors import QueueFull

# A script of this size keeps the server busy for about 2 ms: no other call waits longer for it.
MAX_JOBS: Final = 500
MAX_BYTES: Final = 1_048_576


class Batch:
    """Jobs that share a call, while there is room for more.

    Attributes:
        jobs: The jobs, in the order of coming.
        size: Bytes of their ids and records.
    """

    __slots__ = ("jobs", "size")

    def __init__(self) -> None:
        self.jobs: list[NewJob] = []
        self.size = 0

    def take(self, job: NewJob) -> bool:
        """Take the job in; False if the call would become too large. One job always fits."""
        size = self.size + len(job.record) + len(job.id)
        if self.jobs and (size > MAX_BYTES or len(self.jobs) >= MAX_JOBS):
            return False
        self.jobs.append(job)
        self.size = size
        return True


def cut(jobs: Sequence[NewJob]) -> Iterator[Sequence[NewJob]]:
    """The jobs in calls that are not too large, in their order."""
    start = size = 0
    for place, job in enumerate(jobs):
        length = len(job.record) + len(job.id)
        if place > start and (size + length > MAX_BYTES or place - start >= MAX_JOBS):
            yield jobs[start:place]
            start, size = place, 0
        size += length
    if start < len(jobs):
        yield jobs[start:]


def fill(
    jobs: Sequence[NewJob],
) -> Generator[Sequence[NewJob], list[Added] | QueueFull, list[Added | QueueFull]]:
    """Bring jobs of several callers to a queue that may be full.

    A call is refused as a whole, but joining must not take from a caller the room that the job
    would have found alone: the first ones, as many as fit, are brought in smaller calls.

    Yields:
        The jobs of the next call; send its answers or its refusal back.

    Returns:
        The answer to each job.
    """
    answers: list[Added | QueueFull] = []
    step = len(jobs)
    while len(answers) < len(jobs):
        outcome = yield jobs[len(answers) : len(answers) + step]
        if not isinstance(outcome, QueueFull):
            answers += outcome
        elif step > 1:
            step //= 2
        else:
            answers += [outcome] * (len(jobs) - len(answers))
    return answers
