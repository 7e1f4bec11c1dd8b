"""Live events with the JavaScript client, on both transports, and in a browser."""

import shutil
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse
from playwright.async_api import Page, async_playwright

from backbeat import Backbeat, Queue
from packages.backbeat.tests.support.gateway import Gateway, free_port, gateway
from packages.backbeat.tests.support.javascript import installed, js_client
from packages.backbeat.tests.support.tiny_worker import TinyWorker

# The first of them installs the client, over the network where it is new here.
pytestmark = pytest.mark.timeout(480)

TRANSPORTS = ["websocket", "polling"]

PAGE = """<!doctype html>
<title>Live</title>
<ol id="socket"></ol>
<ol id="stream"></ol>
<script src="/socket.io.min.js"></script>
<script>
  const { token, job } = Object.fromEntries(new URLSearchParams(location.search));
  const write = (id, name, fields) => {
    const line = document.createElement("li");
    line.textContent = `${name} ${JSON.stringify(fields.result ?? fields.progress ?? null)}`;
    document.getElementById(id).append(line);
  };
  const socket = io({ auth: { token } });
  let since;
  socket.on("connect", () =>
    socket.emit("subscribe-to-job", { queue: "work", jobId: job, since }));
  const names = ["job-waiting", "job-active", "job-progress", "job-completed"];
  for (const name of names) {
    socket.on(name, (fields) => { since = fields.sequence; write("socket", name, fields); });
  }
  const stream = new EventSource(`/backbeat/live/work/${job}?token=${token}`);
  for (const name of names) {
    stream.addEventListener(name, (event) => write("stream", name, JSON.parse(event.data)));
  }
</script>
"""


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_the_javascript_client_follows_a_job(
    served: Gateway, queue: Queue, worker: TinyWorker, transport: str
) -> None:
    handle = await queue.add("do", {})
    async with js_client(served.url, "reader", transport) as client:
        assert (await client.next("connected"))["clientId"]
        answer = await client.ask("subscribe-to-job", {"queue": "work", "jobId": handle.id})
        assert answer["success"]
        await client.next("job-waiting")
        worker.claim()
        assert (await client.next("job-queue-to-start"))["queueToStartTime"] >= 0
        worker.report(handle.id, {"value": 50})
        assert (await client.next("job-progress"))["progress"] == 50
        worker.complete(handle.id, result={"total": "ö\u2028"})
        assert (await client.next("job-completed"))["result"] == {"total": "ö\u2028"}
        answer = await client.ask("unsubscribe-from-job", {"queue": "work", "jobId": handle.id})
        assert answer["data"] == {"followed": True}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_the_javascript_client_is_told_why_it_is_refused(
    served: Gateway, transport: str
) -> None:
    async with js_client(served.url, "nobody", transport) as client:
        refused = await client.next("connect_error")
        assert refused["code"] == "UNAUTHENTICATED"
        assert "credentials" in refused["message"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_the_javascript_client_comes_back_by_itself_and_resumes(
    app: Backbeat, queue: Queue, worker: TinyWorker, transport: str
) -> None:
    handle = await queue.add("do", {})
    port = free_port()
    about = {"queue": "work", "jobId": handle.id}
    async with js_client(f"http://127.0.0.1:{port}", "reader", transport) as client:
        async with gateway(app, port=port):
            await client.next("connected")
            await client.send("subscribe-to-job", about)
            last = (await client.next("job-waiting"))["sequence"]
        await client.next("disconnect")
        worker.complete(*worker.claim(), result="missed")
        async with gateway(app, port=port):
            await client.next("connected")
            await client.send("subscribe-to-job", {**about, "since": last})
            assert (await client.next("job-completed"))["result"] == "missed"


def serve_page(web: FastAPI) -> None:
    """Serve the page and the library that it uses."""
    library = installed() / "node_modules/socket.io-client/dist/socket.io.min.js"

    @web.get("/page")
    async def page() -> HTMLResponse:
        return HTMLResponse(PAGE)

    @web.get("/socket.io.min.js")
    async def script() -> FileResponse:
        return FileResponse(library)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page of a real browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield await browser.new_page()
        await browser.close()


@pytest.mark.needs_chromium
async def test_a_page_in_a_browser_follows_its_job_with_a_token(
    app: Backbeat, queue: Queue, worker: TinyWorker, page: Page
) -> None:
    handle = await queue.add("do", {}, id="a")
    async with gateway(app, prepare=serve_page) as served:
        token = served.live.token_for(handle, ttl=60)
        await page.goto(f"{served.url}/page?job=a&token={token}")
        for way in ("#socket", "#stream"):
            await page.locator(f"{way} >> text=job-waiting").wait_for()
        worker.claim()
        worker.report(handle.id, {"value": 7})
        worker.complete(handle.id, result="<b>done</b>")
        for way in ("#socket", "#stream"):
            await page.locator(f"{way} >> text=job-completed").wait_for()
            last = await page.locator(f"{way} li").last.text_content()
            assert last == 'job-completed "<b>done</b>"'
        await page.goto("about:blank")
