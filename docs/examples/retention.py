"""How long ended jobs stay readable."""

import asyncio

from backbeat import Backbeat, Keep, ResultNotKept, Worker

HOUR = 3600
app = Backbeat(keep=Keep(completed=100, completed_for=HOUR, failed_for=7 * 24 * HOUR))
# Bytes bound what a burst of large jobs may hold.
pictures = app.queue("pictures", keep=Keep(completed=10_000, max_bytes=50_000_000))


@pictures.job(keep=0)  # this kind: nobody will ask
async def warm_cache(picture: int) -> None: ...


@pictures.job()
async def measure(picture: int) -> int:
    return picture * 2


async def main() -> None:
    cached = await warm_cache.options(id="warm-1").enqueue(1)
    # This one job: long. And `wait=True` gets the result in any case.
    measured = await measure.options(keep=24 * HOUR, wait=True).enqueue(21)
    async with Worker(app):
        print(await measured.result(timeout=10))
    try:
        await cached.result(timeout=10)
    except ResultNotKept:
        print("nobody kept it")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
