"""Jobs that start later, and jobs that put themselves off."""

from datetime import UTC, datetime, timedelta

from backbeat import Backbeat, Snooze, State, Worker


async def test_a_job_can_wait_for_its_time(app: Backbeat) -> None:
    @app.queue("reminders").job()
    async def remind(what: str) -> str:
        return f"Do not forget {what}!"

    soon = await remind.options(delay=0.05).enqueue("the milk")
    at = datetime.now(UTC) + timedelta(days=30)
    later = await remind.options(run_at=at).enqueue("the rent")
    async with Worker(app):
        assert await soon.result(timeout=10) == "Do not forget the milk!"
    assert await later.state() is State.DELAYED


async def test_a_job_can_put_itself_off(app: Backbeat) -> None:
    tries: list[int] = []

    @app.queue("reminders").job()
    async def fetch_report() -> Snooze | str:
        tries.append(1)
        # Not ready yet is no failure: it uses no attempt.
        return Snooze(0.01) if len(tries) < 3 else "the report"

    handle = await fetch_report.enqueue()
    async with Worker(app):
        assert await handle.result(timeout=10) == "the report"
