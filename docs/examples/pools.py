"""Reserved slots and pools: who may use which slots, and which worker takes which queues."""

import asyncio

from backbeat import Backbeat, Worker

app = Backbeat()
urgent = app.queue("urgent", reserved=1)
bulk = app.queue("bulk")
video = app.queue("video", pool="gpu")
release = asyncio.Event()


@urgent.job()
async def alarm() -> str:
    return "heard at once"


@bulk.job()
async def export() -> None:
    await release.wait()


@video.job()
async def encode() -> str:
    return "encoded"


async def main() -> None:
    async with Worker(app, queues=["urgent", "bulk"], concurrency=4):
        await bulk.add_many([export.call() for _ in range(10)])
        while (await bulk.counts()).active < 3:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        print("alarm:", await (await alarm.enqueue()).result(timeout=10))
        print("exports that run:", (await bulk.counts()).active)
        release.set()

    film = await encode.enqueue()
    async with Worker(app, pool="gpu"):
        print("film:", await film.result(timeout=10))
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
