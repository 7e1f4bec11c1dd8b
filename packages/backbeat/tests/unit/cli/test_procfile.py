"""Which processes a Procfile names, and when one that ended is started again."""

from pathlib import Path

import pytest
import typer

from backbeat.cli.commands.up import parse_counts
from backbeat.cli.processes.log_files import LogFile, Tail
from backbeat.cli.processes.process import how
from backbeat.cli.processes.procfile import read_procfile
from backbeat.cli.processes.restarts import Restarts
from backbeat.errors import ConfigurationError


@pytest.fixture
def procfile(tmp_path: Path) -> Path:
    path = tmp_path / "Procfile"
    path.write_text("# all of it\nweb: serve --port 8000\n\nworker: work | tee log\n")
    return path


def test_each_line_is_a_process_and_may_be_several(procfile: Path) -> None:
    assert read_procfile(procfile, {}) == {
        "web.1": "serve --port 8000", "worker.1": "work | tee log",
    }  # fmt: skip
    assert list(read_procfile(procfile, {"worker": 2, "web": 0})) == ["worker.1", "worker.2"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("web serve", "line 1"),
        ("a: b\nweb:\n", "line 2"),
        ("a: b\na: c\n", "already"),
        ("# nothing\n", "no process"),
    ],
)
def test_a_line_that_is_none_is_named(procfile: Path, text: str, word: str) -> None:
    procfile.write_text(text)
    with pytest.raises(ConfigurationError, match=word):
        read_procfile(procfile, {})


@pytest.mark.parametrize(
    "counts", [{"nobody": 1}, {"web": 99, "worker": 2}, {"web": 0, "worker": 0}]
)
def test_counts_that_make_no_sense_are_refused(procfile: Path, counts: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError):
        read_procfile(procfile, counts)


def test_a_procfile_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="name one with -f"):
        read_procfile(tmp_path / "Procfile", {})


def test_counts_are_read_from_words() -> None:
    assert parse_counts(["worker=4", "web=0"]) == {"worker": 4, "web": 0}
    for words in (["worker"], ["=3"], ["a=x"], ["a=1", "a=2"]):
        with pytest.raises(typer.BadParameter):
            parse_counts(words)


def test_pauses_double_and_the_fifth_end_within_a_minute_is_the_last() -> None:
    restarts = Restarts()
    assert [restarts.after(now) for now in (0, 10, 20, 30, 40)] == [0.5, 1, 2, 4, None]


def test_what_ends_rarely_is_started_for_ever() -> None:
    restarts = Restarts()
    assert {restarts.after(61.0 * n) for n in range(50)} == {0.5}


def test_an_end_is_told_in_words() -> None:
    assert how(-9) == how(137) == "was ended by SIGKILL"
    assert how(3) == "ended with exit code 3"
    assert how(255) == "ended with exit code 255"


def test_a_log_is_followed_over_the_beginning_of_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backbeat.cli.processes.log_files.MOST_BYTES", 100)
    log, tail = LogFile(tmp_path, "web.1"), Tail(tmp_path / "web.1.log")
    assert tail.last(3) == []
    for number in range(3):
        log.write(f"line {number}")
    assert tail.last(2) == ["line 1", "line 2"]
    assert list(tail.more()) == []
    log.write("x" * 90)
    log.write("after")
    log.close()
    assert list(tail.more())[-1] == "after"
    assert len(list(tmp_path.glob("web.1.log*"))) == 2
