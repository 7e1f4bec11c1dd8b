"""The house with its pages, served, and people with browsers who come to it."""

import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import IO, Any, Final

import httpx
from playwright.async_api import Browser, Locator, expect

from packages.backbeat.tests.support.dashboard import PATIENCE_MS, Visitor

PROCESS: Final = "packages.arena.tests.apps.auctions.pages.house_process"
PASSWORD: Final = "correct horse"  # noqa: S105 - of people who are made up
_numbers: Final = itertools.count(1)


@contextmanager
def house_process(
    jobs_at: str, database_at: str, folder: str, *options: str, log: IO[str] | None = None
) -> Iterator[str]:
    """A process that serves the house; gives its address. `log` is what its log goes to."""
    process = subprocess.Popen(
        [sys.executable, "-m", PROCESS, jobs_at, database_at, folder, *options],
        stdout=subprocess.PIPE, stderr=log, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        # Its log comes first, where it has something to say.
        lines = iter(process.stdout.readline, "")
        yield next(line.strip() for line in lines if line.startswith("http://"))
    finally:
        process.terminate()
        process.communicate()


@dataclass
class Guest(Visitor):
    """Somebody with a browser at the pages of the house."""

    @property
    def price(self) -> Locator:
        """The price of the auction."""
        return self.page.locator(".stand .price")

    @property
    def outbid(self) -> Locator:
        """What says that somebody else leads now."""
        return self.page.locator(".outbid")

    @property
    def field(self) -> Locator:
        """Where the amount of a bid is written."""
        return self.page.locator(".bid-line input")

    async def see(self, auction_id: str) -> None:
        """Open the page of an auction, and wait until it is live."""
        await self.go(f"/auctions/{auction_id}")

    async def bid(self, most: str) -> None:
        """Write an amount, and press the button."""
        await self.field.fill(most)
        await self.page.locator(".bid-line button").click()

    async def answered(self, words: str) -> None:
        """Wait for the answer to a bid."""
        await expect(self.page.locator(".bid .answer")).to_contain_text(words)

    async def refused(self, words: str) -> None:
        """Wait for the word that a bid does not count."""
        await expect(self.page.locator(".bid .problem")).to_contain_text(words)


@dataclass
class Stage:
    """The house on a port, and a browser.

    Attributes:
        at: Its address.
        browser: The browser; each guest has a profile of their own in it.
        database_at: Where its tables are.
    """

    at: str
    browser: Browser
    database_at: str
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def user(self, word: str) -> httpx.AsyncClient:
        """Somebody new over REST, who has the cookie."""
        client = await self.stack.enter_async_context(
            httpx.AsyncClient(base_url=self.at, headers={"origin": self.at}, timeout=60)
        )
        name = f"{word}_{next(_numbers)}"
        body = {"email": f"{name}@example.com", "username": name, "password": PASSWORD}
        answer = await client.post("/api/auth/sign-up", json=body)
        assert answer.status_code == 201, answer.text
        return client

    async def sale(
        self, *, seller: httpx.AsyncClient | None = None, lasts_s: float = 3_600, **given: Any
    ) -> str:
        """Somebody publishes an auction that has begun."""
        seller = seller or await self.user("seller")
        now = datetime.now(UTC)
        item = {
            "title": "A watch", "startingPrice": "10.00", "paceMs": 0,
            "startTime": now.isoformat(),
            "endTime": (now + timedelta(seconds=lasts_s)).isoformat(), **given,
        }  # fmt: skip
        answer = await seller.post("/api/items", json=item)
        assert answer.status_code == 201, answer.text
        auction_id = str(answer.json()["data"]["state"]["auctionId"])
        assert (await seller.post(f"/api/items/{auction_id}/publish")).status_code == 200
        return auction_id

    @asynccontextmanager
    async def guest(
        self,
        word: str | None = None,
        *,
        user: httpx.AsyncClient | None = None,
        width: int = 1280,
        script: str | None = None,
    ) -> AsyncIterator[Guest]:
        """Somebody with a browser; signed in where they have a name, or are known over REST."""
        context = await self.browser.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        user = await self.user(word) if word is not None else user
        if user is not None:
            token = user.cookies["arena_session"]
            await context.add_cookies([{"name": "arena_session", "value": token, "url": self.at}])
        if script is not None:
            await context.add_init_script(script)
        guest = Guest(await context.new_page(), f"{self.at}/house")
        try:
            yield guest
        finally:
            await context.close()
