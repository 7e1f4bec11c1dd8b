"""What a job says while it runs, and who listens."""

import asyncio

from backbeat import Backbeat, Job, Worker

app = Backbeat()
imports = app.queue("imports")
heard = asyncio.Event()


@imports.job()
async def load(job: Job, rows: int) -> int:
    job.log(f"{rows} rows to load")
    job.progress(50, "half of it")  # a number or an object; buffered, so it costs no call
    await heard.wait()
    return rows


async def main() -> None:
    handle = await load.enqueue(1_000)
    async with Worker(app):
        async for event in handle.events():
            if event.progress is not None:
                print(event.kind, event.progress.value, event.progress.message)
                heard.set()
            else:
                print(event.kind)
        print(await handle.result(timeout=10), "rows")
        print(await handle.logs())
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
