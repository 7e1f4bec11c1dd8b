"""One intent on two channels: an inbox, and a provider of e-mail that fails at first."""

import asyncio
from datetime import timedelta

from arena.base.db import open_database
from arena.base.migrations import migrate
from arena.base.settings import ArenaSettings
from arena.services.notifications import (
    IN_APP,
    Intent,
    Kind,
    Later,
    Message,
    Notifications,
    Options,
    Template,
)
from backbeat import Backbeat, JobHandle, Retry, Worker


class Email:
    """A channel; `Provider` and `Apprise` are ready-made ones."""

    name = "email"
    needs_address = True
    is_silent = False
    keeps_keys = True
    seconds = 5.0
    calls = 0

    async def bring(self, message: Message) -> str:
        self.calls += 1
        if self.calls == 1:
            raise Later("answered 503")
        print(f"to {message.address}: {message.title}. {message.body}")
        return "m1"


outbid = Kind(
    "outbid",
    Template("Outbid on {lot}", "{rival} leads with {amount}."),
    channels=(IN_APP, "email"),
    expires=timedelta(hours=2),
)


async def main() -> None:
    app, database = Backbeat(), await open_database(ArenaSettings())
    await migrate(database)
    options = Options(retry=Retry.exponential(attempts=5, delay=0.1))
    notifications = Notifications(app, database, [outbid], [Email()], options=options)

    await notifications.users.set_address("ann", "email", "ann@example.org")
    intent = Intent("ann", "outbid", "bid-17", {"lot": "Lot 7", "rival": "bob", "amount": "12.50"})
    told = await notifications.notify(intent)
    print("told again:", (await notifications.notify(intent)).repeated)

    job: JobHandle[str] = app.queue("notify-email").handle(f"delivery-{told.queued['email']}")
    async with Worker(app):
        await job.result(timeout=30)
    for delivery in await notifications.deliveries(told.notification):
        log = await notifications.log(delivery.id)
        print(delivery.channel, delivery.state, [(each.outcome, each.detail) for each in log])

    page = await notifications.inboxes.page("ann")
    print("inbox:", [entry.title for entry in page.entries], "unread:", page.unread)
    await notifications.inboxes.mark_read("ann", [entry.id for entry in page.entries])
    print("unread:", await notifications.inboxes.unread("ann"))
    await database.close()
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
