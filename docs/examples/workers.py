"""Stopping a worker: it takes nothing new, waits for the grace, and gives the rest back."""

import asyncio

from backbeat import Backbeat, Worker

app = Backbeat()
films = app.queue("films")
started = asyncio.Event()


@films.job()
async def convert(seconds: float) -> str:
    started.set()
    await asyncio.sleep(seconds)
    return "converted"


async def main() -> None:
    short, long = await convert.enqueue(0.05), await convert.enqueue(3600)
    async with Worker(app, concurrency=10, grace=1):
        await started.wait()
    # Left the block: stopped as by SIGTERM. The short one had its time, the long one went back.
    for handle in (short, long):
        info = await handle.info()
        print(info.state, "after", info.failures, "failures")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
