"""The dashboard in tests: one served process and one browser, and somebody who looks and clicks."""

import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from backbeat import Backbeat, Job, Queue, Rate
from backbeat.app import AuditEntry, AuditLog
from packages.backbeat.tests.support.private_server import PrivateServer

PROCESS: Final = "packages.backbeat.tests.support.dashboard_process"
PATIENCE_MS: Final = 20_000
_FLAGS: Final = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def dashboard_process(url: str, access: str, *flags: str) -> Iterator[str]:
    """A process that serves the dashboard of the shop; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", PROCESS, url, access, *flags], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser without a window."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Visitor:
    """Somebody at a page.

    Attributes:
        page: The page.
        address: Where the dashboard is.
        complaints: What the browser has complained about: errors of scripts, blocked ones, alerts.
    """

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to the browser."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda box: self.complaints.append(f"it ran: {box.message}"))
        self.page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )

    async def go(self, path: str) -> None:
        """Open a page, and wait until it is live."""
        await self.page.goto(self.address + path)
        await expect(self.page.locator("h1").first).to_be_visible()
        await self.page.wait_for_function(
            "window.did_handshake !== false && window.socket?.connected"
        )

    def button(self, name: str) -> Locator:
        """A button of the page itself."""
        return self.page.locator(".page, .q-menu").get_by_role("button", name=name, exact=True)

    @property
    def dialog(self) -> Locator:
        """What asks before something is done."""
        return self.page.get_by_role("dialog")

    async def press(self, name: str) -> None:
        """Click a button of the page."""
        await self.button(name).first.click()

    async def agree(self, name: str) -> None:
        """Click a button of the dialog."""
        await self.dialog.get_by_role("button", name=name, exact=True).click()

    async def write(self, label: str, words: str) -> None:
        """Fill a field of the dialog."""
        await self.dialog.get_by_label(label, exact=True).fill(words)

    async def choose(self, label: str, option: str) -> None:
        """Choose one of the words of a field."""
        await self.dialog.get_by_label(label, exact=True).click()
        await self.page.get_by_role("option", name=option, exact=True).click()

    async def told(self, words: str) -> None:
        """Wait until the page says so."""
        said = self.page.locator(".q-notification__message").filter(has_text=words)
        await expect(said.first).to_be_visible()


@dataclass
class Stage:
    """A dashboard that is served, and the application that it shows.

    Attributes:
        address: Where it is.
        app: The application, in this process.
        browser: The browser.
    """

    address: str
    app: Backbeat
    browser: Browser
    _names: Iterator[int] = field(default_factory=itertools.count)

    def queue(self, word: str = "play") -> Queue:
        """A queue of one test, with handlers that end well and badly."""
        return declare_play(self.app, f"{word}-{next(self._names)}")

    @asynccontextmanager
    async def visitor(
        self, who: str, *, address: str | None = None, width: int = 1280, height: int = 900
    ) -> AsyncIterator[Visitor]:
        """Somebody, in a window of their own."""
        where = address or self.address
        context = await self.browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(PATIENCE_MS)
        await context.add_cookies([{"name": "user", "value": who, "url": where}])
        try:
            yield Visitor(await context.new_page(), where)
        finally:
            await context.close()

    async def audited(self, what: str, *, subject: str | None = None) -> AuditEntry:
        """The newest entry of the audit log about this."""
        page = await AuditLog(self.app.connections).page(limit=50)
        fitting = (
            each for each in page.entries
            if each.what == what and (subject is None or subject in (each.queue, *each.subjects))
        )  # fmt: skip
        found = next(fitting, None)
        assert found is not None, f"nobody wrote down {what} of {subject}"
        return found


def declare_play(app: Backbeat, name: str) -> Queue:
    """A queue whose handlers do as they are told."""
    queue = app.queue(name)

    @queue.job("note")
    async def note(job: Job, words: str) -> str:
        job.log(words)
        return words

    @queue.job("fail")
    async def fail(words: str) -> None:
        raise ValueError(words)

    return queue


@asynccontextmanager
async def stage_on(server: PrivateServer) -> AsyncIterator[Stage]:
    """A stage on a server of its own."""
    with dashboard_process(server.url, "people") as address:
        async with chromium() as browser, Backbeat(server.url) as app:
            app.limit("openai", rate=Rate(100, per=1))
            yield Stage(address, app, browser)
