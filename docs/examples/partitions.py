"""One queue over several partitions: by key, in order within a key, and still one queue."""

import asyncio
from collections import defaultdict

from backbeat import Backbeat, Worker

app = Backbeat()
wallets = app.queue("wallets", partitions=4, partition_by="{wallet}")
seen: defaultdict[str, list[int]] = defaultdict(list)


@wallets.job()
async def book(wallet: str, number: int) -> None:
    seen[wallet].append(number)


async def main() -> None:
    calls = [book.call(wallet, number) for number in range(3) for wallet in ("ann", "bob", "cid")]
    handles = await wallets.add_many(calls)
    handles.append(await book.options(id="invoice-7").enqueue("dan", 0))

    counts = await wallets.counts()
    print("waiting in all partitions:", counts.waiting)
    found = await wallets.get("invoice-7")  # whichever partition it is in
    print("found:", found.arguments)

    async with Worker(app, concurrency=1):
        for handle in handles:
            await handle.result(timeout=10)
    for wallet in sorted(seen):
        print(wallet, *seen[wallet])
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
