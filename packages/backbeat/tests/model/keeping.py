"""Who of the ended jobs stays, as the simplest thing that could be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

from backbeat.engine.states import TERMINAL, State
from packages.backbeat.tests.model.model_job import ModelJob

# Completed jobs make room first, failed ones last.
_FIRST_TO_GO = (State.COMPLETED, State.CANCELLED, State.FAILED)
_SWEPT = (State.COMPLETED, State.FAILED, State.CANCELLED)
# Less than this over their number are left to the janitor.
_LEFT_TO_JANITOR = 50
_JANITOR_TAKES = 500


@dataclass
class Keeping:
    """The bounds of a queue, and what they mean for its ended jobs.

    Attributes:
        jobs: All jobs of the queue; what is kept no longer is taken out.
        counts: How many of a state are kept; -1 is without bound.
        ages: For how many ms; -1 is without bound.
        most_bytes: What all of them may hold; None: not counted.
    """

    jobs: dict[str, ModelJob]
    counts: dict[State, int] = field(default_factory=lambda: dict.fromkeys(TERMINAL, -1))
    ages: dict[State, int] = field(default_factory=lambda: dict.fromkeys(TERMINAL, -1))
    most_bytes: int | None = None

    def bound_bytes(self, most: int | None) -> None:
        """Bound the bytes; those that have ended before count only while a bound was there."""
        if most is None:
            for job in self.jobs.values():
                job.kept_bytes = 0
        self.most_bytes = most

    def ended(
        self, now_ms: int, state: State, jobs: Sequence[ModelJob], rules: dict[str, str]
    ) -> None:
        """These have just ended together: keep them or not, and let others go for them."""
        stay = [job for job in jobs if self._keep(job, now_ms, rules.get(job.job_id, ""))]
        if not stay:
            return
        most = max(_LEFT_TO_JANITOR, 2 * len(stay))
        least = max(_LEFT_TO_JANITOR, self.counts[state] * 0.02)
        self._trim(state, least, most)
        if self.most_bytes is not None:
            for job in stay:
                if job.job_id in self.jobs:
                    job.kept_bytes = job.size
            self._trim_bytes(most)

    def sweep(self, now_ms: int) -> int:
        """What the janitor does: everything that is over goes; how many that were."""
        before = len(self.jobs)
        self._evict(
            job
            for job in self._ended()
            if job.kept_until_ms is not None and job.kept_until_ms <= now_ms
        )
        self._trim_bytes(_JANITOR_TAKES)
        for state in _SWEPT:
            if self.ages[state] >= 0:
                self._evict(
                    job for job in self._common(state) if job.ended_ms <= now_ms - self.ages[state]
                )
            self._trim(state, 1, _JANITOR_TAKES)
        return before - len(self.jobs)

    def _keep(self, job: ModelJob, now_ms: int, rule: str) -> bool:
        if rule.startswith("k"):
            job.kept_until_ms = now_ms + int(rule[1:])
            return True
        if rule == "0" or self.counts[job.state] == 0:
            del self.jobs[job.job_id]
            return False
        return True

    def _trim(self, state: State, least: float, most: int) -> None:
        """The oldest go; those with an age of their own do not count."""
        oldest = self._common(state)
        over = len(oldest) - self.counts[state]
        if self.counts[state] >= 0 and over >= least:
            self._evict(oldest[: min(over, most)])

    def _trim_bytes(self, most: int) -> None:
        bound = inf if self.most_bytes is None else self.most_bytes
        for job in [job for state in _FIRST_TO_GO for job in self._of(state)][:most]:
            if sum(job.kept_bytes for job in self._ended()) > bound:
                self._evict([job])

    def _ended(self) -> list[ModelJob]:
        return [job for job in self.jobs.values() if job.state in TERMINAL]

    def _of(self, state: State) -> list[ModelJob]:
        """Those of a state, the oldest first."""
        jobs = [job for job in self.jobs.values() if job.state is state]
        return sorted(jobs, key=lambda job: (job.ended_ms, job.job_id))

    def _common(self, state: State) -> list[ModelJob]:
        """Those that have no age of their own, the oldest first."""
        return [job for job in self._of(state) if job.kept_until_ms is None]

    def _evict(self, jobs: Iterable[ModelJob]) -> None:
        for job in jobs:
            del self.jobs[job.job_id]
