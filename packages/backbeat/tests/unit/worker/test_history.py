"""What is written about attempts: run record, error, history line."""

import msgspec
import pytest

from backbeat.worker.attempt.history import Failure, Line, RunRecord


def raise_it(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:  # noqa: BLE001 - only its traceback is wanted
        return caught


def test_a_job_that_never_came_back_has_an_empty_run_record() -> None:
    assert RunRecord.read(b"") == RunRecord()


def test_a_run_record_is_read_as_it_was_written() -> None:
    record = RunRecord(starts=7, fails=3, crashes=2, snoozes=1, reason="retry")
    assert str(record) == "7:3:2:1:retry"
    assert RunRecord.read(str(record).encode()) == record


@pytest.mark.parametrize(
    "text", [b"4", b"4:3", b"4:3:2:1", b"4:3:2:1:turn:more", b"4:3:2:1:turn:9:8:more"]
)
def test_a_run_record_of_another_release_is_read_as_far_as_it_goes(text: bytes) -> None:
    assert RunRecord.read(text).starts == 4


def test_what_an_operator_began_anew_stays_so_whatever_comes_of_it() -> None:
    record = RunRecord.read(b"4:3:2:1:retry:1800:0")
    assert record.ready_ms == 1_800
    for later in (record.failed(), record.crashed(), record.snoozed(), record.released()):
        assert str(later).endswith(":1800:0")


def test_only_failures_count_as_failures() -> None:
    record = RunRecord().failed().snoozed().released().crashed()
    assert (record.starts, record.fails, record.snoozes, record.crashes) == (4, 1, 1, 1)
    assert record.reason == "turn"


def test_an_error_keeps_the_end_of_a_long_traceback() -> None:
    def deep(level: int) -> None:
        if level:
            deep(level - 1)
        names = [f"value {number}" for number in range(level)]
        raise ValueError(f"at the bottom {names}")

    with pytest.raises(ValueError, match="at the bottom") as caught:
        deep(200)
    failure = Failure.of(caught.value)
    assert len(failure.trace) < 6_100
    assert failure.trace.endswith("ValueError: at the bottom []\n")


def test_a_long_message_is_cut() -> None:
    assert len(Failure.of(ValueError("x" * 10_000)).message) == 1_000


def test_the_stored_error_names_type_message_and_reason() -> None:
    stored = msgspec.json.decode(
        Failure.of(raise_it(KeyError("w1"))).as_result("send", "exhausted", 3)
    )
    assert stored["error"] == "KeyError"
    assert stored["message"] == "'w1'"
    assert stored["reason"] == "exhausted"
    assert stored["attempts"] == 3
    assert "raise error" in stored["trace"]


def test_a_history_line_is_one_line_and_leaves_out_what_is_empty() -> None:
    line = Line(attempt=1, worker="w", started=1, ended=2, outcome="released").encode()
    assert line == b'{"attempt":1,"worker":"w","started":1,"ended":2,"outcome":"released"}\n'
    failed = Line(1, "w", 1, 2, "failed", 3, "E", "two\nlines", "t").encode()
    assert failed.count(b"\n") == 1
