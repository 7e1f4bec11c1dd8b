"""Dependencies, middleware and a lifespan: what handlers share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from backbeat import Backbeat, Depends, Job, Worker


@dataclass
class Shop:
    name: str


@asynccontextmanager
async def lifespan() -> AsyncIterator[Shop]:
    print("the worker opens")
    yield Shop("corner shop")
    print("the worker closes")


app = Backbeat(lifespan=lifespan)
sales = app.queue("sales")


async def basket() -> AsyncIterator[list[str]]:
    items: list[str] = []
    yield items  # what comes after this runs when the job has ended
    print("sold:", *items)


@app.middleware
async def announce(job: Job, call_next: Callable[[], Awaitable[Any]]) -> Any:
    print("begin", job.name)
    return await call_next()


@sales.job()
async def sell(job: Job, item: str, items: list[str] = Depends(basket)) -> str:
    items.append(item)
    assert isinstance(job.state, Shop)
    return f"{item} from the {job.state.name}"


async def main() -> None:
    handle = await sell.enqueue("bread")
    async with Worker(app):
        print(await handle.result(timeout=10))
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
