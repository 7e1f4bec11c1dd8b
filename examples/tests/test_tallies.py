"""The guarded transaction: an effect is had once, or not at all."""

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from examples.draws.analysis import Share
from examples.draws.csv_file import Malformed
from examples.draws.draw import Draw
from examples.draws.generate import synthetic_draws
from examples.draws.tallies import Tallies


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "draws.sqlite3"


@pytest.fixture
def tallies(path: Path) -> Iterator[Tallies]:
    with Tallies(path) as opened:
        yield opened


@pytest.fixture
def draw() -> Draw:
    return next(synthetic_draws(1))


def count(tallies: Tallies, key: str, draw: Draw) -> bool:
    with tallies.once(key) as first:
        if first:
            tallies.add(draw)
    return first


def test_a_repeated_key_has_no_second_effect(tallies: Tallies, draw: Draw) -> None:
    assert [count(tallies, "one", draw) for _ in range(3)] == [True, False, False]
    analysis = tallies.analysis()
    assert analysis is not None
    assert analysis.total_draws == 1
    assert analysis.red_ball_hotness == [Share(str(draw.red_ball), "100.00%")]
    assert tallies.repeated() == 2


def test_an_effect_that_breaks_off_leaves_neither_itself_nor_its_key(
    tallies: Tallies, draw: Draw
) -> None:
    def break_off() -> None:
        with tallies.once("one"):
            tallies.add(draw)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert tallies.counted() == set()
    assert count(tallies, "one", draw)


def test_another_key_cannot_count_the_same_draw_again(tallies: Tallies, draw: Draw) -> None:
    count(tallies, "one", draw)
    with pytest.raises(sqlite3.IntegrityError):
        count(tallies, "two", draw)
    assert tallies.counted() == {draw.date}


def test_what_was_counted_is_there_when_the_file_is_opened_again(path: Path) -> None:
    with Tallies(path) as before:
        for draw in islice(synthetic_draws(1), 20):
            count(before, draw.date.isoformat(), draw)
        run_id, analysis = before.run_id(), before.analysis()
    with Tallies(path) as after:
        assert (after.run_id(), after.analysis()) == (run_id, analysis)


def test_two_files_are_two_runs(tmp_path: Path) -> None:
    with Tallies(tmp_path / "a") as one, Tallies(tmp_path / "b") as other:
        assert one.run_id() != other.run_id()


def test_nothing_counted_has_no_analysis(tallies: Tallies) -> None:
    assert tallies.analysis() is None


def test_a_malformed_line_is_kept_whole(tallies: Tallies, path: Path) -> None:
    line = Malformed(3, "date", "no day", "a,b,c,d")
    tallies.report(line)
    tallies.report(line)
    kept = sqlite3.connect(path)
    try:
        rows = kept.execute("SELECT line, field, why, text FROM malformed").fetchall()
    finally:
        kept.close()
    assert rows == [(3, "date", "no day", "a,b,c,d")]
