"""Arguments have types: a mistake is found where the job is enqueued, not where it runs."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from backbeat import Backbeat, InvalidPayload, Worker


@dataclass
class Order:
    """Dataclasses, msgspec Structs and pydantic models all travel with a job."""

    number: int
    total: Decimal


async def test_arguments_arrive_as_what_they_were(app: Backbeat) -> None:
    @app.queue("orders").job()
    async def confirm(order: Order, *, copies: int = 1) -> str:
        return f"{copies} x order {order.number}, {order.total} in all"

    handle = await confirm.enqueue(Order(7, Decimal("12.50")), copies=2)
    async with Worker(app):
        assert await handle.result(timeout=10) == "2 x order 7, 12.50 in all"


async def test_a_wrong_argument_is_refused_at_once(app: Backbeat) -> None:
    queue = app.queue("orders")

    @queue.job()
    async def confirm(order: Order, *, copies: int = 1) -> None: ...

    with pytest.raises(InvalidPayload, match="copies"):
        # The type checker finds this, too.
        await confirm.enqueue(Order(7, Decimal(1)), copies="two")  # type: ignore[arg-type]
    assert (await queue.counts()).waiting == 0
