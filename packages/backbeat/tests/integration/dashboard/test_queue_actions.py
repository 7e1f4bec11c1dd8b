"""Deeds on whole queues, groups and workers: each shows in the store and in the audit log."""

import asyncio

import pytest
from playwright.async_api import expect

from backbeat import State
from packages.backbeat.tests.support.dashboard import Stage, Visitor
from packages.backbeat.tests.support.working import ended, working

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]


async def test_a_queue_is_paused_and_goes_on_without_a_reload(
    stage: Stage, operator: Visitor
) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "hold"})
    await operator.go(f"/queues/{queue.name}")
    await operator.press("Pause")
    await expect(operator.page.locator(".head .state")).to_have_text("paused")
    assert (await queue.counts()).paused
    await operator.press("Resume")
    await expect(operator.page.locator(".head .state")).to_have_text("held")
    assert not (await queue.counts()).paused
    assert (await stage.audited("queues.pause", subject=queue.name)).who == "operator"
    assert (await stage.audited("queues.resume", subject=queue.name)).who == "operator"


async def test_a_queue_is_drained_once_its_name_was_typed(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "now"})
    await queue.add("note", {"words": "later"}, delay=3600)
    await admin.go(f"/queues/{queue.name}")
    await admin.press("Empty")
    await admin.page.get_by_text("Drain: remove what waits").click()
    await expect(admin.dialog.get_by_text("1 jobs would be removed")).to_be_visible()
    button = admin.dialog.get_by_role("button", name="Drain")
    await admin.write("Name", "another")
    await expect(button).to_be_disabled()
    await admin.dialog.get_by_text("Delayed jobs, too").click()
    await expect(admin.dialog.get_by_text("2 jobs would be removed")).to_be_visible()
    await admin.write("Name", queue.name)
    await button.click()
    await admin.told("2 jobs were removed")
    counts = await queue.counts()
    assert (counts.waiting, counts.delayed) == (0, 0)
    assert (await stage.audited("queues.drain", subject=queue.name)).new == {"delayed": True}


async def test_ended_jobs_are_cleaned_by_an_operator_who_may_not_drain(
    stage: Stage, operator: Visitor
) -> None:
    queue = stage.queue()
    job = await queue.add("note", {"words": "done"})
    async with working(stage.app, queues=[queue.name]):
        await ended(queue, job.id)
    await operator.go(f"/queues/{queue.name}?state=completed")
    await operator.press("Empty")
    await expect(operator.page.get_by_text("Drain: remove what waits")).to_have_count(0)
    await operator.page.get_by_text("Clean: remove what ended").click()
    await operator.write("Name", queue.name)
    await operator.agree("Clean")
    await operator.told("1 jobs were removed")
    assert (await queue.counts()).completed == 0
    assert (await stage.audited("queues.clean", subject=queue.name)).who == "operator"


async def test_a_queue_is_obliterated_once_its_name_was_typed(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "gone"})
    await admin.go(f"/queues/{queue.name}")
    await admin.press("Empty")
    await admin.page.get_by_text("Obliterate: remove all of it").click()
    await admin.write("Name", queue.name)
    await admin.agree("Obliterate")
    await admin.told("1 jobs were removed")
    assert queue.name not in await stage.app.queue_names()
    assert (await stage.audited("queues.obliterate", subject=queue.name)).who == "admin"


async def test_workers_are_told_how_many_jobs_run_at_once(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "first"})
    async with working(stage.app, queues=[queue.name]):
        await admin.go(f"/queues/{queue.name}")
        await admin.press("Scale")
        await admin.write("Jobs at once in each worker", "3")
        await admin.agree("Scale")
        await admin.told("1 workers were told")
    entry = await stage.audited("queues.scale", subject=queue.name)
    assert entry.new == {"concurrency": 3, "max_running": None, "worker": None}


async def test_a_worker_is_shown_with_its_job_and_pauses(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    begun, end = asyncio.Event(), asyncio.Event()

    @queue.job("hold")
    async def hold() -> None:
        begun.set()
        await end.wait()

    running = await queue.add("hold", {})
    async with working(stage.app, queues=[queue.name]):
        await begun.wait()
        await operator.go("/workers")
        row = operator.page.locator(".line").filter(has_text=queue.name)
        await expect(operator.page.locator(".facts").first).to_contain_text(
            "MiB",
            timeout=60_000,  # a worker says so for the first time after a while
        )
        await expect(row.get_by_role("link", name=running.id)).to_be_visible()
        await row.get_by_role("button", name="Pause").click()
        await operator.told("starts no more jobs")
        end.set()
        await ended(queue, running.id)
        held = await queue.add("note", {"words": "held"})
        await row.get_by_role("button", name="Resume").click()
        await operator.told("starts jobs of")
        await ended(queue, held.id)
    assert (await stage.audited("workers.pause", subject=queue.name)).who == "operator"
    assert (await stage.audited("workers.resume", subject=queue.name)).who == "operator"


async def test_a_group_pauses_and_gets_rules_of_its_own(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "one"}, group="acme")
    await admin.go(f"/groups?queue={queue.name}")
    await admin.press("Pause")
    await admin.told("acme is paused")
    assert (await queue.groups.get("acme")).paused
    await admin.press("Resume")
    await admin.told("acme goes on")
    await admin.press("Rules")
    await admin.write("Jobs at once", "2")
    await admin.write("Weight, 1 to 100", "7")
    await admin.agree("Save")
    await admin.told("acme has its rules")
    group = await queue.groups.get("acme")
    assert (group.concurrency, group.weight, set(group.own)) == (2, 7, {"concurrency", "weight"})
    await admin.press("Reset")
    await admin.agree("Reset")
    await admin.told(f"acme has the rules of {queue.name}")
    assert (await queue.groups.get("acme")).own == ()
    for what in ("groups.pause", "groups.resume", "groups.configure", "groups.reset"):
        assert (await stage.audited(what, subject=queue.name)).subjects == ("acme",)


async def test_a_page_of_jobs_is_filtered_and_goes_on(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    calls = [queue.call("note", {"words": f"word-{n}"}) for n in range(30)]
    await queue.add_many(calls)
    await operator.go(f"/queues/{queue.name}")
    rows = operator.page.locator("tbody tr")
    await expect(rows).to_have_count(25)
    await operator.page.get_by_role("link", name="Next page").click()
    await expect(rows).to_have_count(5)
    await operator.page.get_by_role("link", name="First page").click()
    await expect(rows).to_have_count(25)
    await operator.page.get_by_label("Contains").fill("word-17")
    await operator.press("Filter")
    await expect(rows).to_have_count(1)
    await operator.page.get_by_role("link", name="Take it away").click()
    await expect(rows).to_have_count(25)
    await operator.page.get_by_role("link", name=State.FAILED, exact=True).click()
    await expect(operator.page.get_by_text("No failed job here")).to_be_visible()
