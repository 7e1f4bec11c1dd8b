"""What all commands have in common."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backbeat.cli import commands
from backbeat.cli.commands.worker import parse_queues
from backbeat.cli.program import COMMANDS, GROUPS, build

NAMES = [name for panel in COMMANDS.values() for name in panel]
SHARED = ("--app", "--url", "--namespace", "--json", "--traceback")


def test_each_command_has_a_file_of_its_name() -> None:
    folder = Path(commands.__file__).parent
    assert {file.stem for file in folder.glob("*.py")} - {"__init__"} == {*NAMES, *GROUPS}


@pytest.mark.parametrize("name", NAMES)
def test_each_command_explains_itself_and_has_the_options_of_all(name: str) -> None:
    result = CliRunner().invoke(build(), [name, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert all(option in result.stdout for option in SHARED)
    [body] = [panel[name] for panel in COMMANDS.values() if name in panel]
    assert body.__doc__ is not None


@pytest.mark.parametrize(
    ("group", "word"), [(group, word) for group, (_, words) in GROUPS.items() for word in words]
)
def test_each_command_of_a_group_explains_itself_too(group: str, word: str) -> None:
    result = CliRunner().invoke(build(), [group, word, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert all(option in result.stdout for option in SHARED)
    assert GROUPS[group][1][word].__doc__ is not None


def test_without_a_command_the_help_is_shown() -> None:
    result = CliRunner().invoke(build(), [])
    assert all(name in result.output for name in [*NAMES, *GROUPS])


def test_weights_stand_behind_the_names_of_queues() -> None:
    assert parse_queues("mail") == {"mail": None}
    assert parse_queues("mail, reports=4") == {"mail": None, "reports": 4}
