"""The service with two kinds, and time that a test moves."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from arena.base.clock import now_ms
from arena.base.db import Database
from arena.services.notifications import (
    IN_APP,
    Channel,
    Delivery,
    Intent,
    Kind,
    Notifications,
    Options,
    Template,
)
from arena.services.notifications.actions.delivering import Delivering
from backbeat import Backbeat, JobHandle, Rate, Retry, Worker

OUTBID: Final = Kind(
    "outbid",
    Template("Outbid on {lot}", "{rival} leads with {amount}."),
    channels=(IN_APP, "email"),
    expires=timedelta(hours=2),
)
ALARM: Final = Kind(
    "alarm",
    Template("New device", "Somebody signed in from {place}."),
    channels=(IN_APP, "email"),
    urgent=True,
)
FIELDS: Final = {"lot": "Lot 7", "rival": "bob", "amount": "12.50"}
FAST: Final = Retry.fixed(attempts=4, delay=0.01)


class Stage:
    """One service and its worker.

    Attributes:
        notifications: The service.
        app: Where its jobs are.
        ahead_ms: By how much its time is ahead.
    """

    def __init__(
        self, app: Backbeat, database: Database, channels: Sequence[Channel], **options: Any
    ) -> None:
        self.app = app
        self.database = database
        self.channels = channels
        self.ahead_ms = 0
        chosen: dict[str, Any] = {
            "retry": FAST,
            "per_user": Rate(1_000, per=1),
            "breaker": {"min_calls": 1_000},
            "sweep_seconds": 3_600,
            **options,
        }
        self.notifications = Notifications(
            app,
            database,
            [OUTBID, ALARM],
            channels,
            options=Options(**chosen),
            clock=self.now_ms,
        )
        # What the handlers call, for tests that look at one attempt.
        self.delivering = Delivering(
            app,
            database,
            {channel.name: channel for channel in channels},
            per_user=chosen["per_user"],
            repeats=chosen.get("repeats", True),
            clock=self.now_ms,
        )

    def again(self, **options: Any) -> "Stage":
        """The same with other options, in an application of its own."""
        return Stage(Backbeat(url=self.app.settings.url), self.database, self.channels, **options)

    def now_ms(self) -> int:
        """The time of the test."""
        return now_ms() + self.ahead_ms

    async def outbid(self, key: str, user: str = "ann") -> int:
        """Tell somebody; gives the number of the notification."""
        told = await self.notifications.notify(Intent(user, "outbid", key, FIELDS))
        return told.notification

    async def email(self, notification: int) -> Delivery:
        """What became of it by e-mail."""
        [found] = [
            each
            for each in await self.notifications.deliveries(notification)
            if each.channel == "email"
        ]
        return found

    async def outcomes(self, notification: int) -> list[str | None]:
        """How the attempts by e-mail ended."""
        delivery = await self.email(notification)
        return [attempt.outcome for attempt in await self.notifications.log(delivery.id)]

    def worker(self) -> Worker:
        """Runs the jobs."""
        return Worker(self.app, concurrency=10)

    async def ended(self, notification: int) -> Delivery:
        """What became of it by e-mail, once its job has ended."""
        delivery = await self.email(notification)
        handle: JobHandle[str] = self.app.queue("notify-email").handle(f"delivery-{delivery.id}")
        await handle.result(timeout=60)
        return await self.email(notification)
