"""Everything that happens in a queue, as a stream that can be resumed."""

import asyncio

from backbeat import Backbeat, Worker
from backbeat.app import Gap

app = Backbeat()
mails = app.queue("mails")


@mails.job()
async def welcome(name: str) -> None: ...


async def main() -> None:
    await welcome.options(id="ada").enqueue("Ada")
    async with Worker(app):
        await welcome.handle("ada").result(timeout=10)

    async for event in mails.events(since="0-0"):
        if isinstance(event, Gap):
            print("some were missed")  # read the state anew
            continue
        print(event.kind, *event.job_ids)
        if event.kind == "completed":
            break  # event.id is where to resume
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
