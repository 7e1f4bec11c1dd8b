"""A batch handler: one call for many jobs, and an outcome for each of them."""

import asyncio

from backbeat import Backbeat, Batch, Cancel, Worker

app = Backbeat()
index = app.queue("index")


@index.batch(size=100, min_size=3, max_wait=0.5)
async def store(batch: Batch[str]) -> list[int | Cancel]:
    print("one call for", len(batch), "words")
    return [len(word) if word else Cancel("an empty word") for word in batch]


async def main() -> None:
    words = [await store.enqueue(word) for word in ("lion", "", "giraffe")]
    async with Worker(app):
        print(await words[0].result(timeout=10), await words[2].result(timeout=10))
        print((await words[1].info()).cancel_reason)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
