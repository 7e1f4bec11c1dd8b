"""What a handler sees of its job."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from backbeat.app.job import Job, reset_current, set_current
from backbeat.errors import BackbeatError, InvalidPayload


@dataclass
class Notes:
    """A reporter that remembers."""

    progress_seen: list[Any] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    cancel: bool = False

    def progress(self, job: Job, progress_json: bytes) -> None:
        self.progress_seen.append(msgspec.json.decode(progress_json))

    def log(self, job: Job, line: str) -> None:
        self.lines.append(f"{job.id}: {line}")

    def cancelled(self, job: Job) -> bool:
        return self.cancel


def a_job(notes: Notes | None = None, **changes: Any) -> Job:
    values: dict[str, Any] = {
        "id": "j1", "name": "charge", "queue": "shop", "attempt": 1, "attempts": 3, "fence": 7,
        "created_ms": 1_767_225_600_000, "reporter": notes or Notes(),
    }  # fmt: skip
    return Job(**(values | changes))


@pytest.mark.parametrize(
    ("value", "message", "shown"),
    [
        (20, None, {"value": 20}),
        (99.5, "nearly", {"value": 99.5, "message": "nearly"}),
        ({"done": 3, "of": [4]}, "", {"value": {"done": 3, "of": [4]}, "message": ""}),
    ],
)
def test_progress_is_a_number_or_an_object_with_words(
    value: float | Mapping[str, Any], message: str | None, shown: dict[str, Any]
) -> None:
    notes = Notes()

    a_job(notes).progress(value, message)

    assert notes.progress_seen == [shown]


def test_progress_that_is_too_large_is_refused_in_the_handler() -> None:
    with pytest.raises(InvalidPayload, match="the limit is 262,144"):
        a_job().progress({"all": "x" * 300_000})


def test_progress_that_is_no_json_is_refused_in_the_handler() -> None:
    with pytest.raises(InvalidPayload, match="progress of job j1"):
        a_job().progress({"what": object()})


def test_long_lines_are_cut() -> None:
    notes = Notes()

    a_job(notes).log("x" * 5_000)

    assert notes.lines == ["j1: " + "x" * 4_096]


def test_a_requested_cancel_shows() -> None:
    assert a_job(Notes(cancel=True)).cancel_requested
    assert not a_job(Notes(cancel=False)).cancel_requested


def test_it_knows_when_it_was_enqueued() -> None:
    assert a_job().created_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_key_of_an_effect_is_the_same_in_every_attempt_and_no_other_job_has_it() -> None:
    key = a_job().idempotency_key("charge")

    assert key == a_job(attempt=3, fence=99).idempotency_key("charge")
    others = [
        a_job().idempotency_key("refund"),
        a_job(id="j2").idempotency_key("charge"),
        a_job(queue="books").idempotency_key("charge"),
        a_job(created_ms=1).idempotency_key("charge"),
    ]
    assert len({key, *others}) == 5


def test_the_current_job_is_the_one_that_runs_here() -> None:
    job = a_job()
    token = set_current(job)
    try:
        assert Job.current() is job
    finally:
        reset_current(token)

    with pytest.raises(BackbeatError, match="no job is running here"):
        Job.current()


def test_a_job_of_a_schedule_knows_its_slot_and_others_have_none() -> None:
    slot = datetime(2026, 1, 1, tzinfo=UTC)
    assert a_job(id="schedule:nightly:1767225600000").scheduled_at == slot
    assert a_job(id="schedule:nightly:1767225600000+x-1").scheduled_at == slot
    assert a_job().scheduled_at is None
