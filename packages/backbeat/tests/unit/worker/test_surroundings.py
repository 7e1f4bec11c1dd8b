"""Small parts around a worker process: its application, its log lines, its sources, its memory."""

import io
import logging
import os
import secrets
import sys
from pathlib import Path

import msgspec
import pytest

from backbeat import Backbeat, ConfigurationError, InvalidOption
from backbeat.worker.loading import load_app
from backbeat.worker.logs import JsonLines
from backbeat.worker.options import WorkerOptions, queue_weights
from backbeat.worker.rss import rss_bytes
from backbeat.worker.supervising.child_options import ChildOptions
from backbeat.worker.supervising.sources import Sources
from backbeat.worker.throttle import Throttle


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module in the working directory that nobody has imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path / f"module_{secrets.token_hex(4)}.py"


def test_an_application_is_found_in_the_working_directory(module: Path) -> None:
    module.write_text("from backbeat import Backbeat\nclass shop: app = Backbeat()\n")
    assert isinstance(load_app(f"{module.stem}:shop.app"), Backbeat)


def test_what_the_application_itself_misses_is_an_error_of_its_own(module: Path) -> None:
    module.write_text("import a_module_that_nobody_has\n")
    with pytest.raises(ModuleNotFoundError, match="a_module_that_nobody_has"):
        load_app(f"{module.stem}:app")


@pytest.mark.parametrize("path", ["shop", ":app", "shop:", ""])
def test_a_path_without_both_parts_is_refused(path: str) -> None:
    with pytest.raises(ConfigurationError, match="must be module:attribute"):
        load_app(path)


def test_a_log_line_is_one_json_object_with_what_came_in_extra() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("tests.json_lines")
    logger.addHandler(handler)
    try:
        raise ValueError("broken\nin two lines")
    except ValueError:
        logger.exception("job %s failed", "j1", extra={"job": "j1", "attempt": 2})
    finally:
        logger.removeHandler(handler)
    [text] = stream.getvalue().splitlines()
    line = msgspec.json.decode(text)
    assert (line["level"], line["message"]) == ("ERROR", "job j1 failed")
    assert (line["job"], line["attempt"]) == ("j1", 2)
    assert "broken\nin two lines" in line["trace"]


def test_changed_new_and_removed_sources_are_noticed_once(tmp_path: Path) -> None:
    inner = tmp_path / "package"
    skipped = tmp_path / ".venv"
    for folder in (inner, skipped):
        folder.mkdir()
    changed, removed = inner / "changed.py", inner / "removed.py"
    for file in (changed, removed, skipped / "library.py", inner / "data.txt"):
        file.write_text("1")
    sources = Sources(tmp_path)
    assert sources.changed() == []
    os.utime(changed, ns=(1, 1))
    os.utime(inner / "data.txt", ns=(1, 1))
    removed.unlink()
    added = inner / "added.py"
    added.write_text("1")
    (skipped / "library.py").write_text("2")
    assert sources.changed() == [added, changed, removed]
    assert sources.changed() == []


def test_memory_in_ram_is_known_and_zero_for_who_is_gone() -> None:
    held = bytearray(20 * 1024 * 1024)
    held[::4096] = b"x" * len(held[::4096])
    assert rss_bytes(os.getpid()) > len(held)
    assert rss_bytes(2**22 + 1) == 0


def test_a_throttle_lets_the_first_through_and_the_next_after_a_while() -> None:
    never, always = Throttle(every=3_600), Throttle(every=0)
    assert [never(), never(), never()] == [True, False, False]
    assert [always(), always()] == [True, True]


def test_the_options_of_a_child_survive_its_command_line() -> None:
    options = ChildOptions("m:app", {"q": 2}, 3, 4, WorkerOptions(concurrency=7, grace=0.5))
    assert ChildOptions.decode(options.encode()) == options


@pytest.mark.parametrize(
    "options",
    [
        {"concurrency": 0},
        {"max_zombies": 0},
        {"grace": -1},
        {"cancel_grace": -0.1},
        {"kill_after": 0},
        {"block_warning": 0},
        {"lease": 0.1},
    ],
)
def test_numbers_that_make_no_sense_are_refused_by_name(options: dict[str, float]) -> None:
    [name] = options
    with pytest.raises(InvalidOption, match=name):
        WorkerOptions(**options)  # type: ignore[arg-type] # whole ones stay whole


def test_queues_are_chosen_by_name_or_with_weights() -> None:
    app = Backbeat()
    app.queue("a", weight=4)
    app.queue("b")
    assert queue_weights(app, None) == {"a": 4, "b": 1}
    assert queue_weights(app, ["b"]) == {"b": 1}
    assert queue_weights(app, {"a": 1, "b": 9}) == {"a": 1, "b": 9}
    with pytest.raises(ConfigurationError, match=r"'c' is not declared; the application has a, b"):
        queue_weights(app, ["c"])
    with pytest.raises(InvalidOption, match="weight of queue 'a'"):
        queue_weights(app, {"a": 0})


def test_an_application_without_queues_has_nothing_to_run() -> None:
    with pytest.raises(ConfigurationError, match="declares no queue"):
        queue_weights(Backbeat(), None)
