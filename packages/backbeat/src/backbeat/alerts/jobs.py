"""Rules about single jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from typing_extensions import override

from backbeat.alerts.alert import Finding
from backbeat.alerts.facts import Facts
from backbeat.alerts.rule import Rule
from backbeat.app import JobInfo
from backbeat.errors import JobNotFound


@dataclass(frozen=True, kw_only=True)
class JobFailed(Rule):
    """A job failed for good. Told once a cool-down and queue, with the newest one.

    A job of which nothing is kept when it fails is not seen; `FailureRate` counts it.
    """

    kind: ClassVar[str] = "JOB_FAILURE"
    lasting: ClassVar[bool] = False

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """The newest job that has failed since the last look."""
        queue, place = facts.queue, f"{self.name}:{facts.queue.name}"
        seen = await facts.memory.recall(place)
        if seen is None:
            # What failed before anybody watched is no news.
            seen = str((await facts.counts()).now_ms)
            await facts.memory.remember(place, seen)
        fresh = [job for job in await facts.newest_failed() if _ended_ms(job) > int(seen)]
        if not fresh:
            return []
        try:
            job = await queue.get(fresh[0].id)
        except JobNotFound:
            return []  # it was removed or retried just now
        error = job.error
        said = "" if error is None else f"{error.error}: {error.message}"
        data = {
            "queue": queue.name,
            "jobId": job.id,
            "jobName": job.name,
            "error": said,
            "stack": "" if error is None else error.trace,
            "timestamp": job.finished_at,
            "attempts": job.attempts,
            "maxAttempts": job.attempts_allowed(queue.handlers) or job.attempts,
            "failures": len(fresh),
        }
        return [Finding(queue.name, f"job {job.id} ({job.name}) failed for good: {said}", data)]

    @override
    async def told(self, facts: Facts) -> None:
        """What was found is raised: the next look begins after it."""
        newest = max((_ended_ms(job) for job in await facts.newest_failed()), default=None)
        if newest is not None:
            await facts.memory.remember(f"{self.name}:{facts.queue.name}", str(newest))


@dataclass(frozen=True, kw_only=True)
class JobAge(Rule):
    """A job runs for longer than its `stale_after`, or is older than the rule says.

    Attributes:
        older_than: Seconds since its enqueue, waits included, after which a running job is too old
            whatever its `stale_after`. Defaults to None: only that counts.
    """

    kind: ClassVar[str] = "JOB_AGE"

    older_than: float | None = None

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """The oldest of them; looks at the 200 jobs that run for the longest."""
        now_ms = (await facts.counts()).now_ms
        old = [job for job in await facts.running() if self._is_old(job, now_ms)]
        if not old:
            return []
        oldest = min(old, key=lambda job: job.created_at)
        data = {
            "queue": facts.queue.name,
            "jobId": oldest.id,
            "jobName": oldest.name,
            "ageSeconds": (now_ms - _ms(oldest.created_at)) / 1000,
            "staleSince": oldest.stale_since,
            "jobs": len(old),
        }
        words = f"{len(old)} running jobs are too old, {oldest.id} ({oldest.name}) the most"
        return [Finding(facts.queue.name, words, data)]

    def _is_old(self, job: JobInfo, now_ms: int) -> bool:
        """The record of its run says that it is stale, whether or not the event was read."""
        if job.stale_since is not None:
            return True
        return self.older_than is not None and now_ms - _ms(job.created_at) > self.older_than * 1000


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _ended_ms(job: JobInfo) -> int:
    return 0 if job.finished_at is None else _ms(job.finished_at)
