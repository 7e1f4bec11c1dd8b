"""Bounds in time: of one attempt, of the wait before it, of the whole life."""

import asyncio

from backbeat import Backbeat, JobFailed, Worker

app = Backbeat()
crawl = app.queue("crawl", timeout=300)  # for all its handlers


@crawl.job(timeout=0.05)
async def fetch(url: str) -> None:
    await asyncio.sleep(3600)


@crawl.job(wait_timeout=0.001)  # of no use if it starts later than that
async def quote(symbol: str) -> None: ...


async def main() -> None:
    handles = [await fetch.enqueue("slow"), await quote.enqueue("ABC")]
    await asyncio.sleep(0.05)
    async with Worker(app):
        for handle in handles:
            try:
                await handle.result(timeout=10)
            except JobFailed as failure:
                print(failure.error)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
