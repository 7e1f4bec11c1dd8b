"""What can be done to jobs in a browser: each deed shows in the store and in the audit log."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from backbeat import Queue, State
from packages.backbeat.tests.support.dashboard import Stage, Visitor
from packages.backbeat.tests.support.working import ended, working

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]

DAY_S = 86_400.0


async def failed_job(stage: Stage, queue: Queue, words: str = "no address") -> str:
    handle = await queue.add("fail", {"words": words})
    async with working(stage.app, queues=[queue.name]):
        await ended(queue, handle.id)
    return handle.id


async def test_a_failed_job_runs_again(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    job_id = await failed_job(stage, queue)
    await operator.go(f"/queues/{queue.name}/jobs/{job_id}")
    await expect(operator.page.get_by_text("no address").first).to_be_visible()
    await operator.press("Retry")
    await operator.told("1 runs again")
    assert (await queue.get(job_id)).state is State.WAITING
    assert (await stage.audited("jobs.retry", subject=job_id)).who == "operator"
    await expect(operator.page.locator(".head .state")).to_have_text("waiting")


async def test_a_delayed_job_starts_now(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    job = await queue.add("note", {"words": "later"}, delay=DAY_S)
    await operator.go(f"/queues/{queue.name}/jobs/{job.id}")
    await operator.press("Start now")
    await operator.told("1 starts now")
    assert (await queue.get(job.id)).state is State.WAITING
    assert (await stage.audited("jobs.promote", subject=job.id)).who == "operator"


async def test_a_job_is_cancelled_after_a_question(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    job = await queue.add("note", {"words": "not today"})
    await operator.go(f"/queues/{queue.name}/jobs/{job.id}")
    await operator.press("Cancel")
    await operator.agree("Back")
    await expect(operator.dialog).to_have_count(0)
    assert (await queue.get(job.id)).state is State.WAITING
    await operator.press("Cancel")
    await operator.agree("Cancel")
    await operator.told("it is cancelled")
    info = await queue.get(job.id)
    assert (info.state, info.cancel_reason) == (State.CANCELLED, "cancelled in the dashboard")
    assert (await stage.audited("jobs.cancel", subject=job.id)).who == "operator"


async def test_a_removed_job_is_gone_and_the_queue_is_shown(
    stage: Stage, operator: Visitor
) -> None:
    queue = stage.queue()
    job = await queue.add("note", {"words": "gone"})
    await operator.go(f"/queues/{queue.name}/jobs/{job.id}")
    await operator.press("Remove")
    await operator.agree("Remove")
    await operator.page.wait_for_url(f"**/queues/{queue.name}")
    assert (await queue.counts()).waiting == 0
    assert (await stage.audited("jobs.remove", subject=job.id)).who == "operator"


async def test_a_job_is_moved_to_another_time(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    job = await queue.add("note", {"words": "soon"})
    await operator.go(f"/queues/{queue.name}/jobs/{job.id}")
    await operator.press("Reschedule")
    await operator.write("Start in seconds", "7200")
    await operator.agree("Reschedule")
    await operator.told("it starts in 7,200 s")
    due_at = (await queue.get(job.id)).due_at
    assert due_at is not None
    assert timedelta(hours=1.9) < due_at - datetime.now(UTC) < timedelta(hours=2.1)
    assert (await stage.audited("jobs.reschedule", subject=job.id)).who == "operator"


async def test_a_job_gets_another_priority(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    job = await queue.add("note", {"words": "urgent"})
    await operator.go(f"/queues/{queue.name}/jobs/{job.id}")
    await operator.press("Priority")
    await operator.write("Priority", "9")
    await operator.agree("Change")
    await operator.told("1 changed")
    assert (await queue.get(job.id)).priority == 9
    assert (await stage.audited("jobs.reprioritise", subject=job.id)).new == {"priority": 9}


async def test_arguments_are_changed_and_a_secret_in_them_stays(
    stage: Stage, admin: Visitor
) -> None:
    queue = stage.queue()
    job = await queue.add("other", {"to": "ada", "password": "hunter2"})
    await admin.go(f"/queues/{queue.name}/jobs/{job.id}")
    await admin.press("Edit and replay")
    field = admin.dialog.get_by_label("Arguments, as JSON")
    assert "hunter2" not in await field.input_value()
    await field.fill('{"to": ')
    await admin.agree("Change this job")
    await admin.told("this is no JSON")
    await field.fill('{"to": "bea", "password": "[redacted]"}')
    await admin.agree("Change this job")
    await admin.told("its arguments were changed")
    assert (await queue.get(job.id)).arguments == {"to": "bea", "password": "hunter2"}
    entry = await stage.audited("jobs.edit", subject=job.id)
    assert entry.new == {"to": "bea", "password": "[redacted]"}


async def test_an_ended_job_is_replayed_with_other_arguments(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()
    job_id = await failed_job(stage, queue)
    await admin.go(f"/queues/{queue.name}/jobs/{job_id}")
    await admin.press("Edit and replay")
    await expect(admin.dialog.get_by_role("button", name="Change this job")).to_have_count(0)
    await admin.write("Arguments, as JSON", '{"words": "again"}')
    await admin.agree("Add as a new job")
    await admin.page.wait_for_url(lambda url: not url.endswith(job_id))
    [added] = (await queue.list(State.WAITING)).jobs
    assert (added.name, added.arguments) == ("fail", {"words": "again"})
    assert admin.page.url.endswith(f"/jobs/{added.id}")
    assert (await stage.audited("jobs.replay", subject=job_id)).who == "admin"


async def test_a_dialog_stays_open_while_the_job_changes(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()
    job = await queue.add("note", {"words": "soon"})
    await admin.go(f"/queues/{queue.name}/jobs/{job.id}")
    await admin.press("Edit and replay")
    await admin.write("Arguments, as JSON", '{"words": "mine"}')
    await queue.reschedule(job.id, delay=DAY_S)
    await expect(admin.page.locator(".head .state")).to_have_text("delayed")
    await admin.agree("Change this job")
    await admin.told("its arguments were changed")
    assert (await queue.get(job.id)).arguments == {"words": "mine"}


async def test_a_job_is_added(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "first"})
    await operator.go(f"/queues/{queue.name}")
    await operator.press("Add a job")
    await operator.write("Handler", "note")
    await operator.write("Arguments, as JSON", '{"words": "second"}')
    await operator.agree("Add")
    await operator.told("added as")
    await expect(operator.page.locator("tbody tr")).to_have_count(2)
    assert (await queue.counts()).waiting == 2
    assert (await stage.audited("jobs.add", subject=queue.name)).who == "operator"


async def choose_rows(visitor: Visitor, number: int) -> None:
    boxes = visitor.page.locator("tbody").get_by_role("checkbox")
    for row in range(number):
        await boxes.nth(row).click()


async def test_chosen_jobs_are_cancelled_together(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    await queue.add_many([queue.call("note", {"words": f"{n}"}) for n in range(4)])
    await operator.go(f"/queues/{queue.name}")
    await operator.press("Cancel")
    await operator.agree("Cancel")
    await operator.told("choose jobs in the table first")
    await operator.agree("Back")
    await choose_rows(operator, 2)
    await operator.press("Cancel")
    await operator.agree("Cancel")
    await operator.told("2 are cancelled")
    counts = await queue.counts()
    assert (counts.waiting, counts.cancelled) == (2, 2)
    assert len((await stage.audited("jobs.cancel", subject=queue.name)).subjects) == 2


async def test_chosen_jobs_start_now_and_get_a_priority(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    calls = [queue.call("note", {"words": f"{n}"}, delay=DAY_S) for n in range(3)]
    await queue.add_many(calls)
    await operator.go(f"/queues/{queue.name}?state=delayed")
    await choose_rows(operator, 3)
    await operator.press("Priority")
    await operator.write("Priority", "8")
    await operator.agree("Change")
    await operator.told("3 changed")
    await choose_rows(operator, 1)
    await operator.press("Start now")
    await operator.told("start now")
    counts = await queue.counts()
    assert counts.waiting >= 1
    assert {job.priority for job in (await queue.list(State.WAITING)).jobs} == {8}


async def test_chosen_failed_jobs_run_again_or_go(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    handles = await queue.add_many([queue.call("fail", {"words": f"{n}"}) for n in range(3)])
    async with working(stage.app, queues=[queue.name]):
        for handle in handles:
            await ended(queue, handle.id)
    await operator.go(f"/queues/{queue.name}?state=failed")
    await choose_rows(operator, 1)
    await operator.press("Retry")
    await operator.told("1 run again")
    await expect(operator.page.locator("tbody tr")).to_have_count(2)
    await choose_rows(operator, 1)
    await operator.press("Remove")
    await operator.agree("Remove")
    await operator.told("1 removed")
    counts = await queue.counts()
    assert (counts.waiting, counts.failed) == (1, 1)
    assert (await stage.audited("jobs.remove", subject=queue.name)).who == "operator"
