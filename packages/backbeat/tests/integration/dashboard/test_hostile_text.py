"""Hostile text in every field that takes text: shown as text, on every page, and nothing runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Page

from backbeat import Job, Queue, every
from backbeat.alerts import AlertBook
from backbeat.app import AuditEntry, AuditLog
from backbeat.worker import Worker
from packages.backbeat.tests.support.dashboard import Stage, Visitor
from packages.backbeat.tests.support.hostile import ELSEWHERE, IDS, MARKUP, PAYLOADS, SPUN
from packages.backbeat.tests.support.working import ended

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]

COUNTING = "window.zapped = 0; window.zap = () => { window.zapped += 1 };"
PLANTED = """() => ({
    ran: window.zapped,
    links: [...document.querySelectorAll('[href], [src], [action], [data]')]
        .flatMap(each => ['href', 'src', 'action', 'data'].map(name => each.getAttribute(name)))
        .filter(where => where && /^[\\s\\x00-\\x1f]*(javascript|vbscript)/i.test(
            where.replace(/[\\t\\r\\n]/g, ''))),
    handlers: [...document.querySelectorAll('*')].filter(
        each => [...each.attributes].some(it => it.name.startsWith('on'))).length,
    tags: document.querySelectorAll(
        'iframe, object, embed, base, marquee, math, audio, video, details, img[src="x"]').length,
})"""
CLEAN: dict[str, Any] = {"ran": 0, "links": [], "handlers": 0, "tags": 0}
EVERYTHING = "everything"


@asynccontextmanager
async def counting(stage: Stage) -> AsyncIterator[Visitor]:
    async with stage.visitor("admin") as visitor:
        await visitor.page.add_init_script(COUNTING)
        yield visitor


async def fill_with_hostile_text(stage: Stage) -> Queue:
    queue = stage.queue("hostile")

    @queue.job("shout")
    async def shout(job: Job, words: dict[str, str]) -> dict[str, str]:
        for word in words:
            job.log(word)
        job.progress({word: word for word in words}, "".join(words))
        return words

    @queue.job("break")
    async def break_it(number: int) -> None:
        word = PAYLOADS[number]
        raise type(word.replace("\0", ""), (Exception,), {})(word)

    words = {word: word for word in PAYLOADS}
    jobs = [await queue.add("shout", {"words": words}, id=EVERYTHING)]
    jobs += await queue.add_many([
        queue.call("break", {"number": number}) for number in range(len(PAYLOADS))
    ])  # fmt: skip
    worker = Worker(stage.app, queues=[queue.name])
    worker.name = "".join(PAYLOADS[:5])
    async with worker:
        for job in jobs:
            await ended(queue, job.id)
    for each in IDS:
        await queue.add("other", {"words": "".join(PAYLOADS)}, id=each, group=each, priority=1)
    cancelled = await queue.add("other", {}, id="cancelled")
    await cancelled.cancel("".join(PAYLOADS))
    call = queue.call("other", words)
    await stage.app.schedules.upsert("hostile", every(3600), call)
    flow = stage.app.flow("hostile")
    flow.add(queue.call("other", words, id="//flow//javascript:zap"))
    await flow.start()
    for word in ("".join(MARKUP[:5]), *ELSEWHERE[:5]):
        await stage.app.lock(word, ttl=600).acquire()
    audit = AuditLog(stage.app.connections)
    for word in PAYLOADS[:40]:
        await audit.append(AuditEntry(
            who=word, action=word, what=word, queue=word, subjects=(word,), new=word, refused=word,
        ))  # fmt: skip
    book = AlertBook(stage.app)
    for word in PAYLOADS[:20]:
        if "\n" not in word:
            await book.silence(word, 3600, word)
    return queue


async def test_the_corpus_runs_where_a_page_is_careless(stage: Stage) -> None:
    assert len(PAYLOADS) >= 200
    ran = 0
    async with counting(stage) as visitor:
        page = visitor.page
        for word in (*MARKUP, *SPUN):
            await page.goto("about:blank")
            await page.evaluate(
                "html => { const doc = document.open(); doc.write('<p>' + html); doc.close() }",
                word,
            )
            ran += await _runs(page)
    all_of_them = len(MARKUP) + len(SPUN)
    assert ran >= 0.8 * all_of_them, f"{ran} of {all_of_them} payloads do something"


async def _runs(page: Page) -> bool:
    try:
        await page.wait_for_function("window.zapped > 0", timeout=500)
    except Exception:  # noqa: BLE001 - it did not run, whatever the reason
        return False
    return True


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hostile(stage: Stage) -> dict[str, str]:
    """What stands for the braces of `PAGES`, once everything is hostile."""
    queue = await fill_with_hostile_text(stage)
    [group, *_] = await queue.dead.groups()
    return {"queue": queue.name, "group": group.fingerprint}


# A browser takes two dots for the way up, however they are written.
JOBS = (EVERYTHING, "cancelled", *(each for each in IDS if each != ".."))
PAGES = (
    "/", "/queues/{queue}", "/queues/{queue}?state=failed", "/queues/{queue}?state=cancelled",
    "/queues/{queue}?span=hour", "/dead", "/dead?queue={queue}", "/dead/{queue}/{group}",
    "/schedules", "/schedules/{queue}/hostile", "/flows", "/flows/{queue}/hostile", "/workers",
    "/groups?queue={queue}", "/limits", "/alerts", "/audit", "/keys", "/find?q=zap",
    *("/queues/{queue}/jobs/" + quote(job, safe="") for job in JOBS),
)  # fmt: skip


MOST_ARE_SHOWN = """words => {
  const shown = document.querySelector(".nicegui-content").innerText
  return words.filter(word => shown.includes(word)).length > 0.8 * words.length
}"""


async def test_what_a_job_carries_is_all_shown(stage: Stage, hostile: dict[str, str]) -> None:
    async with counting(stage) as visitor:
        await visitor.go(f"/queues/{hostile['queue']}/jobs/{EVERYTHING}")
        await visitor.page.wait_for_function(MOST_ARE_SHOWN, arg=list(PAYLOADS))


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_runs_any_of_it(stage: Stage, hostile: dict[str, str], path: str) -> None:
    async with counting(stage) as visitor:
        await visitor.go(path.format(**hostile))
        await visitor.page.wait_for_load_state("networkidle")
        assert await visitor.page.evaluate(PLANTED) == CLEAN
        assert visitor.complaints == []


@pytest.mark.parametrize("word", ["".join(MARKUP), "".join(ELSEWHERE), "javascript:zap()"])
async def test_no_address_brings_it_in(stage: Stage, word: str) -> None:
    given, queue = quote(word, safe=""), stage.queue()
    await queue.add("note", {"words": "x"})
    async with counting(stage) as visitor:
        for path in (
            f"/find?q={given}",
            f"/queues/{queue.name}?text={given}&handler={given}&group={given}",
            f"/queues/{queue.name}?state={given}", f"/queues/{queue.name}?cursor={given}",
            f"/dead?queue={given}", f"/groups?queue={given}", f"/audit?cursor={given}",
            f"/queues/{queue.name}?span={given}",
            f"/queues/{given}", f"/flows/{given}/{given}",
        ):  # fmt: skip
            answer = await visitor.page.goto(visitor.address + path)
            assert answer is not None
            assert answer.status < 500
            await visitor.page.wait_for_load_state("networkidle")
            assert await visitor.page.evaluate(PLANTED) == CLEAN, path
