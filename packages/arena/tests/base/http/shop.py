"""A few routes that use everything the house offers to routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from arena.base.errors import ArenaError, Refused, TooMany
from arena.base.http.application import make_web
from arena.base.http.front import Front
from arena.base.http.options import HttpOptions
from arena.base.http.pages import Cursor, Numbered, NumberedEnvelope, NumberedPage
from arena.base.http.permission import EVERYONE, SIGNED_IN, Repeated, needs
from arena.base.http.route import HouseRoute, Visitor, Who
from arena.base.http.versions import has_version, mark_version
from arena.base.identity import Identity, Role
from backbeat import Backbeat
from backbeat.gateway.access import Credentials
from backbeat.gateway.http import Asked, Envelope, Shown

FREE: Final = HttpOptions(visitor=None, read=None, write=None, refused=None)


def person(number: int, *roles: Role) -> Identity:
    """Somebody who is signed in for an hour."""
    ends = datetime.now(UTC) + timedelta(hours=1)
    return Identity(UUID(int=number), f"person {number}", frozenset(roles), UUID(int=number), ends)


PEOPLE: Final = {
    "ada": person(1, Role.PLAYER),
    "bob": person(2, Role.PLAYER, Role.SELLER),
    "eve": person(3, Role.OPERATOR),
    "sue": person(4, Role.ADMIN),
}


async def recognise(credentials: Credentials) -> Identity | None:
    """By a token, or by a cookie as a browser sends it."""
    return PEOPLE.get(credentials.bearer or credentials.cookies.get("user", ""))


class Order(Asked):
    """What is bought."""

    item_name: str
    amount: int = 1


class Bought(Shown):
    """What was bought."""

    item_name: str
    order_number: int


@dataclass
class Shop:
    """Somebody at the shop.

    Attributes:
        client: Sends requests.
        web: The application.
        orders: How often an order was taken.
        version: Of the shelf.
        read: How often the shelf was read.
    """

    client: httpx.AsyncClient
    web: FastAPI
    orders: list[str] = field(default_factory=list)
    version: int = 1
    read: int = 0
    stuck: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, method: str, path: str, who: str | None = None, **given: Any) -> Any:
        """Send a request in somebody's name."""
        bearer = {"authorization": f"Bearer {who}"} if who else {}
        return await self.client.request(
            method, path, headers={**bearer, **given.pop("headers", {})}, **given
        )

    async def error(self, method: str, path: str, who: str | None = None, **given: Any) -> Any:
        """Status and code of a request that is refused."""
        answer = await self.ask(method, path, who, **given)
        said = answer.json()
        assert said["success"] is False
        assert said["error"]["requestId"] == answer.headers["x-request-id"]
        return answer.status_code, said["error"]["code"]


def routes(shop: Shop) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/api/shop", route_class=HouseRoute)

    @router.get("/open", **needs(EVERYONE))
    async def open_to_all(who: Visitor) -> Envelope[str]:
        return Envelope(data="nobody" if who is None else who.name)

    @router.post("/orders", status_code=201, **needs(SIGNED_IN, repeated=Repeated.MUST))
    async def order(who: Who, order: Order) -> Envelope[Bought]:
        if order.amount > 9:
            raise Refused("at most nine", details={"most": 9})
        shop.orders.append(who.name)
        return Envelope(data=Bought(item_name=order.item_name, order_number=len(shop.orders)))

    @router.post("/notes", **needs(EVERYONE))
    async def note(note: dict[str, Any]) -> Envelope[int]:
        shop.orders.append("note")
        return Envelope(data=len(shop.orders))

    @router.post("/secret", **needs(EVERYONE, repeated=Repeated.NEVER))
    async def secret() -> Envelope[int]:
        shop.orders.append("secret")
        return Envelope(data=len(shop.orders))

    @router.get("/desk", **needs(Role.OPERATOR))
    async def desk(who: Who) -> Envelope[str]:
        return Envelope(data=who.name)

    @router.get("/shelf", **needs(EVERYONE))
    async def shelf(request: Request, response: Response) -> Any:
        if has_version(request, shop.version):
            return Response(status_code=304)
        shop.read += 1
        mark_version(response, shop.version, max_age=1)
        return Envelope(data=shop.version)

    @router.get("/items", **needs(EVERYONE))
    async def items(
        page: Annotated[NumberedPage, Depends(Numbered(limit=2, most=5))],
    ) -> NumberedEnvelope[int]:
        every = list(range(5))
        shown = every[page.offset : page.offset + page.limit]
        return NumberedEnvelope(data=shown, pagination=page.of(len(every)))

    @router.get("/after", **needs(EVERYONE))
    async def after(cursor: str) -> Envelope[list[str | int]]:
        return Envelope(data=list(Cursor.read(cursor, int, str).keys))

    @router.get("/busy", **needs(EVERYONE))
    async def busy() -> Envelope[None]:
        raise TooMany("come again", retry_after=2.2)

    @router.get("/broken", **needs(EVERYONE))
    async def broken() -> Envelope[None]:
        raise RuntimeError("the secret of the cellar")

    @router.get("/unforeseen", **needs(EVERYONE))
    async def unforeseen() -> Envelope[None]:
        raise ArenaError("the secret of the attic")

    @router.get("/stuck", **needs(EVERYONE))
    async def stuck() -> Envelope[None]:
        await shop.stuck.wait()
        return Envelope(data=None)

    return router


@asynccontextmanager
async def open_shop(jobs: Backbeat, options: HttpOptions = FREE) -> AsyncIterator[Shop]:
    """A house, without a socket."""
    front = Front(jobs, recognise, options)
    web = make_web(jobs, front, checks={})
    transport = httpx.ASGITransport(web, client=("192.0.2.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        shop = Shop(client, web)
        web.include_router(routes(shop))
        yield shop
