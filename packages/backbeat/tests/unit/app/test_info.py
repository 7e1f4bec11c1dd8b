"""What the server keeps of a job, read for people."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backbeat.app.info import Attempt, Failure, Progress, read_info
from backbeat.engine.calls.read import Snapshot
from backbeat.engine.record import encode_record
from backbeat.engine.states import Reason, State

RECORD = encode_record("charge", 1_767_225_600_000, b'{"amount":3}', priority=7)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def a_snapshot(state: State, **changes: Any) -> Snapshot:
    values: dict[str, Any] = {
        "reason": None, "score": None, "record": RECORD, "result": b"", "run": b"",
        "history": b"", "progress": b"", "cancel_reason": None,
    }  # fmt: skip
    return Snapshot(state=state, **(values | changes))


def test_a_waiting_job_shows_who_it_is_and_why_it_waits() -> None:
    info = read_info("shop", "j1", a_snapshot(State.WAITING, reason=Reason.TURN))

    assert (info.id, info.name, info.queue, info.priority) == ("j1", "charge", "shop", 7)
    assert (info.state, info.reason, info.created_at) == (State.WAITING, Reason.TURN, NEW_YEAR)
    assert info.arguments == {"amount": 3}
    assert (info.due_at, info.finished_at, info.result, info.error) == (None, None, None, None)
    assert (info.attempts, info.failures, info.history) == (0, 0, ())


def test_a_score_means_due_or_ended_or_nothing() -> None:
    score = 1_767_225_600_000

    delayed = read_info("shop", "j1", a_snapshot(State.DELAYED, score=score))
    active = read_info("shop", "j1", a_snapshot(State.ACTIVE, score=score))
    failed = read_info("shop", "j1", a_snapshot(State.FAILED, score=score))

    assert (delayed.due_at, delayed.finished_at) == (NEW_YEAR, None)
    assert (active.due_at, active.finished_at) == (None, None)
    assert (failed.due_at, failed.finished_at) == (None, NEW_YEAR)


def test_a_failed_job_shows_its_error_and_its_attempts() -> None:
    history = (
        b'{"attempt":1,"worker":"w","started":1000,"ended":2000,"outcome":"failed",'
        b'"error":"KeyError","message":"x","trace":"t"}\n'
        b'{"attempt":2,"worker":"w","started":3000,"ended":4000,"outcome":"failed","error":null}\n'
    )
    result = b'{"error":"KeyError","message":"x","trace":"t","reason":"exhausted","attempts":2}'

    info = read_info(
        "shop", "j1", a_snapshot(State.FAILED, run=b"1:1:0:0:retry", history=history, result=result)
    )

    assert info.error == Failure("KeyError", "x", "exhausted", "t", 2)
    assert (info.attempts, info.failures) == (2, 2)
    first, second = info.history
    assert first == Attempt(
        1, "w", datetime.fromtimestamp(1, UTC), datetime.fromtimestamp(2, UTC), "failed",
        "KeyError", "x", "t",
    )  # fmt: skip
    assert (second.number, second.error) == (2, "")


@pytest.mark.parametrize(
    ("state", "run", "attempts"),
    [
        (State.WAITING, b"", 0),
        (State.DELAYED, b"2:2:0:0:retry", 2),
        (State.ACTIVE, b"", 1),
        (State.ACTIVE, b"2:1:1:0:turn", 3),
        (State.COMPLETED, b"", 1),
        (State.COMPLETED, b"1:1:0:0:retry", 2),
        (State.CANCELLED, b"", 0),
    ],
)
def test_attempts_are_those_that_were_started(state: State, run: bytes, attempts: int) -> None:
    assert read_info("shop", "j1", a_snapshot(state, run=run)).attempts == attempts


def test_reasons_of_cancels_show_before_and_after() -> None:
    asked = a_snapshot(State.ACTIVE, cancel_reason="too slow")
    done = a_snapshot(State.CANCELLED, result=b'{"reason":"sold out"}')

    assert read_info("shop", "j1", asked).cancel_reason == "too slow"
    assert read_info("shop", "j1", done).cancel_reason == "sold out"
    assert read_info("shop", "j1", a_snapshot(State.WAITING)).cancel_reason is None


def test_progress_and_result_show_as_they_are() -> None:
    progress = b'{"value":{"done":3},"message":"swaps"}'
    completed = a_snapshot(State.COMPLETED, progress=progress, result=b"[1,2]")

    info = read_info("shop", "j1", completed)

    assert (info.progress, info.result) == (Progress({"done": 3}, "swaps"), [1, 2])
