"""What schedules make in tests, and when."""

from typing import Any

import pytest

from backbeat import Backbeat, Job
from backbeat.app import Handler


@pytest.fixture
def ran() -> list[str]:
    """The slots for which the handler ran, as hour and minute."""
    return []


@pytest.fixture
def report(app: Backbeat, ran: list[str]) -> Handler[..., Any]:
    """A handler that writes down the slot that it runs for."""

    @app.queue("work").job()
    async def report(job: Job, what: str) -> str:
        assert job.scheduled_at is not None
        ran.append(f"{job.scheduled_at:%d %H:%M}")
        return what

    return report
