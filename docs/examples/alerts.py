"""Rules in code, a channel of our own, and one look at the queues."""

import asyncio

from backbeat import Backbeat, JobFailed, Worker
from backbeat.alerts import AlertBook, AlertSetup, JobAge, Notice, Watcher
from backbeat.alerts import JobFailed as WhenJobFailed

app = Backbeat()
mails = app.queue("mails")


@mails.job()
async def send(to: str) -> None:
    raise ValueError(f"no such address: {to}, password=hunter2")


class Printer:
    """A channel is anything with a name that can deliver."""

    name = "printer"

    async def deliver(self, notice: Notice) -> None:
        print(notice.event, notice.kind, "in", notice.data["queue"])
        print(notice.data["error"])


async def main() -> None:
    rules = [WhenJobFailed(queues=("mails",), cooldown=300), JobAge(older_than=900)]
    watcher = Watcher(app, AlertSetup(rules=rules, channels=[Printer()]))
    await mails.configure()
    await watcher.look()  # in production: backbeat alerts run
    async with Worker(app):
        try:
            await (await send.enqueue("ada")).result(timeout=10)
        except JobFailed:
            print("failed")
    await watcher.look()
    await watcher.deliver()
    for each in reversed(await AlertBook(app).history()):
        print(each.what)
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
