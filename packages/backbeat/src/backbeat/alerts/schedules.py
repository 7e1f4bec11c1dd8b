"""The rule about schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from backbeat.alerts.alert import Finding
from backbeat.alerts.facts import Facts
from backbeat.alerts.rule import Rule


@dataclass(frozen=True, kw_only=True)
class MissedSchedule(Rule):
    """A slot of a schedule is over, and nobody has fired it.

    Attributes:
        late: Seconds after the slot. Defaults to 60.
    """

    kind: ClassVar[str] = "MISSED_SCHEDULE"

    late: float = 60.0

    @override
    async def look(self, facts: Facts) -> Sequence[Finding]:
        """Which schedules of the queue are late."""
        now_ms = (await facts.counts()).now_ms
        found = []
        for schedule in await facts.schedules():
            if schedule.paused or schedule.next_at is None:
                continue
            late = now_ms / 1000 - schedule.next_at.timestamp() - schedule.jitter
            if late >= self.late:
                data = {
                    "queue": facts.queue.name,
                    "schedule": schedule.name,
                    "slot": schedule.next_at,
                    "lateSeconds": late,
                }
                words = f"schedule {schedule.name} is {late:.0f} s late"
                found.append(Finding(f"{facts.queue.name}|{schedule.name}", words, data))
        return found
