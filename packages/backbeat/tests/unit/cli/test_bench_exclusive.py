"""Two benchmarks on one machine take turns."""

import tempfile
import threading
from pathlib import Path

import pytest

from backbeat.cli.bench.exclusive import alone


def test_a_second_benchmark_says_that_it_waits_and_begins_when_the_first_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    order: list[str] = []
    waits = threading.Event()

    def told(words: str) -> None:
        order.append(words)
        waits.set()

    def second() -> None:
        with alone(told):
            order.append("the second")

    with alone(order.append):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(10)
        order.append("the first")
    thread.join(10)

    assert order == ["waiting for another benchmark on this machine", "the first", "the second"]
