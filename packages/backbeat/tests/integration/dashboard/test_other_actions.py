"""Schedules, dead letters, flows, limits, breakers, locks and keys: each deed in store and log."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from playwright.async_api import expect

from backbeat import Breaker, Window, every
from packages.backbeat.tests.support.dashboard import Stage, Visitor
from packages.backbeat.tests.support.working import ended, working

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]


async def test_a_schedule_is_made_changed_run_paused_and_removed(
    stage: Stage, admin: Visitor
) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "first"})
    schedules = stage.app.schedules
    await admin.go("/schedules")
    await admin.press("Make a schedule")
    await admin.write("Queue", queue.name)
    await admin.write("Name", "hourly")
    await admin.write("Handler", "note")
    await admin.write("Arguments, as JSON", '{"words": "tick"}')
    await admin.write("Rule", "whenever")
    await admin.agree("Save")
    await admin.told("a rule is written as")
    await admin.write("Rule", "every 3600 s")
    await admin.choose("Overlap", "skip")
    await admin.agree("Save")
    await admin.page.wait_for_url(f"**/schedules/{queue.name}/hourly")
    made = await schedules.get("hourly", queue=queue.name)
    assert (made.rule, made.overlap, made.arguments) == ("every 3600 s", "skip", {"words": "tick"})

    await admin.press("Change")
    await admin.write("Rule", "cron 0 3 * * 1-5 Europe/Oslo")
    await admin.agree("Save")
    await admin.told("hourly is set")
    changed = await schedules.get("hourly", queue=queue.name)
    assert (changed.rule, changed.overlap) == ("cron 0 3 * * 1-5 Europe/Oslo", "skip")

    await admin.press("Run now")
    await admin.told("added schedule:hourly:")
    assert (await queue.counts()).waiting == 2
    await admin.press("Pause")
    await admin.told("hourly is paused")
    assert (await schedules.get("hourly", queue=queue.name)).paused
    await admin.press("Resume")
    await admin.told("hourly goes on")
    await admin.press("Remove")
    await admin.agree("Remove")
    await admin.page.wait_for_url("**/schedules")
    assert await schedules.list(queue=queue.name) == []
    for what in ("upsert", "run", "pause", "resume", "remove"):
        assert (await stage.audited(f"schedules.{what}", subject=queue.name)).who == "admin"


async def test_a_change_of_a_schedule_keeps_what_was_not_touched(
    stage: Stage, admin: Visitor
) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "first"})
    anchor = datetime(2026, 1, 1, 0, 0, 30, tzinfo=UTC)
    call = queue.call("note", {"words": "x"}, priority=9, group="acme", attempts=7)
    await stage.app.schedules.upsert(
        "odd", every(3_600, anchor), call, missed=Window(900), cap=7, jitter=2, limit=50
    )
    before = await stage.app.schedules.get("odd", queue=queue.name)
    await admin.go(f"/schedules/{queue.name}/odd")
    await admin.press("Change")
    await admin.write("Arguments, as JSON", '{"words": "y"}')
    await admin.agree("Save")
    await admin.told("odd is set")
    after = await stage.app.schedules.get("odd", queue=queue.name)
    assert after == replace(before, arguments={"words": "y"})
    assert "from 20" in after.rule
    assert (after.missed, after.window, after.cap) == ("window of 900 s", 900.0, 7)

    await admin.press("Change")
    await admin.write("How old they may be, in seconds", "soon")
    await admin.agree("Save")
    await admin.told("say how many seconds")
    await admin.write("How old they may be, in seconds", "60")
    await admin.agree("Save")
    await expect(admin.dialog).to_be_hidden()
    assert (await stage.app.schedules.get("odd", queue=queue.name)).window == 60.0
    made = await queue.get((await stage.app.schedules.run_now("odd", queue=queue.name)).id)
    assert (made.priority, made.group, made.arguments) == (9, "acme", {"words": "y"})


async def test_an_operator_pauses_and_runs_a_schedule_and_changes_none(
    stage: Stage, operator: Visitor
) -> None:
    queue = stage.queue()
    await stage.app.schedules.upsert("daily", every(86_400), queue.call("note", {"words": "x"}))
    await operator.go(f"/schedules/{queue.name}/daily")
    await expect(operator.button("Pause")).to_be_visible()
    for name in ("Change", "Remove"):
        await expect(operator.button(name)).to_have_count(0)


async def test_failed_jobs_of_one_fingerprint_run_again_or_go(
    stage: Stage, operator: Visitor
) -> None:
    queue = stage.queue()
    calls = [queue.call("fail", {"words": words}) for words in ("a", "a", "b c d")]

    @queue.job("break")
    async def break_it() -> None:
        raise KeyError("other")

    handles = await queue.add_many([*calls, queue.call("break", {})])
    async with working(stage.app, queues=[queue.name]):
        for handle in handles:
            await ended(queue, handle.id)
    groups = await queue.dead.groups()
    await operator.go(f"/dead?queue={queue.name}")
    await expect(operator.page.locator("tbody tr")).to_have_count(len(groups))
    await operator.page.get_by_role("link", name="KeyError").click()
    await expect(operator.page.locator("h1")).to_have_text("KeyError")
    await expect(operator.page.locator(".code").first).to_contain_text("break_it")
    await operator.press("Retry group")
    await operator.agree("Retry group")
    await operator.told("1 run again")
    await expect(operator.page.get_by_text("Its jobs run again, or are gone")).to_be_visible()
    left = (await queue.dead.groups())[0]
    await operator.go(f"/dead/{queue.name}/{left.fingerprint}")
    await operator.press("Remove group")
    await operator.agree("Remove group")
    await operator.page.wait_for_url(f"**/dead?queue={queue.name}")
    counts = await queue.counts()
    assert (counts.waiting, counts.failed) == (1, 3 - left.count)
    for what in ("dead.retry-group", "dead.remove-group"):
        assert (await stage.audited(what, subject=queue.name)).who == "operator"


async def test_all_failed_jobs_of_a_queue_run_again(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    handles = await queue.add_many([queue.call("fail", {"words": f"{n}"}) for n in range(2)])
    async with working(stage.app, queues=[queue.name]):
        for handle in handles:
            await ended(queue, handle.id)
    await operator.go(f"/dead?queue={queue.name}")
    await operator.press("Retry all")
    await operator.agree("Retry all")
    await operator.told("2 run again")
    await expect(operator.page.get_by_text("No job has failed for good")).to_be_visible()
    assert (await queue.counts()).waiting == 2
    assert (await stage.audited("dead.retry", subject=queue.name)).who == "operator"


async def test_a_flow_is_drawn_cancelled_and_retried(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    flow = stage.app.flow("order-7")
    first = flow.add(queue.call("note", {"words": "pay"}))
    flow.add(queue.call("note", {"words": "ship"}), after=[first])
    handle = await flow.start()
    await operator.go(f"/flows/{queue.name}/{handle.id}")
    await expect(operator.page.locator(".graph svg .node")).to_have_count(2)
    await operator.press("Cancel")
    await operator.agree("Cancel")
    await operator.told("2 jobs are cancelled")
    assert (await queue.counts()).cancelled == 2
    await operator.press("Retry")
    await operator.told("jobs run again")
    assert (await queue.counts()).waiting == 1
    for what in ("flows.cancel", "flows.retry"):
        assert (await stage.audited(what, subject=handle.id)).who == "operator"


async def test_a_limit_pauses_and_goes_on(stage: Stage, admin: Visitor) -> None:
    limit = stage.app.limit("openai")
    await admin.go("/limits")
    panel = admin.page.locator(".panel .panel").filter(has_text="openai")
    await panel.get_by_role("button", name="Pause").click()
    await admin.write("Seconds", "600")
    await admin.agree("Pause")
    await admin.told("openai gives nothing until")
    assert (await limit.look()).paused_until is not None
    await panel.get_by_role("button", name="Resume").click()
    await admin.told("openai goes on")
    assert (await limit.look()).paused_until is None
    assert (await stage.audited("limits.pause", subject="openai")).new == {"seconds": 600}
    assert (await stage.audited("limits.resume", subject="openai")).who == "admin"


async def test_a_breaker_opens_and_closes(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()

    @queue.job("call", breaker=Breaker("mail-service"))
    async def call() -> None:
        """Go well."""

    job = await queue.add("call", {})
    async with working(stage.app, queues=[queue.name]):
        await ended(queue, job.id)
    await admin.go("/limits")
    panel = admin.page.locator(".panel .panel").filter(has_text="mail-service")
    await panel.get_by_role("button", name="Open").click()
    await admin.agree("Open")
    await admin.told("mail-service is open")
    assert (await stage.app.breaker("mail-service").info()).state == "open"
    await panel.get_by_role("button", name="Close").click()
    await admin.told("mail-service is closed")
    assert (await stage.app.breaker("mail-service").info()).state == "closed"
    for what in ("breakers.open", "breakers.close"):
        assert (await stage.audited(what, subject="mail-service")).who == "admin"


async def test_a_lock_is_taken_away_once_its_name_was_typed(stage: Stage, admin: Visitor) -> None:
    lock = stage.app.lock("wallet:7", ttl=600)
    await lock.acquire()
    await admin.go("/limits")
    panel = admin.page.locator(".panel .panel").filter(has_text="wallet:7")
    await panel.get_by_role("button", name="Take away").click()
    await admin.write("Name", "wallet:8")
    await expect(admin.dialog.get_by_role("button", name="Take away")).to_be_disabled()
    await admin.write("Name", "wallet:7")
    await admin.agree("Take away")
    await admin.told("1 have it no more")
    assert (await stage.app.locks.look("wallet:7")).holders == ()
    assert (await stage.audited("locks.take-away", subject="wallet:7")).who == "admin"


async def test_a_key_is_made_shown_once_used_and_revoked(stage: Stage, admin: Visitor) -> None:
    await admin.go("/keys")
    await admin.press("Make a key")
    await admin.write("For whom or what", "deploy")
    await admin.choose("Role", "operator")
    await admin.write("Queues, with commas; empty for all", "mail")
    await admin.agree("Make it")
    secret = await admin.dialog.locator(".code").text_content()
    assert secret
    await admin.agree("Back")
    await expect(admin.dialog).to_have_count(0)
    assert secret not in await admin.page.content()
    panel = admin.page.locator(".panel").filter(has_text="deploy")
    await expect(panel).to_contain_text("mail")
    await panel.get_by_role("button", name="Revoke").click()
    await admin.agree("Revoke")
    await admin.told("the key has ended")
    await expect(panel).to_have_count(0)
    for what in ("keys.create", "keys.revoke"):
        assert (await stage.audited(what)).who == "admin"


async def test_the_audit_log_shows_what_was_done_and_by_whom(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "x"})
    async with stage.visitor("operator") as operator:
        await operator.go(f"/queues/{queue.name}")
        await operator.press("Pause")
        await operator.told("is paused")
    await admin.go("/audit")
    row = admin.page.locator("tbody tr").filter(has_text=queue.name).first
    await expect(row).to_contain_text("queues.pause")
    await expect(row).to_contain_text("operator")
