"""A house that auctions, served on a port, and people who come to it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import aiohttp
import httpx
import socketio

from arena.apps.auctions import auctions
from arena.base.http.options import HttpOptions
from arena.bootstrap.opening import declare
from arena.bootstrap.serving import listen, serve
from arena.bootstrap.web import build_web
from arena.house import House
from backbeat import Backbeat, Worker

PATIENCE_S: Final = 60.0
FREE: Final = HttpOptions(
    visitor=None, read=None, write=None, refused=None, attempts_from=None, attempts_at=None
)


@dataclass
class Person:
    """Somebody with a browser: what they send, and what they were told, by its name."""

    name: str
    http: httpx.AsyncClient
    socket: socketio.AsyncClient
    told: defaultdict[str, "asyncio.Queue[dict[str, Any]]"] = field(
        default_factory=lambda: defaultdict(asyncio.Queue)
    )

    async def call(self, event: str, **data: Any) -> dict[str, Any]:
        """Send something and get the answer."""
        answer: dict[str, Any] = await self.socket.call(event, data, timeout=PATIENCE_S)
        return answer

    async def bid(self, auction_id: str, amount: str) -> dict[str, Any]:
        """Bid over the socket; the answer."""
        answer = await self.call(
            "BID_PLACED", auctionId=auction_id, bidId=str(uuid4()), maxAmount=amount
        )
        data: dict[str, Any] = answer["data"]
        return data

    async def hear(self, name: str) -> dict[str, Any]:
        """The next message of this name."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.told[name].get()


@dataclass
class Served:
    """The house on a port."""

    at: str
    jobs: Backbeat
    people: AsyncExitStack

    async def visit(self, name: str) -> Person:
        """Somebody signs up and comes."""
        async with httpx.AsyncClient(base_url=self.at, timeout=PATIENCE_S) as http:
            body = {"email": f"{name}@example.com", "username": name, "password": "correct horse"}
            token = (await http.post("/api/auth/sign-up", json=body)).json()["data"]["token"]
        return await self._come(name, f"Bearer {token}")

    async def come_back(self, person: Person) -> Person:
        """Somebody who has signed up comes again, with the same token."""
        return await self._come(person.name, person.http.headers["authorization"])

    async def _come(self, name: str, bearer: str) -> Person:
        http = await self.people.enter_async_context(
            httpx.AsyncClient(
                base_url=self.at, headers={"authorization": bearer}, timeout=PATIENCE_S
            )
        )
        session = await self.people.enter_async_context(aiohttp.ClientSession())
        socket = socketio.AsyncClient(reconnection=False, http_session=session)
        person = Person(name, http, socket)

        async def hear(event: str, data: dict[str, Any]) -> None:
            await person.told[event].put(data)

        socket.on("*", hear)
        await socket.connect(
            self.at,
            auth={"token": bearer.removeprefix("Bearer ")},
            transports=["websocket"],
            wait_timeout=PATIENCE_S,
        )
        self.people.push_async_callback(socket.disconnect)
        return person

    async def sale(self, seller: Person, **given: Any) -> str:
        """The seller publishes an auction that lasts an hour, but for what is given."""
        now = datetime.now(UTC)
        item = {
            "title": "A watch",
            "startingPrice": "10.00",
            "startTime": now.isoformat(),
            "endTime": (now + timedelta(hours=1)).isoformat(),
            **given,
        }
        answer = await seller.http.post("/api/items", json=item)
        assert answer.status_code == 201, answer.text
        auction_id = str(answer.json()["data"]["state"]["auctionId"])
        published = await seller.http.post(f"/api/items/{auction_id}/publish")
        assert published.status_code == 200, published.text
        return auction_id


@asynccontextmanager
async def serve_auctions(
    house: House, *, pages: bool = False, options: HttpOptions = FREE
) -> AsyncIterator[Served]:
    """The house with auctions and a worker; people leave before it closes."""
    web = build_web(declare(house, [auctions]), options=options, pages=pages)
    stop, ready = asyncio.Event(), asyncio.Event()
    with listen("127.0.0.1", 0) as listening:
        at = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with Worker(house.jobs), asyncio.TaskGroup() as tasks:
            tasks.create_task(serve(web, listening, stop, ready=ready.set))
            await ready.wait()
            try:
                async with AsyncExitStack() as people:
                    yield Served(at, house.jobs, people)
            finally:
                stop.set()
