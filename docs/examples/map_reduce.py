"""Count words: a job splits the text, many count, one adds up without holding all counts."""

import asyncio

from backbeat import Backbeat, Job, Worker

app = Backbeat()
split_queue, count_queue = app.queue("split"), app.queue("count")

TEXT = "the quick brown fox jumps over the lazy dog " * 50


@count_queue.job()
async def count(words: list[str]) -> int:
    return len(words)


@split_queue.job()
async def split(job: Job, size: int) -> None:
    words = TEXT.split()
    parts = [words[start : start + size] for start in range(0, len(words), size)]
    await job.flow.add_many([count.call(part) for part in parts])


@split_queue.job()
async def add_up(job: Job) -> int:
    total = 0
    async for child in job.child_results(count):
        total += child.result
    return total


async def main() -> None:
    async with Worker(app):
        flow = app.flow()
        total = flow.add(add_up.call(), after=[flow.add(split.call(size=20))])
        handle = await flow.start()
        print(await handle.job(total).result(timeout=10), "words")
        print((await handle.info()).total, "jobs")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
