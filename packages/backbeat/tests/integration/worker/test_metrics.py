"""The exposition of a real server, after real jobs; and that nobody else pays for it."""

import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families

from backbeat import Backbeat, Worker

FOREIGN = (
    "backbeat.telemetry",
    "backbeat.alerts",
    "prometheus_client",
    "opentelemetry.",
    "structlog",
    "apprise",
)


async def test_any_application_answers_for_all_workers(app: Backbeat) -> None:
    queue = app.queue("measured")

    @queue.job()
    async def work() -> None: ...

    async with Worker(app):
        for handle in [await work.enqueue() for _ in range(3)]:
            await handle.result(10)
    await work.enqueue()
    asker = Backbeat(app.settings.url, namespace=app.settings.namespace)
    async with asker:
        text = await asker.metrics()
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["backbeat_jobs", "measured", "waiting"] == 1
    assert samples["backbeat_jobs_ended_total", "completed", "measured"] == 3
    assert samples["backbeat_attempts_ended_total", "completed", "measured", "work"] == 3
    assert samples["backbeat_job_wait_seconds_count", "measured", "work"] == 3
    assert samples["backbeat_server_scripts_total", "0"] > 3


def test_enqueueing_and_working_import_no_telemetry() -> None:
    # The Redis client brings parts of OpenTelemetry where it is installed.
    before = imported("import redis, redis.asyncio, redis.cluster")
    after = imported(
        "import backbeat, backbeat.worker.supervising.supervisor, backbeat.cli.program"
    )
    assert "backbeat.worker.attempt.runs" in after
    assert [name for name in after - before if name.startswith(FOREIGN)] == []


def imported(code: str) -> set[str]:
    """The modules that a fresh interpreter has after it."""
    said = [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"]
    return set(subprocess.run(said, capture_output=True, text=True, check=True).stdout.split())
