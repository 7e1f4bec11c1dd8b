"""What goes wrong: one line on stderr, nothing on stdout, a code that tells the kind."""

import signal
from pathlib import Path

import pytest

from packages.backbeat.tests.integration.cli.conftest import Start, Terminal
from packages.backbeat.tests.support.private_server import PrivateServer

NOBODY = "redis://127.0.0.1:1"


def test_a_server_that_is_not_there_ends_with_three_and_the_reason(terminal: Terminal) -> None:
    result = terminal("queues", "--url", NOBODY, "--json")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "given up after 5 s: connection to redis://127.0.0.1:1/0 lost" in result.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("queues", "--url", "http://localhost"), "the address must begin with one of redis"),
        (("queues", "--namespace", "a b"), "namespace"),
        (("queues", "--app", "nonsense"), "app (an argument) = 'nonsense' is not valid"),
        (("queues", "--app", "nowhere:app"), "there is no module 'nowhere'"),
        (("contract",), "no application is named: give --app"),
        (("worker",), "a worker needs an application"),
        (("jobs", "mail", "--limit", "201"), "--limit"),
        (("jobs", "mail", "--state", "lost"), "'waiting'"),
        (("dance",), "No such command 'dance'"),
        (("queues", "--nonsense"), "No such option"),
    ],
)
def test_a_wrong_command_line_ends_with_two(
    terminal: Terminal, words: tuple[str, ...], why: str
) -> None:
    result = terminal(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert why in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("1 / 0", "cannot be imported: ZeroDivisionError: division by zero"),
        ("import nowhere_at_all", "cannot be imported: ModuleNotFoundError"),
        ("app = 3", "is a int, not a Backbeat application"),
        ("", "has no attribute 'app'"),
    ],
)
def test_an_application_that_cannot_be_had_is_one_line_and_its_trace_on_request(
    terminal: Terminal, project: Path, code: str, why: str, request: pytest.FixtureRequest
) -> None:
    module = f"broken_{abs(hash(request.node.name))}"
    (project / f"{module}.py").write_text(code)
    result = terminal("queues", "--app", f"{module}:app")
    assert result.exit_code == 2
    assert why in result.stderr
    assert len(result.stderr.splitlines()) == 1
    told = terminal("queues", "--app", f"{module}:app", "--traceback")
    assert told.exit_code == 2
    assert "Traceback" in told.stderr


def test_an_address_is_enough_although_the_settings_name_a_broken_application(
    terminal: Terminal, project: Path, valkey: PrivateServer
) -> None:
    (project / "pyproject.toml").write_text('[tool.backbeat]\napp = "nowhere:app"\n')
    assert terminal("queues").exit_code == 2
    assert terminal.json("queues", "--url", valkey.url) == []


def test_the_application_of_the_settings_is_used(
    terminal: Terminal, project: Path, shop: str
) -> None:
    (project / "pyproject.toml").write_text(f'[tool.backbeat]\napp = "{shop}"\n')
    assert terminal("enqueue", "mail", "send", '{"to": 1}').exit_code == 1
    assert terminal("enqueue", "mail", "send", '{"to": "ann"}').exit_code == 0


def test_the_namespace_of_the_flag_is_that_of_the_application(
    terminal: Terminal, shop: str
) -> None:
    words = ("--app", shop, "--namespace", "other")
    assert terminal("enqueue", "mail", "send", '{"to": "ann"}', *words).exit_code == 0
    assert terminal.json("queues") == []
    assert terminal.json("queues", "--namespace", "other")[0]["waiting"] == 1


def test_ctrl_c_ends_a_command_without_noise(terminal: Terminal, start: Start) -> None:
    terminal.add("mail", "send", {})
    process = start("events", "mail", "--since", "0-0", "--json")
    assert process.stdout is not None
    assert '"added"' in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said == ""


def test_a_reader_that_has_seen_enough_ends_a_command_without_noise(
    terminal: Terminal, start: Start
) -> None:
    terminal.add("mail", "send", {})
    process = start("events", "mail", "--since", "0-0", "--json")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    terminal.add("mail", "send", {})
    terminal.add("mail", "send", {})
    assert process.wait(timeout=20) == 1
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
