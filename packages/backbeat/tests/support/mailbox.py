"""A channel of alerts that keeps what it is brought, or does not."""

import asyncio

from backbeat.alerts import DeliveryFailed, Notice, Watcher


class Mailbox:
    """A channel.

    Attributes:
        name: Its name.
        broken: Whether it fails.
        hanging: Set: it never comes back.
        notices: What came.
    """

    def __init__(self, name: str = "box") -> None:
        """Take what comes."""
        self.name = name
        self.broken = False
        self.hanging = False
        self.notices: list[Notice] = []

    async def deliver(self, notice: Notice) -> None:
        """Keep it."""
        if self.hanging:
            await asyncio.Event().wait()
        if self.broken:
            raise DeliveryFailed("out of order")
        self.notices.append(notice)

    @property
    def told(self) -> list[tuple[str, str]]:
        """What came: event and key."""
        return [(each.event, each.key) for each in self.notices]


async def turn(watcher: Watcher) -> None:
    """Look once, and bring what there is."""
    await watcher.look()
    await watcher.deliver()
