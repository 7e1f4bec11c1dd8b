"""How a pod, a unit and a container are told from a desk."""

import os
from pathlib import Path

import pytest

from backbeat.server.surroundings import is_container, is_systemd_unit, look_around

SERVICE = "0::/system.slice/jobs.service\n"
SESSION = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-editor-12.scope\n"


@pytest.mark.parametrize(
    ("environ", "groups", "terminal", "unit"),
    [
        ({}, SERVICE, False, False),
        ({"INVOCATION_ID": "1f"}, SERVICE, False, True),
        ({"SYSTEMD_EXEC_PID": "1"}, SERVICE, False, True),
        ({"INVOCATION_ID": "1f"}, "", False, True),
        ({"INVOCATION_ID": "1f"}, SERVICE, True, False),
        # An editor hands the marks of the desktop session to what it starts without a terminal.
        ({"INVOCATION_ID": "1f", "SYSTEMD_EXEC_PID": "1"}, SESSION, False, False),
        ({"SYSTEMD_EXEC_PID": "{pid}"}, SESSION, True, True),
    ],
)
def test_a_unit_has_marks_no_terminal_and_no_session(
    environ: dict[str, str], groups: str, terminal: bool, unit: bool
) -> None:
    environ = {name: value.format(pid=os.getpid()) for name, value in environ.items()}
    assert is_systemd_unit(environ, groups, terminal=terminal) is unit


@pytest.mark.parametrize("name", [".dockerenv", "run/.containerenv"])
def test_a_container_is_known_by_its_file(tmp_path: Path, name: str) -> None:
    assert not is_container({}, SERVICE, tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / name).touch()
    assert is_container({}, SERVICE, tmp_path)


@pytest.mark.parametrize(
    "groups", ["0::/docker/abc\n", "3:memory:/kubepods/pod1\n", "0::/machine/libpod-12\n"]
)
def test_a_container_is_known_by_its_control_group(tmp_path: Path, groups: str) -> None:
    assert is_container({}, groups, tmp_path)


def test_a_container_is_known_by_what_its_manager_sets(tmp_path: Path) -> None:
    assert is_container({"container": "systemd-nspawn"}, "", tmp_path)


def test_a_pod_is_known_by_its_service_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    assert not look_around(production=False).kubernetes
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    assert look_around(production=False).kubernetes
