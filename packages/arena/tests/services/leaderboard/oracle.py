"""A board as a dictionary, slow and plain: what the scripts must do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from arena.services.leaderboard import Add, Best, Change, Remove, Row, Rules, Set

LARGEST: Final = 2**63 - 1


class Full(Exception):
    """There is no room."""


class Overflow(Exception):
    """Points leave 64 bits."""


@dataclass(frozen=True)
class Entry:
    """What somebody has."""

    points: int
    tie: int
    revision: int | None


Entries = dict[str, Entry]


@dataclass
class Place:
    """Where somebody is: what `Standing` should say."""

    id: str
    points: int
    tie: int
    rank: int
    position: int


@dataclass
class ModelBoard:
    """One board."""

    rules: Rules
    entries: Entries = field(default_factory=dict)
    sequence: int = 0
    rows: Entries | None = None
    contained: set[str] = field(default_factory=set)
    log: list[tuple[str, Change, int]] = field(default_factory=list)

    def update(self, update: str, changes: Sequence[Change]) -> int:
        """Make changes; gives how many entries are others now."""
        entries, turns = dict(self.entries), list(enumerate(changes, self.sequence + 1))
        for turn, change in turns:
            apply(entries, change, turn)
        if len(entries) > max(self.rules.most_entries, len(self.entries)):
            raise Full
        changed = sum(entries.get(each.id) != self.entries.get(each.id) for each in changes)
        self.entries, self.sequence = entries, self.sequence + len(changes)
        if self.rows is not None:
            self.log += [(update, change, turn) for turn, change in turns]
        return changed

    def begin(self) -> None:
        """From now on there may be rows."""
        self.rows, self.log, self.contained = {}, [], set()

    def load(self, rows: Iterable[Row], first: int) -> None:
        """Take rows."""
        assert self.rows is not None
        for number, row in enumerate(rows, first):
            tie = number if row.tie is None else row.tie
            self.rows[row.id] = Entry(row.points, tie, row.revision)

    def finish(self) -> None:
        """The rows, and over them what came meanwhile."""
        assert self.rows is not None
        entries, count = dict(self.rows), len(self.rows)
        for update, change, turn in self.log:
            if update not in self.contained:
                apply(entries, change, turn)
        if len(entries) > self.rules.most_entries:
            raise Full
        self.entries, self.sequence = entries, max(self.sequence, count)
        self.rows = None

    def places(self) -> list[Place]:
        """Everybody, by looking at everybody else."""
        ordered = sorted(
            self.entries.items(), key=lambda item: (-item[1].points, item[1].tie, item[0].encode())
        )
        return [
            Place(name, own.points, own.tie, self._rank(own, position), position)
            for position, (name, own) in enumerate(ordered, 1)
        ]

    def _rank(self, own: Entry, position: int) -> int:
        better = [each.points for each in self.entries.values() if each.points > own.points]
        ranks = {
            "competition": len(better) + 1,
            "dense": len(set(better)) + 1,
            "ordinal": position,
        }
        return ranks[self.rules.ranking]


def apply(entries: Entries, change: Change, turn: int) -> None:
    """Make one change."""
    held = entries.get(change.id)
    points = 0
    match change:
        case Remove():
            entries.pop(change.id, None)
            return
        case Add():
            points = change.points + (held.points if held else 0)
        case Best():
            points = change.points if held is None else max(held.points, change.points)
            if held and points > change.points:
                return
        case Set():
            known = held.revision if held else None
            if None not in (known, change.revision) and change.revision <= known:  # type: ignore[operator]
                return
            points = change.points
    if abs(points) > LARGEST:
        raise Overflow
    tie = turn if change.tie is None else change.tie
    if held and held.points == points:
        tie = min(tie, held.tie)
    revision = held.revision if held else None
    if isinstance(change, Set) and change.revision is not None:
        revision = change.revision
    entries[change.id] = Entry(points, tie, revision)
