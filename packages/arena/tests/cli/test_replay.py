"""`arena replay` counts what came out as recorded, and shows the rest."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arena.bootstrap import applications
from arena.cli.program import build


@dataclass(frozen=True)
class Game:
    """A recorded game, held again."""

    game_id: str
    recorded: int
    points: int

    @property
    def reproduced(self) -> bool:
        """Whether it came out alike."""
        return self.recorded == self.points


def games(path: Path) -> Iterator[Game]:
    """Each line of a file: an id, what is recorded, what our rules give."""
    for line in path.read_text("utf-8").splitlines():
        name, recorded, points = line.split(",")
        yield Game(name, int(recorded), int(points))


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recording, and an application that holds it again."""
    monkeypatch.setitem(applications.REPLAYS, "games", games)
    path = tmp_path / "games.csv"
    path.write_text("[b]one[/b],1,1\ntwo,2,3\nthree,3,3\nfour,4,4\n", "utf-8")
    return path


def replay(*words: object) -> tuple[int, str, str]:
    ran = CliRunner().invoke(build(), ["replay", *map(str, words)])
    return ran.exit_code, ran.stdout, ran.stderr


def test_a_program_is_told_how_many_came_out_as_recorded(recording: Path) -> None:
    code, out, _ = replay("games", recording, "--json")
    assert code == 0
    assert json.loads(out) == {
        "games": 4,
        "reproduced": 3,
        "others": [{"game_id": "two", "recorded": 2, "points": 3}],
    }


def test_people_are_shown_what_came_out_otherwise(recording: Path) -> None:
    code, out, _ = replay("games", recording)
    assert code == 0
    assert "4 games, 75.0% as recorded" in out
    assert "two" in out
    assert "three" not in out


def test_what_nobody_holds_again_is_refused(recording: Path) -> None:
    code, out, said = replay("chess", recording)
    assert (code, out) == (1, "")
    assert "games" in said


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert replay("games", tmp_path / "none.csv")[0] == 2
