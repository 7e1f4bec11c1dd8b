"""Limits that queues share by name, with costs, a pause out of a job, and a gate beside them."""

import asyncio
import time

from backbeat import Backbeat, NotGranted, Rate, Throttled, Worker

app = Backbeat()
app.limit("openai", rate=Rate(6, per=1.0), max_running=4)
video = app.queue("video", limits=["openai"])
text = app.queue("text", limits=["openai"])
calls: list[tuple[float, int]] = []
pages: list[float] = []


@video.job(cost=2)
async def describe(scene: int) -> None:
    calls.append((time.monotonic(), 2))


@text.job()
async def translate(page: int) -> Throttled | None:
    calls.append((time.monotonic(), 1))
    if page > 0:
        return None
    pages.append(time.monotonic())
    # What a 429 with Retry-After becomes.
    return Throttled("openai", retry_after=1.5) if len(pages) == 1 else None


async def main() -> None:
    first = await translate.enqueue(0)
    async with Worker(app):
        await asyncio.sleep(0.3)
        print("paused:", (await app.limit("openai").look()).paused_until is not None)
        scenes = await video.add_many([describe.call(n) for n in range(5)])
        for handle in (first, *scenes):
            await handle.result(timeout=20)
        info = await first.info()
    print("attempts:", info.attempts, "of which failed:", info.failures)
    print("the pause was kept:", pages[1] - pages[0] >= 1.5)
    begin = min(when for when, _ in calls if when > pages[0])
    units = sum(cost for when, cost in calls if begin <= when < begin + 0.9)
    print("at most 6 units in a second:", units <= 6)

    gate = app.rate_gate("stripe", rate=Rate(2, per=0.5))
    began = time.monotonic()
    for _ in range(3):
        await gate.wait()
    print("the third waited:", time.monotonic() - began >= 0.45)
    await gate.pause(60)
    try:
        await gate.wait(timeout=0.1)
    except NotGranted as refusal:
        print(refusal.name, "is paused:", refusal.retry_after > 10)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
