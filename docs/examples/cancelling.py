"""Cancelling: before it runs, while it runs, and from within."""

import asyncio

from backbeat import Backbeat, Cancel, JobCancelled, Worker

app = Backbeat()
exports = app.queue("exports")
running = asyncio.Event()


@exports.job()
async def export(year: int) -> Cancel | None:
    if year < 2000:
        return Cancel("nothing was recorded then")
    running.set()
    await asyncio.sleep(3600)
    return None


async def main() -> None:
    waiting = await export.options(delay=60).enqueue(2024)
    print(await waiting.cancel("not needed"))

    busy, hopeless = await export.enqueue(2025), await export.enqueue(1999)
    async with Worker(app):
        await running.wait()
        print(await busy.cancel("not needed any more"))  # works from any process
        for handle in (waiting, busy, hopeless):
            try:
                await handle.result(timeout=10)
            except JobCancelled as cancelled:
                print("cancelled:", cancelled.reason)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
