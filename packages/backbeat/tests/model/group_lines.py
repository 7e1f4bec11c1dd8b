"""Groups, as the simplest thing that could be right: one start at a time, to whoever is next."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil


@dataclass(frozen=True)
class Rules:
    """What a group may; 0 is no bound."""

    weight: int = 1
    concurrency: int = 0
    starts: int = 0
    ms: int = 0
    max_waiting: int = 0
    priority: int = 5
    paused: int = 0
    ordered: int = 0


@dataclass(order=True)
class Entry:
    """A job in a line; the smallest goes first."""

    level: int
    fifo: bool
    turn: int
    job_id: str


@dataclass
class Group:
    """One group."""

    line: list[Entry] = field(default_factory=list)
    own: dict[str, int] = field(default_factory=dict)
    turn: int = 0
    awaited: str | None = None
    rests_until: int = 0
    starts: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class GroupLines:
    """All groups of a queue; `active` counts the running jobs of one."""

    active: Callable[[str], int]
    groups: dict[str, Group] = field(default_factory=dict)
    defaults: dict[str, int] = field(default_factory=dict)
    reached: dict[int, int] = field(default_factory=dict)
    sequence: int = 0

    def __contains__(self, job_id: object) -> bool:
        return any(entry.job_id == job_id for group in self.groups.values() for entry in group.line)

    def __len__(self) -> int:
        return sum(len(group.line) for group in self.groups.values())

    def group(self, name: str) -> Group:
        """A group, as it is or new."""
        return self.groups.setdefault(name, Group())

    def rules(self, name: str) -> Rules:
        """What a group may."""
        rules = replace(Rules(), **{**self.defaults, **self.group(name).own})
        return replace(rules, concurrency=1) if rules.ordered else rules

    def set_rules(self, name: str, rules: dict[str, int | str]) -> None:
        """Change rules of a group, or of all others: `*`."""
        before = {each: self.rules(each) for each in self.groups}
        held = self.defaults if name == "*" else self.group(name).own
        was = dict(held)
        for rule, value in rules.items():
            held.pop(rule, None)
            if value != "":
                held[rule] = int(value)
        if held == was:
            return
        for each in self.groups if name == "*" else [name]:
            group = self.group(each)
            group.rests_until = 0
            if not self.rules(each).ordered:
                group.awaited = None
            if each in before and before[each].priority != self.rules(each).priority:
                group.turn = 0

    def append(self, name: str, job_id: str, priority: int, *, lifo: bool) -> None:
        """Put a job behind its equals; before them if its group waits for it."""
        group = self.group(name)
        awaited = group.awaited == job_id
        if awaited:
            group.awaited = None
        self._insert(group, job_id, priority, lifo=lifo, at_head=awaited)

    def put_back(self, jobs: list[tuple[str, str, int, bool]]) -> None:
        """Put jobs, each with its group, priority and whether it is LIFO, before their equals."""
        for name, job_id, priority, lifo in reversed(jobs):
            self._insert(self.group(name), job_id, priority, lifo=lifo, at_head=True)

    def remove(self, job_id: str) -> None:
        """Take a job out."""
        for group in self.groups.values():
            group.line = [entry for entry in group.line if entry.job_id != job_id]

    def in_order(self) -> list[str]:
        """All ids, group by group in the order of their names."""
        return [
            entry.job_id for name in sorted(self.groups) for entry in sorted(self.group(name).line)
        ]

    def wake(self, now_ms: int) -> None:
        """End the rests that are over."""
        for group in self.groups.values():
            if group.rests_until <= now_ms:
                group.rests_until = 0

    def may_run(self, name: str) -> bool:
        """Whether a job of the group could start, as far as is known without a claim."""
        group, rules = self.group(name), self.rules(name)
        full = 0 < rules.concurrency <= self.active(name)
        waits = rules.ordered and group.awaited is not None
        return bool(group.line) and not (rules.paused or full or waits or group.rests_until)

    def claim(self, now_ms: int, want: int) -> list[str]:
        """Take up to so many jobs."""
        claimed: list[str] = []
        heap: list[tuple[int, int, int, str]] = []
        room: dict[str, int] = {}
        for place, name in enumerate(sorted(self.groups)):
            group, level = self.group(name), self.rules(name).priority
            if self.may_run(name):
                group.turn = max(group.turn, self.reached.get(level, 0))
            elif self._busy(name) or group.turn <= self.reached.get(level, 0):
                continue
            heapq.heappush(heap, (-level, group.turn, place - len(self.groups), name))
        served = 0
        while heap and len(claimed) < want:
            level, turn, _, name = heapq.heappop(heap)
            group = self.group(name)
            self.reached[-level] = max(self.reached.get(-level, 0), turn)
            if name not in room:
                room[name] = self._room(name, now_ms)
            if room[name] <= 0:
                continue
            room[name] -= 1
            served += 1
            group.turn += ceil(2520 / self.rules(name).weight)
            entry = min(group.line)
            group.line.remove(entry)
            claimed.append(entry.job_id)
            if room[name] > 0:
                heapq.heappush(heap, (level, group.turn, served, name))
            self._start(name, now_ms)
        return claimed

    def _busy(self, name: str) -> bool:
        group = self.group(name)
        return bool(group.line or self.active(name) or group.awaited)

    def _room(self, name: str, now_ms: int) -> int:
        group, rules = self.group(name), self.rules(name)
        room = len(group.line)
        if rules.concurrency:
            room = min(room, rules.concurrency - self.active(name))
        if rules.starts and room:
            room = min(room, self._starts_left(group, rules, now_ms))
        return room

    def _starts_left(self, group: Group, rules: Rules, now_ms: int) -> int:
        group.starts = [(at, count) for at, count in group.starts if at + rules.ms > now_ms]
        left = rules.starts - sum(count for _, count in group.starts)
        if left <= 0:
            group.rests_until = group.starts[0][0] + rules.ms
        return max(left, 0)

    def _start(self, name: str, now_ms: int) -> None:
        group, rules = self.group(name), self.rules(name)
        if not rules.starts:
            return
        span = max(rules.ms / 64, 1)
        if group.starts and group.starts[-1][0] // span == now_ms // span:
            _, count = group.starts.pop()
            group.starts.append((now_ms, count + 1))
        else:
            group.starts.append((now_ms, 1))
        if group.line:
            self._starts_left(group, rules, now_ms)

    def _insert(
        self, group: Group, job_id: str, priority: int, *, lifo: bool, at_head: bool
    ) -> None:
        self.sequence += 1
        turn = -self.sequence if lifo or at_head else self.sequence
        group.line.append(Entry(-priority, not lifo, turn, job_id))
