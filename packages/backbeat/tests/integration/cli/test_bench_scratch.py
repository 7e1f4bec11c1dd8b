"""A benchmark's server and its folder go together, whenever the signal comes."""

import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backbeat.cli.bench.server import private_server
from backbeat.cli.bench.signals import stoppable
from backbeat.server.binary import find_binary


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _told_to_end(call: Callable[..., Any]) -> Callable[..., Any]:
    def with_signal(*args: Any, **options: Any) -> Any:
        result = call(*args, **options)
        signal.raise_signal(signal.SIGTERM)
        return result

    return with_signal


def _signal_before(call: Callable[..., Any]) -> Callable[..., Any]:
    def with_signal(*args: Any, **options: Any) -> Any:
        signal.raise_signal(signal.SIGTERM)
        return call(*args, **options)

    return with_signal


def _run_a_server() -> None:
    with private_server(find_binary()):
        pass


def test_a_signal_just_after_the_folder_was_made_leaves_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "mkdtemp", _told_to_end(tempfile.mkdtemp))

    with pytest.raises(KeyboardInterrupt), stoppable():
        _run_a_server()

    assert list(folder.iterdir()) == []


def test_a_signal_just_before_the_folder_is_removed_leaves_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "rmtree", _signal_before(shutil.rmtree))

    with pytest.raises(KeyboardInterrupt), stoppable():
        _run_a_server()

    assert list(folder.iterdir()) == []
