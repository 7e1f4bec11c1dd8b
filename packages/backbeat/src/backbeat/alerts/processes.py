"""Rules about worker processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from typing_extensions import override

from backbeat.alerts.alert import Finding
from backbeat.alerts.facts import Facts
from backbeat.alerts.rule import Rule

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class NoWorkers(Rule):
    """Jobs wait, and no worker holds a lease.

    Attributes:
        waited: Seconds that the next job must have waited. Defaults to 60.
    """

    kind: ClassVar[str] = "NO_WORKERS"

    waited: float = 60.0

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """Whether anybody is there."""
        load = await facts.load()
        if load.workers or load.oldest_wait is None or load.oldest_wait < self.waited:
            return []
        data = {"queue": facts.queue.name, "waiting": load.waiting}
        return [
            Finding(facts.queue.name, f"{load.waiting} jobs wait, and no worker is there", data)
        ]


@dataclass(frozen=True, kw_only=True)
class MemoryGrowth(Rule):
    """A worker process has grown.

    Attributes:
        mib: By so many MiB since it started. Defaults to 500.
    """

    kind: ClassVar[str] = "MEMORY_GROWTH"

    mib: float = 500.0

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """How much each worker of the queue has grown."""
        return [
            Finding(
                f"{facts.queue.name}|{worker}",
                f"worker {worker} has grown by {(vitals.rss - vitals.rss_at_start) // _MIB} MiB",
                {"queue": facts.queue.name, "worker": worker, "rssBytes": vitals.rss,
                 "rssAtStartBytes": vitals.rss_at_start},
            )
            for worker, vitals in await facts.vitals()
            if vitals.rss - vitals.rss_at_start >= self.mib * _MIB
        ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class BlockedLoop(Rule):
    """A handler blocks the event loop of a worker, so that nothing else of it goes on.

    Attributes:
        seconds: For so long. What a worker does not log is not seen: see its `block_warning`, a
            second. Defaults to 5.
    """

    kind: ClassVar[str] = "BLOCKED_LOOP"
    lasting: ClassVar[bool] = False

    seconds: float = 5.0

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """How long the loop of each worker stood still at most in the last minute."""
        return [
            Finding(
                f"{facts.queue.name}|{worker}",
                f"the event loop of worker {worker} stood still for {vitals.blocked:.1f} s",
                {"queue": facts.queue.name, "worker": worker, "blockedSeconds": vitals.blocked},
            )
            for worker, vitals in await facts.vitals()
            if vitals.blocked >= self.seconds
        ]
