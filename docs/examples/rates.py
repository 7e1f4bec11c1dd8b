"""A rate over all workers of a queue: what it holds back waits and uses no attempt."""

import asyncio
import time

from backbeat import Backbeat, JobHandle, Rate, Worker

app = Backbeat()
bids = app.queue("bids", rate=Rate(3, per=0.5))
tokens = app.queue("tokens", rate=Rate(20, per=0.5, burst=20))


@bids.job()
async def bid(number: int) -> float:
    return time.monotonic()


@tokens.job(cost=lambda given: given["size"])
async def ask(size: int) -> float:
    return time.monotonic()


async def spread(handles: list[JobHandle[float]]) -> float:
    starts = [await handle.result(timeout=10) for handle in handles]
    return max(starts) - min(starts)


async def main() -> None:
    async with Worker(app, concurrency=20):
        placed = await bids.add_many([bid.call(number) for number in range(7)])
        print("7 bids at 3 in half a second take a second:", await spread(placed) > 0.9)
        asked = await tokens.add_many([ask.call(size) for size in (12, 8, 10)])
        print("the third ask waits for 10 more tokens:", await spread(asked) > 0.2)
        print("attempts used:", {(await handle.info()).attempts for handle in placed})
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
