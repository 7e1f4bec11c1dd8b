"""Random updates, reads and rebuilds of a board beside the same ones of the model."""

import asyncio
import itertools
import secrets
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from arena.services.leaderboard import (
    Add,
    Best,
    BoardClosed,
    BoardFull,
    Change,
    EntryNotFound,
    Leaderboards,
    PointsOverflow,
    Remove,
    Row,
    Rules,
    Set,
    Standing,
)
from arena.services.leaderboard.store import BoardStore
from backbeat import Backbeat
from packages.arena.tests.services.leaderboard.oracle import Full, ModelBoard, Overflow, Place

LARGEST: Final = 2**63 - 1
REMEMBERED: Final = 5
# Few of everything: what is interesting happens where things meet.
NAMES: Final = ["ann", "Æsa", "x" * 128, "a b{c}", "0"]
IDS: Final = st.sampled_from(NAMES)
POINTS: Final = st.integers(-1, 2) | st.sampled_from([-LARGEST, LARGEST, 2**53, 2**53 + 1])
TIES: Final = st.none() | st.integers(0, 3) | st.just(10**16 - 1)
REVISIONS: Final = st.none() | st.integers(1, 2)
CHANGES: Final = st.one_of(
    st.builds(Set, IDS, POINTS, TIES, REVISIONS),
    st.builds(Set, IDS, POINTS, TIES, REVISIONS),
    st.builds(Add, IDS, POINTS, TIES),
    st.builds(Best, IDS, POINTS, TIES),
    st.builds(Remove, IDS),
)


def distinct(values: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[list[Any]]:
    """Some, each of another entry."""
    return st.lists(values, min_size=1, max_size=most, unique_by=lambda value: value.id)


STEPS: Final = st.one_of(
    distinct(st.builds(Row, IDS, POINTS, TIES, REVISIONS), 3),
    distinct(CHANGES, 3),
    st.integers(0, 3),
)


class BoardMachine(RuleBasedStateMachine):
    """One board on a server, and its model."""

    url: ClassVar[Callable[[], str]]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.app = Backbeat(url=type(self).url())
        self.numbers = itertools.count()
        self.made: list[tuple[str, list[Change], int, int]] = []
        self.version = 0
        self.closed = False
        self.token = ""
        self.loaded = 0

    def run(self, call: Any) -> Any:
        """Wait for a call."""
        return self.runner.run(call)

    @initialize(
        ranking=st.sampled_from(["dense", "competition", "ordinal"]), most=st.sampled_from([100, 3])
    )
    def open(self, ranking: Any, most: int) -> None:
        rules = Rules(ranking, most_entries=most, remembered=REMEMBERED)
        self.model = ModelBoard(rules)
        self.store = BoardStore(self.app)
        self.board = self.run(Leaderboards(self.app).open(f"b-{secrets.token_hex(6)}", rules))
        self.version = self.run(self.board.info()).version

    @rule(changes=distinct(CHANGES, 5))
    def update_once(self, changes: list[Change]) -> None:
        self.update(changes)

    @rule(each=st.lists(distinct(CHANGES, 5), min_size=2, max_size=6))
    def update_often(self, each: list[list[Change]]) -> None:
        for changes in each:
            self.update(changes)
            self.is_as_the_model()

    def update(self, changes: list[Change]) -> None:
        name = f"u{next(self.numbers)}"
        if self.closed:
            with pytest.raises(BoardClosed):
                self.run(self.board.update(name, *changes))
            return
        try:
            changed = self.model.update(name, changes)
        except (Full, Overflow) as error:
            expected = BoardFull if isinstance(error, Full) else PointsOverflow
            with pytest.raises(expected):
                self.run(self.board.update(name, *changes))
            return
        receipt = self.run(self.board.update(name, *changes))
        self.version += changed > 0
        assert (receipt.version, receipt.changed) == (self.version, changed)
        assert not receipt.repeated
        self.made.append((name, changes, self.version, changed))

    @precondition(lambda self: self.made)
    @rule(back=st.integers(1, REMEMBERED))
    def repeat(self, back: int) -> None:
        name, changes, version, changed = self.made[-min(back, len(self.made))]
        receipt = self.run(self.board.update(name, *changes))
        assert (receipt.version, receipt.changed, receipt.repeated) == (version, changed, True)

    @rule(steps=st.lists(STEPS, min_size=1, max_size=6), ends=st.booleans())
    def rebuild(self, steps: list[Any], ends: bool) -> None:
        """Rows, updates that come meanwhile, and updates that the rows have."""
        self.begin_rebuild()
        for step in steps:
            if isinstance(step, int):
                self.contain(step)
            elif isinstance(step[0], Row):
                self.load(step)
            else:
                self.update(step)
                self.is_as_the_model()
        if ends:
            self.finish_rebuild()
            self.is_as_the_model()

    def begin_rebuild(self) -> None:
        self.token, self.loaded = secrets.token_hex(4), 0
        self.run(self.store.begin_rebuild(self.board.name, self.token))
        self.model.begin()

    def load(self, rows: list[Row]) -> None:
        assert self.model.rows is not None
        rows = [row for row in rows if row.id not in self.model.rows]
        if len(self.model.rows) + len(rows) > self.model.rules.most_entries or not rows:
            return
        self.run(self.store.load_rows(self.board.name, self.token, self.loaded + 1, rows))
        self.model.load(rows, self.loaded + 1)
        self.loaded += len(rows)

    def contain(self, back: int) -> None:
        # Some have come, and one is on its way.
        for name in [f"u{next(self.numbers)}", *(made[0] for made in self.made[-back:])]:
            self.run(self.store.contain(self.board.name, self.token, [name]))
            self.model.contained.add(name)

    def finish_rebuild(self) -> None:
        call = self.store.finish_rebuild(self.board.name, self.token, self.loaded)
        self.token = ""
        try:
            self.model.finish()
        except (Full, Overflow) as error:
            self.model.rows = None
            with pytest.raises(BoardFull if isinstance(error, Full) else PointsOverflow):
                self.run(call)
            return
        version, total = self.run(call)
        self.version += 1
        assert (int(version), total) == (self.version, len(self.model.entries))
        # What the rows had already may come only now, and is not made again.
        for name in self.model.contained:
            receipt = self.run(self.board.update(name, Add("ann", 1)))
            assert receipt.repeated

    @precondition(lambda self: not self.closed)
    @rule(chance=st.integers(0, 9))
    def close(self, chance: int) -> None:
        if chance == 9:  # small numbers come most often
            self.version += 1
            assert self.run(self.board.close()) == self.version
            self.closed = True

    @rule(size=st.integers(1, 4), entry=IDS, reach=st.integers(0, 3), ids=st.lists(IDS, max_size=4))
    def read(self, size: int, entry: str, reach: int, ids: list[str]) -> None:
        self.walk(size)
        self.around(entry, reach)
        page = self.run(self.board.standings(ids))
        self.same(page.standings, [place for place in self.model.places() if place.id in ids])

    def walk(self, size: int) -> None:
        page = self.run(self.board.top(size))
        found = list(page.standings)
        while page.cursor:
            page = self.run(self.board.page(page.cursor, size))
            found += page.standings
        self.same(found, self.model.places())

    def around(self, entry: str, reach: int) -> None:
        places = self.model.places()
        at = next((number for number, place in enumerate(places) if place.id == entry), None)
        if at is None:
            with pytest.raises(EntryNotFound):
                self.run(self.board.around(entry, reach))
            return
        page = self.run(self.board.around(entry, reach))
        self.same(page.standings, places[max(0, at - reach) : at + reach + 1])

    @invariant()
    def is_as_the_model(self) -> None:
        page = self.run(self.board.standings(NAMES))
        self.same(page.standings, self.model.places())
        page = self.run(self.board.top(100))
        assert (page.version, page.total) == (self.version, len(self.model.entries))
        self.same(page.standings, self.model.places())
        assert self.run(self.board.top(100, unless=self.version)) is None

    def same(self, found: Sequence[Standing], expected: Sequence[Place]) -> None:
        assert [(s.id, s.points, s.tie, s.rank, s.position) for s in found] == [
            (p.id, p.points, p.tie, p.rank, p.position) for p in expected
        ]
        assert all(standing.of == len(self.model.entries) for standing in found)

    @override
    def teardown(self) -> None:
        self.run(self.app.close())
        self.runner.close()
