"""Routes of a host application that answer in the form of the gateway."""

import asyncio
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.responses import Response

from backbeat import Backbeat, BackbeatError, Rate
from backbeat.app import Repeats
from backbeat.gateway.http import (
    Asked,
    BodyLimits,
    Envelope,
    Outermost,
    RateGates,
    Shown,
    on_error,
    on_validation,
    once,
    with_body,
)

app = Backbeat()
gates, repeats = RateGates(app, "site:"), Repeats(app.connections)
site = FastAPI(exception_handlers={BackbeatError: on_error, RequestValidationError: on_validation})
site.add_middleware(Outermost)
orders: list[str] = []


class Order(Asked):
    item_name: Annotated[str, Field(max_length=100)]


class Taken(Shown):
    order_number: int


async def not_too_often() -> None:
    await gates.enter("orders:ada", Rate(2, per=60))


@site.post("/orders", dependencies=[Depends(not_too_often)])
async def order(order: Order) -> Envelope[Taken]:
    orders.append(order.item_name)
    return Envelope(data=Taken(order_number=len(orders)))


@site.post("/once")
async def order_once(request: Request) -> Response:
    whole = await with_body(request, BodyLimits(size=1_000))

    async def take() -> Response:
        orders.append("once")
        return Response(b'{"success":true}', media_type="application/json")

    return await once(repeats, "ada", whole, take)


async def main() -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url="http://localhost"
    ) as client:
        print((await client.post("/orders", json={"itemName": "lamp"})).json())
        wrong = (await client.post("/orders", json={"itemname": "lamp"})).json()["error"]
        print(wrong["code"], [each["where"] for each in wrong["details"]])
        refused = await client.post("/orders", json={"itemName": "lamp"})
        print(refused.json()["error"]["code"], "retry-after" in refused.headers)
        for _ in range(2):
            key = {"idempotency-key": "order-7"}
            await client.post("/once", json={}, headers=key)
        print(orders)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
