"""Arguments have types, and a wrong one fails where the job is enqueued."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal

from backbeat import Backbeat, InvalidPayload, Worker

app = Backbeat()
orders = app.queue("orders")


@dataclass
class Order:
    number: int
    total: Decimal


@orders.job()
async def confirm(order: Order, *, copies: int = 1) -> str:
    return f"{copies} x order {order.number}: {order.total}"


async def main() -> None:
    handle = await confirm.enqueue(Order(7, Decimal("12.50")), copies=2)
    try:
        await orders.add("confirm", {"order": {"number": "seven", "total": "12.50"}})
    except InvalidPayload as error:
        print("refused:", error.field)
    async with Worker(app):
        print(await handle.result(timeout=10))
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
