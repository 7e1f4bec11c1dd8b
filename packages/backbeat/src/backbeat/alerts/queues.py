"""Rules about queues."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from typing_extensions import override

from backbeat.alerts.alert import Finding
from backbeat.alerts.facts import Facts
from backbeat.alerts.rule import Rule

_MOST_IDS: Final = 20


@dataclass(frozen=True, kw_only=True)
class FailureRate(Rule):
    """Many jobs fail.

    Attributes:
        failures: So many jobs that failed for good within the window. Defaults to 10.
        window: Seconds, in whole minutes. Defaults to 300.
    """

    kind: ClassVar[str] = "FAILURE_RATE"

    failures: int = 10
    window: float = 300.0

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """How many have failed in the last minutes."""
        points = await facts.history(self.window)
        failed = sum(point.failed for point in points)
        if failed < self.failures:
            return []
        ended = failed + sum(point.completed + point.cancelled for point in points)
        data = {
            "queue": facts.queue.name,
            "failures": failed,
            "ended": ended,
            "windowSeconds": self.window,
        }
        return [Finding(facts.queue.name, f"{failed} of {ended} jobs failed", data)]


@dataclass(frozen=True, kw_only=True)
class QueueStalled(Rule):
    """Jobs lost the worker that ran them.

    Attributes:
        jobs: So many within the window. Defaults to 1.
        window: Seconds. Defaults to 300.
    """

    kind: ClassVar[str] = "QUEUE_STALL"

    jobs: int = 1
    window: float = 300.0

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """Which jobs were lost in the window: by the events, or as counted where there are none."""
        events = await facts.events(self.window)
        ids = [each for event in events if event.kind == "stalled" for each in event.job_ids]
        counted = sum(point.stalled for point in await facts.history(self.window))
        count = max(len(ids), counted)
        if count < self.jobs:
            return []
        data = {
            "queue": facts.queue.name,
            "stalledJobCount": count,
            "stalledJobIds": ids[-_MOST_IDS:],
        }
        return [Finding(facts.queue.name, f"{count} jobs lost their worker", data)]


@dataclass(frozen=True, kw_only=True)
class BacklogAge(Rule):
    """The next job has waited for long, though the queue is not paused.

    Attributes:
        older_than: Seconds. Defaults to 300.
    """

    kind: ClassVar[str] = "BACKLOG_AGE"

    older_than: float = 300.0

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """How long the next job has waited."""
        load = await facts.load()
        if load.paused or load.oldest_wait is None or load.oldest_wait < self.older_than:
            return []
        data = {
            "queue": facts.queue.name,
            "oldestWaitSeconds": load.oldest_wait,
            "waiting": load.waiting,
            "workers": load.workers,
        }
        words = f"the next of {load.waiting} jobs has waited for {load.oldest_wait:.0f} s"
        return [Finding(facts.queue.name, words, data)]


@dataclass(frozen=True, kw_only=True)
class DeadLetters(Rule):
    """More and more failed jobs are kept.

    Attributes:
        growth: So many more than the fewest within the window. Defaults to 50.
        window: Seconds, in whole minutes. Defaults to 3,600.
    """

    kind: ClassVar[str] = "DEAD_LETTERS"

    growth: int = 50
    window: float = 3_600.0

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """How many more are kept than there were."""
        kept = (await facts.counts()).failed
        before = min(
            (point.kept_failed for point in await facts.history(self.window)), default=kept
        )
        if kept - before < self.growth:
            return []
        data = {"queue": facts.queue.name, "kept": kept, "growth": kept - before}
        words = f"{kept} failed jobs are kept, {kept - before} more than before"
        return [Finding(facts.queue.name, words, data)]
