"""How many jobs go in one script call, and how a long list is cut into such calls."""

from collections.abc import Generator, Iterator, Sequence
from typing import Final

from backbeat.engine.calls.enqueue import Added, NewJob
from backbeat.engine.record import group_of
from backbeat.errors import GroupFull, QueueFull

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
    """Bring jobs of several callers to a queue that may be full, or in which a group may be.

    A call is refused as a whole, but joining must not take from a caller the room that the job
    would have found alone: the first ones, as many as fit, are brought in smaller calls. A full
    group is in the way of its own jobs only.

    Yields:
        The jobs of the next call; send its answers or its refusal back.

    Returns:
        The answer to each job.
    """
    answers: dict[int, Added | QueueFull] = {}
    left = list(range(len(jobs)))
    step = len(jobs)
    while left:
        part = left[:step]
        outcome = yield [jobs[place] for place in part]
        if not isinstance(outcome, QueueFull):
            answers.update(zip(part, outcome, strict=True))
            left = left[len(part) :]
            continue
        refused = _refused(jobs, left, outcome)
        if others := [place for place in part if place not in refused]:
            # Those of the full group last, and by themselves.
            left = [*(place for place in left if place not in refused), *sorted(refused)]
            step = len(others)
        elif len(part) > 1:
            step = len(part) // 2
        else:
            answers.update(dict.fromkeys(refused, outcome))
            left = [place for place in left if place not in refused]
            step = len(left)
    return [answers[place] for place in range(len(jobs))]


def _refused(jobs: Sequence[NewJob], places: Sequence[int], refusal: QueueFull) -> set[int]:
    """Whom a refusal is about."""
    if not isinstance(refusal, GroupFull):
        return set(places)
    return {place for place in places if group_of(jobs[place].record) == refusal.group}
