"""Small models of a lock or semaphore and of a rate: what the scripts must do, in plain Python."""

from bisect import insort
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

GRACE_MS: Final = 500
LONGEST_LOOK_MS: Final = 15_000


@dataclass
class SlotModel:
    """A lock or semaphore.

    Attributes:
        slots: How many may hold it.
        held: Token to the end of its hold.
        fences: Token to its fence.
        line: Since when and by what name it is waited for, in order.
        waits: By when each of these has asked again.
        told: Whose turn it is, and until when.
        fence: The last one.
    """

    slots: int
    held: dict[str, int] = field(default_factory=dict)
    fences: dict[str, int] = field(default_factory=dict)
    line: list[tuple[int, str]] = field(default_factory=list)
    waits: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    fence: int = 0

    @property
    def free(self) -> int:
        """Slots that nobody holds."""
        return self.slots - len(self.held)

    def hold(
        self, token: str, now_ms: int, ttl_ms: int, *, stay: bool, since: int
    ) -> tuple[str, int]:
        """What is answered, and the end of the hold or when to look again."""
        if self.held.get(token, 0) > now_ms:
            return "held", self.held[token]
        self._sweep(now_ms)
        ahead = self._ahead(token, since)
        if self.free > ahead:
            self._leave(token)
            self.held[token] = now_ms + ttl_ms
            self.fence = self.fences[token] = max(self.fence + 1, now_ms * 1_000)
            self._tell(now_ms)
            return "held", now_ms + ttl_ms
        again = self._again(now_ms, ahead)
        if stay:
            again = min(again, now_ms + min(LONGEST_LOOK_MS, ttl_ms // 2))
            self._leave(token)
            insort(self.line, (since, token))
            self.waits[token] = again + 2_000
        self._tell(now_ms)
        return "busy", again

    def extend(self, token: str, now_ms: int, ttl_ms: int) -> bool:
        """Whether it was still held."""
        self._sweep(now_ms)
        ours = token in self.held
        if ours:
            self.held[token] = now_ms + ttl_ms
        self._tell(now_ms)
        return ours

    def release(self, token: str, now_ms: int) -> bool:
        """Whether it was still held."""
        self._sweep(now_ms)
        ours = self.held.pop(token, None) is not None
        self._leave(token)
        self._tell(now_ms)
        return ours

    def _sweep(self, now_ms: int) -> None:
        self.held = {token: end for token, end in self.held.items() if end > now_ms}
        self.told = {name: until for name, until in self.told.items() if until > now_ms}
        for name in [name for name, by in self.waits.items() if by <= now_ms]:
            self._leave(name)

    def _ahead(self, name: str, since: int) -> int:
        if name in self.told:
            return 0
        names = [waiter for _, waiter in self.line]
        place = names.index(name) if name in names else sum(at <= since for at, _ in self.line)
        return len(self.told) + place

    def _again(self, now_ms: int, ahead: int) -> int:
        times = [now_ms + 3_600_000, *self.told.values()]
        if ends := sorted(self.held.values()):
            times.append(ends[min(max(ahead - max(self.free, 0), 0), len(ends) - 1)])
        return min(times)

    def _leave(self, name: str) -> None:
        self.told.pop(name, None)
        self.waits.pop(name, None)
        self.line = [entry for entry in self.line if entry[1] != name]

    def _tell(self, now_ms: int) -> None:
        while self.free > len(self.told) and self.line:
            _, name = self.line.pop(0)
            self.waits.pop(name, None)
            self.told[name] = now_ms + GRACE_MS


@dataclass
class RateModel:
    """A sliding window, or a bucket where there is a burst.

    Attributes:
        units: In `per_us`.
        per_us: The time that they count in.
        burst: What a bucket holds; 0: a window slides.
        spent: When units were used, as far as the limit knows, and how many.
        pending: By session: units that were taken and not yet used, and until when it is kept.
        full_us: When a bucket is full again.
    """

    units: int
    per_us: int
    burst: int = 0
    spent: list[tuple[int, int]] = field(default_factory=list)
    pending: dict[str, tuple[int, int]] = field(default_factory=dict)
    full_us: int = 0

    def sweep(self, now_us: int) -> None:
        """Count what dead workers had as used now."""
        for session, (units, end_us) in list(self.pending.items()):
            if end_us <= now_us:
                del self.pending[session]
                self.spend(now_us, units)

    def free(self, now_us: int) -> int:
        """Units that may be taken now."""
        owed = sum(units for units, _ in self.pending.values())
        if self.burst:
            behind = Fraction(max(self.full_us - now_us, 0) * self.units, self.per_us)
            return int((self.burst - behind) // 1) - owed
        edge = now_us - self.per_us
        return self.units - owed - sum(units for at, units in self.spent if at > edge)

    def spend(self, now_us: int, units: int) -> None:
        """Units are used now."""
        if units:
            self.spent.append((now_us, units))
            each = -(-units * self.per_us // self.units)
            self.full_us = max(self.full_us, now_us) + each
