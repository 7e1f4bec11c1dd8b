"""Every reason has its sentence."""

from datetime import UTC, datetime

import pytest

from backbeat import JobInfo, State
from backbeat.app.why import why_not_running
from backbeat.engine.states import Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_sentence(reason: Reason) -> None:
    said = why_not_running(_job(reason), workers=2)
    assert said
    assert "{" not in said


def test_a_job_that_runs_has_none() -> None:
    assert why_not_running(_job(None), workers=2) is None


def _job(reason: Reason | None) -> JobInfo:
    return JobInfo(
        id="a", name="send", queue="mail", state=State.DELAYED, reason=reason, priority=5,
        created_at=datetime(2026, 1, 1, tzinfo=UTC), arguments={},
    )  # fmt: skip
