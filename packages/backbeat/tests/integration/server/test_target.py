"""The door: what is refused in production, and the line that is always said."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backbeat.config import Settings
from backbeat.errors import ConfigurationError
from backbeat.server import Target, connect_target


@pytest.fixture(autouse=True)
def project(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without any setting as the working directory."""
    (data.parent / "pyproject.toml").touch()
    monkeypatch.chdir(data.parent)
    return data.parent


@contextmanager
def target_of(settings: Settings) -> Iterator[Target]:
    target = connect_target(settings)
    yield target
    assert target.server is not None
    target.server.close()


@pytest.mark.parametrize(
    ("variable", "value", "place"),
    [
        ("BACKBEAT_ENV", "production", "production"),
        ("KUBERNETES_SERVICE_HOST", "10.0.0.1", "Kubernetes"),
        ("SYSTEMD_EXEC_PID", "{pid}", "systemd"),
    ],
)
def test_production_without_an_address_is_refused_and_starts_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, place: str
) -> None:
    monkeypatch.setenv(variable, value.format(pid=os.getpid()))
    with pytest.raises(ConfigurationError, match=place) as error:
        connect_target(Settings.load())
    assert "BACKBEAT_URL" in str(error.value)
    assert not (project / ".backbeat").exists()


def test_production_with_the_folder_written_out_is_allowed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKBEAT_ENV", "production")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    with target_of(Settings.load(url="embedded://jobs")) as target:
        assert target.kind == "embedded"
        assert target.socket == str(project / "jobs" / "server.sock")


def test_without_an_address_the_data_is_in_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = project / "src"
    below.mkdir()
    monkeypatch.chdir(below)
    with target_of(Settings.load()) as target:
        assert target.url is None
        assert target.socket == str(project / ".backbeat" / "server.sock")


def test_a_container_is_warned_of_in_the_line_at_start(
    project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("container", "podman")
    with target_of(Settings.load()):
        pass
    [line] = caplog.records
    assert (line.name, line.levelno) == ("backbeat.server", logging.WARNING)
    assert str(project / ".backbeat") in line.message
    assert "BACKBEAT_URL" in line.message


def test_one_line_at_start_says_what_runs_and_where(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.INFO, "backbeat.server"),
        target_of(Settings.load(url="embedded://jobs")) as target,
    ):
        assert target.server is not None
        pid = target.server.server_pid
    [line] = caplog.records
    assert (line.name, line.levelno) == ("backbeat.server", logging.INFO)
    assert line.message == (
        f"embedded {target.server.running} (pid {pid}) keeps its data in {project / 'jobs'}"
    )


def test_the_line_is_said_even_where_no_logging_is_set_up(project: Path) -> None:
    code = (
        "from backbeat.config import Settings\n"
        "from backbeat.server import connect_target\n"
        "connect_target(Settings.load(url='embedded://jobs')).server.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"keeps its data in {project / 'jobs'}" in done.stderr
