"""The slots of one schedule: its rule within its bounds, and the jitter of each slot."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from backbeat.schedules.rule import Rule


@dataclass(frozen=True, slots=True)
class Timetable:
    """The slots of one schedule.

    Attributes:
        name: Of the schedule; its slots' jitter hangs on it.
        rule: Where the slots lie.
        start_ms: The first moment at which one may lie; 0: any.
        end_ms: The last one; 0: any.
        jitter_ms: By how much a slot may be put off at most.
    """

    name: str
    rule: Rule
    start_ms: int = 0
    end_ms: int = 0
    jitter_ms: int = 0

    def after(self, ms: int) -> int | None:
        """The first slot after a moment; None where there is none."""
        slot = self.rule.after(max(ms, self.start_ms - 1))
        return None if slot is None or (self.end_ms and slot > self.end_ms) else slot

    def slots(self, after: int) -> Iterator[int]:
        """The slots after a moment, one after the other."""
        slot = self.after(after)
        while slot is not None:
            yield slot
            slot = self.after(slot)

    def due(self, slot: int) -> int:
        """When a slot's job is made: the slot itself, or up to the jitter later.

        Every worker comes to the same moment, since it hangs on nothing but name and slot.
        """
        if not self.jitter_ms:
            return slot
        drawn = blake2b(f"{self.name}:{slot}".encode(), digest_size=8).digest()
        return slot + int.from_bytes(drawn) % (self.jitter_ms + 1)
