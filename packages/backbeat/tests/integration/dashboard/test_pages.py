"""What pages show: history, logs that grow, why a job waits, a calendar, alerts, search."""

import asyncio
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from backbeat import Job, State, every
from backbeat.alerts import AlertBook, AlertSetup, NoWorkers, Watcher
from packages.backbeat.tests.support.dashboard import Stage, Visitor
from packages.backbeat.tests.support.working import ended, working

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]


async def test_the_history_of_a_queue_is_drawn_and_told_by_handler(
    stage: Stage, operator: Visitor
) -> None:
    queue = stage.queue()
    calls = [queue.call("note", {"words": f"{n}"}) for n in range(6)]
    handles = await queue.add_many([*calls, queue.call("fail", {"words": "x"})])
    async with working(stage.app, queues=[queue.name]):
        for handle in handles:
            await ended(queue, handle.id)
    await operator.go(f"/queues/{queue.name}?span=hour")
    await expect(operator.page.locator(".chart canvas, .chart svg").first).to_be_visible()
    row = operator.page.locator("tbody tr").filter(has_text="note")
    await expect(row.locator("td").nth(2)).to_have_text("6")
    failed = operator.page.locator("tbody tr").filter(has_text="fail")
    await expect(failed.locator("td").nth(3)).to_have_text("1")
    for words in ("1 day", "30 days"):
        await operator.page.get_by_role("link", name=words).click()
        await expect(row.locator("td").nth(2)).to_have_text("6")
    await operator.go("/")
    await expect(operator.page.locator(".chart canvas, .chart svg").first).to_be_visible()
    await expect(operator.page.locator("tbody tr").filter(has_text=queue.name)).to_be_visible()


async def test_a_log_grows_on_the_page_while_its_job_runs(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    steps: asyncio.Queue[str] = asyncio.Queue()

    @queue.job("talk")
    async def talk(job: Job) -> None:
        while (words := await steps.get()) != "end":
            job.log(words)
            job.progress(40, f"at {words}")

    handle = await queue.add("talk", {})
    async with working(stage.app, queues=[queue.name]):
        await operator.go(f"/queues/{queue.name}/jobs/{handle.id}")
        lines = operator.page.locator(".log-line")
        for number, words in enumerate(("first", "second", "second"), start=1):
            await steps.put(words)
            await expect(lines).to_have_count(number)
            await expect(lines.last).to_have_text(words)
        await expect(operator.page.get_by_text("at second")).to_be_visible()
        await expect(operator.page.locator(".head .state")).to_have_text("active")
        await steps.put("end")
        await expect(operator.page.locator(".head .state")).to_have_text("completed")
    await expect(lines).to_have_count(3)


@pytest.mark.parametrize(
    ("why", "options"),
    [
        ("no worker takes jobs from this queue", {}),
        ("it was asked to start", {"delay": 3600}),
        ("the queue is paused", {"paused": True}),
        ("its group is held back", {"group": "acme"}),
    ],
)
async def test_a_job_that_does_not_run_says_why(
    stage: Stage, operator: Visitor, why: str, options: dict[str, object]
) -> None:
    queue = stage.queue()
    paused = options.pop("paused", False)
    job = await queue.add("note", {"words": "x"}, **options)  # type: ignore[arg-type] # of the table
    if paused:
        await queue.pause()
    if group := options.get("group"):
        await queue.groups.pause(str(group))
    await operator.go(f"/queues/{queue.name}/jobs/{job.id}")
    await expect(operator.page.locator(".why")).to_contain_text(why)


async def test_the_calendar_has_the_next_slots_of_a_schedule(
    stage: Stage, operator: Visitor
) -> None:
    queue = stage.queue()
    call = queue.call("note", {"words": "x"})
    await stage.app.schedules.upsert(f"{queue.name}-daily", every(86_400), call)
    await operator.go("/schedules")
    slots = operator.page.locator(".slot").filter(has_text=f"{queue.name}-daily")
    await expect(slots).to_have_count(6)
    await expect(slots.first).to_contain_text("00:00")
    await slots.first.get_by_role("link").click()
    await expect(operator.page.locator("h1")).to_have_text(f"{queue.name}-daily")


async def test_an_alert_is_shown_silenced_and_told_again(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "x"})
    rule = NoWorkers(queues=(queue.name,), waited=0)
    watcher = Watcher(stage.app, AlertSetup(rules=[rule]))
    await watcher.look()
    await admin.go("/alerts")
    alert = admin.page.locator(".part").filter(has_text=queue.name)
    await expect(alert.first).to_contain_text("people were told")
    await alert.first.get_by_role("button", name="Silence").click()
    await admin.write("Minutes", "30")
    await admin.write("Why", "we know")
    await admin.agree("Silence")
    await admin.told("nobody is told of")
    book = AlertBook(stage.app)
    [silence] = [each for each in await book.silences() if queue.name in each.pattern]
    assert silence.reason == "admin: we know"
    await admin.page.locator(".line").filter(has_text="we know").get_by_role("button").click()
    await admin.told("people are told of")
    assert silence.pattern not in [each.pattern for each in await book.silences()]
    for what in ("alerts.silence", "alerts.unsilence"):
        assert (await stage.audited(what, subject=silence.pattern)).who == "admin"


async def test_a_job_opens_whatever_its_id_is(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue()
    ids = [".", "..", "~..", "a/b", "/x", "x//y", "a/../b", "/", "../..", "@=+~"]
    for job_id in ids:
        await queue.add("note", {"words": job_id}, id=job_id)
    await operator.go(f"/queues/{queue.name}")
    for job_id in ids:
        found = operator.page.get_by_role("link", name=job_id, exact=True)
        address = str(await found.first.get_attribute("href"))
        origin = operator.address.partition("/backbeat")[0]
        await operator.page.goto(origin + address)
        await expect(operator.page.locator("h1")).to_have_text(job_id)
        await operator.go(f"/queues/{queue.name}")


@pytest.mark.parametrize("given", ["a%2fb", "a#b", "a?b=c", "..%00", "%2e%2e"])
async def test_what_is_no_id_is_said_to_be_unknown(
    stage: Stage, operator: Visitor, given: str
) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "x"})
    await operator.page.goto(f"{operator.address}/queues/{queue.name}/jobs/{quote(given, safe='')}")
    await expect(operator.page.get_by_text("This cannot be shown")).to_be_visible()


async def test_search_finds_ids_names_and_words(stage: Stage, operator: Visitor) -> None:
    queue = stage.queue("needle")
    await queue.add("note", {"words": "a rare expression"}, id="order:4711")
    await operator.go("/")
    box = operator.page.get_by_label("Find jobs, queues, schedules")
    for words, link in (
        ("order:4711", "order:4711"), ("needle", queue.name), ("RARE expression", "order:4711"),
    ):  # fmt: skip
        await box.fill(words)
        await box.press("Enter")
        await expect(operator.page.locator("h1")).to_have_text(f"Found for {words}")
        await expect(operator.page.get_by_role("link", name=link, exact=True).first).to_be_visible()
    await operator.page.get_by_role("link", name="order:4711").click()
    await expect(operator.page.locator(".head .state")).to_have_text(State.WAITING)
    await operator.go("/find?q=there-is-none-of-it")
    await expect(operator.page.get_by_text("There is no such job")).to_be_visible()
