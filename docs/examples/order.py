"""Which job comes first: priority, then LIFO before FIFO, then age."""

import asyncio

from backbeat import Backbeat, Priority, Worker

app = Backbeat()
desk = app.queue("desk")
served: list[str] = []


@desk.job()
async def serve(who: str) -> None:
    served.append(who)


async def main() -> None:
    await serve.enqueue("first")
    await serve.enqueue("second")
    await serve.options(lifo=True).enqueue("pushed in")
    await serve.options(priority=Priority.LOW).enqueue("no hurry")
    last = await serve.options(priority=Priority.MAINTENANCE).enqueue("the cleaner")
    await serve.options(priority=Priority.CRITICAL).enqueue("the fire brigade")
    async with Worker(app, concurrency=1):
        await last.result(timeout=10)
    print(*served, sep="\n")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
