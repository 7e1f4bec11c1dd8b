"""What one who sees everything knows about the jobs of a queue, and what must never happen.

Each job that was added ends exactly once (completed, failed, cancelled or removed), and nobody gets
a job that another one validly holds.
"""

from collections import Counter

MAX_STALLED = 3
CRASHES_IN_COMPANY = 2


class Oracle:
    """The truth about every job.

    Attributes:
        live: The body of each job that has not ended.
        holders: Worker number and ticket of each valid attempt.
        ended: The body of each job that ended and may be kept.
        wished: Active jobs whose cancel is requested.
        tally: How often each thing happened.
    """

    def __init__(self) -> None:
        """Nothing has happened."""
        self.live: dict[str, bytes] = {}
        self.holders: dict[str, tuple[int, int]] = {}
        self.ended: dict[str, bytes] = {}
        self.wished: set[str] = set()
        self.tally: Counter[str] = Counter()
        self._crashes: Counter[str] = Counter()
        self._ends: Counter[bytes] = Counter()
        self._lives: Counter[bytes] = Counter()

    def waits(self, job_id: str) -> bool:
        """Whether the job is waiting or delayed."""
        return job_id in self.live and job_id not in self.holders

    def added(self, job_id: str, body: bytes, answer: str) -> None:
        """An add was answered."""
        if answer == "created":
            assert job_id not in self.live, f"{job_id} was added twice"
            self._live(job_id, body)
        elif answer == "existing":
            assert job_id in self.live, f"{job_id} is free and was refused"
        else:
            assert job_id in self.ended, f"{job_id} never ended and counts as kept"

    def run_again(self, job_id: str) -> None:
        """An ended job was retried."""
        self._live(job_id, self.ended[job_id])
        self.tally["run again"] += 1

    def claimed(self, job_id: str, body: bytes, worker: int, ticket: int) -> None:
        """A worker got a job."""
        assert job_id not in self.holders, f"{job_id} is held by {self.holders[job_id]} already"
        assert self.live.get(job_id) == body, f"{job_id} has ended, or is another job by now"
        self.holders[job_id] = (worker, ticket)

    def accepted(self, job_id: str, body: bytes, worker: int, ticket: int, outcome: str) -> None:
        """The server took a worker's word for how an attempt ended."""
        assert self.holders.get(job_id) == (worker, ticket), "the outcome of a stale attempt"
        assert self.live[job_id] == body, "the outcome of an earlier job of this id"
        del self.holders[job_id]
        if outcome != "returned":
            self.end(job_id, outcome)
        elif job_id in self.wished:
            self.end(job_id, "cancelled")
        else:
            self.tally["returned"] += 1

    def refused(self, job_id: str, worker: int, ticket: int) -> None:
        """The server did not take a worker's word."""
        assert self.holders.get(job_id) != (worker, ticket), "a valid attempt was refused"
        self.tally["stale outcomes refused"] += 1

    def changed(self, job_id: str, body: bytes) -> None:
        """A job that waits was given another body."""
        before = self.live[job_id]
        self._lives[before] -= 1
        self.live[job_id] = body
        self._lives[body] += 1
        self.tally["changed"] += 1

    def reclaimed(self, workers: set[int], *, crashed: bool = True) -> None:
        """Workers were given up, and all that they held; a crash counts against their jobs."""
        holding = Counter(worker for worker, _ in self.holders.values())
        for job_id, (worker, _) in list(self.holders.items()):
            if worker not in workers:
                continue
            del self.holders[job_id]
            # Of several in one worker only those count that were in few crashes: see `blame`.
            crashes = self._crashes[job_id]
            blamed = crashed and (holding[worker] == 1 or crashes < CRASHES_IN_COMPANY)
            self._crashes[job_id] += blamed
            if blamed and self._crashes[job_id] > MAX_STALLED:
                self.end(job_id, "failed")
            elif job_id in self.wished:
                self.end(job_id, "cancelled")

    def held_by(self, worker: int) -> set[str]:
        """What a worker validly holds."""
        return {job_id for job_id, (holder, _) in self.holders.items() if holder == worker}

    def end(self, job_id: str, how: str) -> None:
        """A job ended."""
        body = self.live.pop(job_id)
        self._ends[body] += 1
        assert self._ends[body] <= self._lives[body], f"{job_id} ended twice"
        self.wished.discard(job_id)
        self._crashes.pop(job_id, None)
        self.tally[how] += 1
        if how != "removed":
            self.ended[job_id] = body

    def _live(self, job_id: str, body: bytes) -> None:
        self.live[job_id] = body
        self._lives[body] += 1
        self._crashes.pop(job_id, None)
        self.ended.pop(job_id, None)
