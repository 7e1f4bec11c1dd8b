"""A queue, a handler, a job, a worker: all in one process, for a first look."""

import asyncio

from backbeat import Backbeat, Worker

app = Backbeat()  # no address: a server of its own, in .backbeat/
mails = app.queue("mails")


@mails.job(timeout=30)
async def welcome(name: str, *, language: str = "en") -> str:
    greeting = {"en": "Welcome", "no": "Velkommen"}[language]
    return f"{greeting}, {name}!"


async def main() -> None:
    handle = await welcome.enqueue("Ada", language="no")
    async with Worker(app):  # in production: backbeat worker --app module:app
        print(await handle.result(timeout=10))
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
