"""The order of waiting jobs where they age, as the simplest thing that could be right."""

from collections.abc import Callable
from dataclasses import dataclass, field

from packages.backbeat.tests.model.waiting_line import NORMAL

# Places that the engine tells apart within one millisecond.
_PLACES_A_MS = 256
_EPOCH_MS = 1_767_225_600_000


@dataclass
class Aged:
    """A job in the line: what its priority and LIFO are worth in levels, and since when it waits.

    Attributes:
        returned: Whether it was put back: then it goes before all others, the last one first.
    """

    levels: int
    since: int
    returned: bool

    def rank(self, ageing_ms: int) -> tuple[int, int]:
        """Its place; the smallest goes first."""
        if self.returned:
            return 0, -self.since
        return 1, self.since - self.levels * ageing_ms * _PLACES_A_MS


@dataclass
class AgeingLine:
    """A level is a head start of `ageing_ms`, LIFO one more."""

    ageing_ms: int
    now_ms: Callable[[], int]
    jobs: dict[str, Aged] = field(default_factory=dict)
    last: int = 0

    def __contains__(self, job_id: object) -> bool:
        return job_id in self.jobs

    def __len__(self) -> int:
        return len(self.jobs)

    def append(self, job_id: str, priority: int, *, lifo: bool) -> None:
        """From now on it waits."""
        self._place(job_id, priority, lifo=lifo, returned=False)

    def put_back(self, jobs: list[tuple[str, int, bool]]) -> None:
        """Put jobs, each with its priority and whether it is LIFO, before all others."""
        for job_id, priority, lifo in reversed(jobs):
            self._place(job_id, priority, lifo=lifo, returned=True)

    def change(self, job_id: str, was: tuple[int, bool], now: tuple[int, bool]) -> None:
        """Another priority: it keeps the time that it has waited, but not its place at the head."""
        if was != now:
            job = self.jobs[job_id]
            job.levels, job.returned = _levels(*now), False

    def remove(self, job_id: str) -> None:
        """Take a job out."""
        del self.jobs[job_id]

    def parts(self) -> tuple[list[str], list[str], list[str]]:
        """All ids, the next one first: those put back, none in a list, the rest."""
        places = sorted((job.rank(self.ageing_ms), job_id) for job_id, job in self.jobs.items())
        back = [job_id for (part, _), job_id in places if part == 0]
        return back, [], [job_id for (part, _), job_id in places if part == 1]

    def _place(self, job_id: str, priority: int, *, lifo: bool, returned: bool) -> None:
        self.last = max(self.last + 1, (self.now_ms() - _EPOCH_MS) * _PLACES_A_MS)
        self.jobs[job_id] = Aged(_levels(priority, lifo), self.last, returned)


def _levels(priority: int, lifo: bool) -> int:
    return priority - NORMAL + lifo
