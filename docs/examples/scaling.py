"""More jobs at once while the worker runs, and what an autoscaler asks for."""

import asyncio

from backbeat import Backbeat, Worker

app = Backbeat()
images = app.queue("images", concurrency=2)
release = asyncio.Event()


@images.job()
async def resize(name: str) -> None:
    await release.wait()


async def running(count: int) -> int:
    while (found := (await images.counts()).active) < count:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.01)
    return found


async def main() -> None:
    await images.add_many([resize.call(f"{number}.png") for number in range(10)])
    async with Worker(app):
        print("running as declared:", await running(2))
        print("workers told:", await images.scale(5))
        print("running now:", await running(5))

        load = await images.load()
        print("waiting:", load.waiting, "running:", load.running, "workers:", load.workers)
        release.set()
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
