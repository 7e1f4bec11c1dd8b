"""Unique jobs: simple, debounced, and the latest after the running one."""

import asyncio

from backbeat import Backbeat, Unique, Worker

app = Backbeat()
wallets = app.queue("wallets")


@wallets.job(unique=Unique(by=("wallet",)))
async def sync(wallet: str, *, reason: str = "") -> None:
    print("sync", wallet)


@wallets.job(unique=Unique(by=("page",), debounce=0.2, max_wait=5))
async def index(page: str, text: str) -> None:
    print("index", page, text)


@wallets.job(unique=Unique(by=("wallet",), latest=True))
async def report(wallet: str, version: int) -> None:
    if version == 1:
        for newer in (2, 3, 4):
            await report.enqueue(wallet, newer)
    print("report", wallet, version)


async def main() -> None:
    first = await sync.enqueue("9xQe")
    second = await sync.enqueue("9xQe", reason="clicked twice")
    print(second.added, second.id == first.id)

    await index.enqueue("home", "h")
    await index.enqueue("home", "he")
    typed = await index.enqueue("home", "hello")
    last = await report.enqueue("9xQe", 1)

    async with Worker(app):
        await last.result(timeout=10)
        await typed.result(timeout=10)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
