"""A live page of a product, as a browser would ask for it: who is unknown is sent to sign in."""

import asyncio
import re
import tempfile
from pathlib import Path

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from backbeat.gateway.http import Origins
from backbeat.pages import Door, Site, dress, plain_page
from backbeat.pages.look import box, button, text

assets = Path(tempfile.mkdtemp())  # in a product: a folder beside this file
(assets / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
site = Site("counter", title="Counter", assets=assets)


class Guest:
    """Somebody at a page; what you know of them is yours to add."""

    def __init__(self, request: Request) -> None:
        self.root = str(request.scope.get("root_path", ""))
        self.name = request.cookies.get("name")

    async def enter(self) -> bool:
        return self.name is not None

    async def stay(self, *, use: bool = False) -> bool:
        return self.name is not None


@site.page("/count/{start}", "Count")
async def count(guest: Guest, start: int) -> None:
    dress()
    with box("page"):
        text(f"{guest.name} counts", tag="h1")
        number = text(str(start))
        button("One more", lambda: number.set_text(str(int(number.text) + 1)))


async def sign_in(request: Request) -> Response:
    return plain_page(site, request, "Sign in", "<p>Say your name.</p>")


web = FastAPI()
web.mount("/pages", Door(site, Guest, Origins(()), plain={"/sign-in": sign_in}))


async def main() -> None:
    browser = {"accept": "text/html"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(web), base_url="http://localhost/pages", headers=browser
    ) as client:
        unknown = await client.get("/count/7")
        print(unknown.status_code, unknown.headers["location"])
        client.cookies.set("name", "Ada")
        page = await client.get("/count/7")
        policy = re.sub(r"nonce-[\w-]+", "nonce-…", page.headers["content-security-policy"])
        print(page.status_code, *re.findall("<title>(.*)</title>", page.text))
        print(*[each for each in policy.split("; ") if each.startswith("script-src ")])


if __name__ == "__main__":
    asyncio.run(main())
