"""Priorities that do not starve: a level is worth some time of waiting."""

import asyncio

from backbeat import Backbeat, Priority, Worker

app = Backbeat()
desk = app.queue("desk", ageing=0.2)  # minutes in earnest
served: list[str] = []


@desk.job()
async def serve(who: str) -> None:
    served.append(who)


async def main() -> None:
    await desk.configure()
    await serve.options(priority=Priority.LOW).enqueue("no hurry, but here for long")
    await asyncio.sleep(0.5)
    await serve.enqueue("just came")
    await serve.options(priority=Priority.CRITICAL).enqueue("the fire brigade")
    regular = await serve.options(priority=Priority.MAINTENANCE).enqueue("a good customer")
    print(await desk.reprioritise(Priority.HIGH, where=[regular.id]), "is served sooner")

    async with Worker(app, concurrency=1):
        while len(served) < 4:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    print(*served, sep="\n")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
