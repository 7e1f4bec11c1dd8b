"""doctor, contract, bench and shell completion."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backbeat.server.surroundings import Surroundings
from packages.backbeat.tests.integration.cli.conftest import Terminal


def test_the_contract_is_json_schema_of_every_job(terminal: Terminal, shop: str) -> None:
    document = json.loads(terminal("contract", "--app", shop, "--title", "Shop").stdout)
    assert (document["asyncapi"], document["info"]["title"]) == ("3.0.0", "Shop")
    assert set(document["channels"]) == {"mail", "reports"}
    assert set(document["channels"]["mail"]["messages"]) == {"send", "break"}
    assert terminal.json("contract", "--app", shop, "--title", "Shop") == document


def test_stubs_are_a_module_that_can_be_imported(
    terminal: Terminal, shop: str, project: Path
) -> None:
    source = terminal("contract", "--stubs", "--app", shop).stdout
    assert '"send"' in source
    assert terminal.json("contract", "--stubs", "--app", shop) == {"module": source}
    file = project / "producers.py"
    said = terminal.json("contract", "--stubs", "--app", shop, "--output", str(file))
    assert said == {"written": str(file)}
    assert file.read_text() == source
    subprocess.run([sys.executable, "-c", "import producers"], cwd=project, check=True)


def test_doctor_fails_a_server_that_keeps_nothing_on_disk(terminal: Terminal) -> None:
    told = terminal.json("doctor", code=1)
    assert told["server"]["kind"] == "external"
    levels = {each["check"]: each["level"] for each in told["findings"]}
    assert levels["persistence"] == "fail"
    assert levels["version"] == "ok"
    words = terminal("doctor").stdout
    assert "set appendonly yes" in words


def test_doctor_tells_where_each_setting_came_from(
    terminal: Terminal, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "pyproject.toml").write_text("[tool.backbeat]\nlease = 12.5\n")
    monkeypatch.setenv("BACKBEAT_GRACE", "3")
    told = terminal.json("doctor", "--namespace", "mine", code=1)
    sources = {each["name"]: (each["value"], each["source"]) for each in told["settings"]}
    assert sources["lease"] == (12.5, f"[tool.backbeat] in {project / 'pyproject.toml'}")
    assert sources["grace"] == (3.0, "BACKBEAT_GRACE")
    assert sources["namespace"] == ("mine", "an argument")
    assert sources["log_level"] == ("INFO", "default")


def test_doctor_never_shows_a_password(terminal: Terminal) -> None:
    result = terminal("doctor", "--url", "redis://me:hunter2@127.0.0.1:1")
    assert result.exit_code == 3
    assert "hunter2" not in result.output
    assert "***" in result.stdout


def test_doctor_starts_no_embedded_server(terminal: Terminal, project: Path) -> None:
    told = terminal.json("doctor", "--url", f"embedded://{project}/data")
    assert (told["server"]["kind"], told["server"]["running"]) == ("embedded", False)
    assert told["findings"] == []
    assert not (project / "data").exists()
    assert "starts at the first use" in (
        terminal("doctor", "--url", f"embedded://{project}/data").stdout
    )


def without_address(monkeypatch: pytest.MonkeyPatch, **surroundings: bool) -> None:
    """Have no address, and be where `surroundings` say."""
    monkeypatch.delenv("BACKBEAT_URL")

    def look(*, production: bool) -> Surroundings:
        return Surroundings(production=production, **surroundings)

    monkeypatch.setattr("backbeat.server.checking.look_around", look)


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        (("BACKBEAT_ENV", "production"), "BACKBEAT_ENV says production"),
        (("KUBERNETES_SERVICE_HOST", "10.0.0.1"), "Kubernetes pod"),
        (("SYSTEMD_EXEC_PID", str(os.getpid())), "systemd unit"),
    ],
)
def test_doctor_fails_where_the_embedded_server_would_be_refused(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, variable: tuple[str, str], place: str
) -> None:
    monkeypatch.delenv("BACKBEAT_URL")
    monkeypatch.setenv(*variable)
    told = terminal.json("doctor", code=1)
    assert [(each["check"], each["level"]) for each in told["findings"]] == [("address", "fail")]
    assert place in told["findings"][0]["what"]
    assert "BACKBEAT_URL" in told["findings"][0]["advice"]
    assert "first use" not in terminal("doctor").stdout


def test_doctor_warns_of_an_embedded_server_in_a_container(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_address(monkeypatch, container=True)
    told = terminal.json("doctor")
    assert [(each["check"], each["level"]) for each in told["findings"]] == [("address", "warn")]
    assert "first use" in terminal("doctor").stdout


def test_doctor_has_nothing_to_say_of_an_embedded_server_on_a_desk(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_address(monkeypatch)
    assert terminal.json("doctor")["findings"] == []


def test_doctor_explains_the_address_that_stands_in_the_application(
    terminal: Terminal, shop: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = project / f"{shop.partition(':')[0]}.py"
    file.write_text(f"from backbeat import Backbeat\napp = Backbeat('embedded://{project}/own')\n")
    told = terminal.json("doctor", "--app", shop)
    assert told["server"]["data_dir"] == f"{project}/own"
    sources = {each["name"]: each["source"] for each in told["settings"]}
    assert sources["url"] == "an argument"
    monkeypatch.setenv("BACKBEAT_APP", shop)
    assert terminal.json("doctor")["server"]["data_dir"] == f"{project}/own"
    beside = terminal.json("doctor", "--url", f"embedded://{project}/other")
    assert beside["server"]["data_dir"] == f"{project}/other"


def test_doctor_fails_an_application_that_cannot_be_had_and_explains_the_rest(
    terminal: Terminal,
) -> None:
    told = terminal.json("doctor", "--app", "nowhere:app", code=1)
    assert told["findings"][0]["check"] == "application"
    assert "there is no module 'nowhere'" in told["findings"][0]["what"]
    assert told["server"]["kind"] == "external"
    assert {each["check"] for each in told["findings"]} >= {"version", "persistence"}


def test_doctor_checks_an_embedded_server_that_runs(
    terminal: Terminal, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKBEAT_URL", f"embedded://{project}/data")
    program = (
        "import subprocess, sys\nfrom backbeat.server import EmbeddedServer\n"
        f"server = EmbeddedServer({str(project / 'data')!r})\nserver.ensure()\n"
        "sys.exit(subprocess.call([sys.executable, '-m', 'backbeat.cli', 'doctor', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    assert told["server"]["running"] is True
    assert told["server"]["pid"]
    levels = {each["check"]: each["level"] for each in told["findings"]}
    assert levels["persistence"] == "ok"
    assert levels["eviction"] == "ok"
    assert done.returncode == int("fail" in levels.values())


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--jobs", "1"), "jobs must be at least 2"),
        (("--rounds", "0"), "rounds must be at least 1"),
        (("--only", "huey"), "--only names peers"),
    ],
)
def test_bench_refuses_what_cannot_be_measured(
    terminal: Terminal, words: tuple[str, ...], why: str
) -> None:
    result = terminal("bench", *words)
    assert result.exit_code == 2
    assert why in result.stderr


def test_bench_says_its_figures_as_json(terminal: Terminal) -> None:
    words = ("--jobs", "300", "--single-jobs", "50", "--pickups", "5", "--rounds", "1")
    figures = terminal.json("bench", *words, "--idle", "200ms")
    assert figures.keys() >= {
        "add_single_per_s",
        "add_concurrent_per_s",
        "add_bulk_per_s",
        "drain_per_s",
        "pickup_ms_p50",
        "pickup_ms_p99",
        "delayed_late_ms_p50",
        "delayed_late_ms_p99",
        "server_us_per_job",
        "bytes_per_waiting_job",
        "idle_commands_per_s",
    }


@pytest.mark.parametrize(
    ("typed", "offered"), [("backbeat pa", "pause"), ("backbeat jobs mail --sta", "--state")]
)
def test_the_shell_completes_commands_and_options(typed: str, offered: str) -> None:
    words = typed.split()
    surroundings = {
        "_BACKBEAT_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    program = "from backbeat.cli.program import build; build()(prog_name='backbeat')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert offered in done.stdout.split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_shown_for_each_shell(shell: str) -> None:
    program = "from backbeat.cli.program import build; build()(prog_name='backbeat')"
    done = subprocess.run(
        [sys.executable, "-c", program, "--show-completion", shell],
        env=os.environ | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_BACKBEAT_COMPLETE" in done.stdout
