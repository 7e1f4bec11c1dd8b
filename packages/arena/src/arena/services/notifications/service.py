"""The notification service: one object to tell people something, and to ask what became of it."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.clock import Clock, now_ms
from arena.base.db import Database
from arena.base.errors import Invalid
from arena.base.sockets import Sockets
from arena.services.notifications.actions.delivering import SLACK_MS, Delivering
from arena.services.notifications.actions.inboxes import Inboxes
from arena.services.notifications.actions.notifying import Recorder, Told
from arena.services.notifications.actions.users import Users
from arena.services.notifications.channels.apprise import Apprise
from arena.services.notifications.channels.channel import Channel
from arena.services.notifications.channels.provider import Provider
from arena.services.notifications.errors import UnknownChannel
from arena.services.notifications.handlers import declare, declare_sweep
from arena.services.notifications.model.deliveries import Attempt, Delivery
from arena.services.notifications.model.kinds import IN_APP, Intent, Kind, Kinds
from arena.services.notifications.rooms.following import open_rooms
from arena.services.notifications.rooms.telling import telling
from arena.services.notifications.routes import notification_routes
from arena.services.notifications.store import deliveries, retention
from arena.services.notifications.store.news import News
from backbeat import Backbeat, Rate, Retry

# Four minutes in all; a breaker that is open uses none of it.
RETRY: Final = Retry.exponential(attempts=8, delay=2.0, jitter=0.2)
PER_USER: Final = Rate(10, per=60)
_MOST_SWEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Options:
    """How notifications are brought.

    Attributes:
        per_user: How many may disturb one user in a time, over all channels. Urgent ones do not
            count.
        retry: Attempts at a channel, and how long they are apart.
        breaker: Options of the breaker of each channel; see `backbeat.Breaker`.
        repeats: Whether what may have been brought is sent again where the channel keeps no keys.
            True: nothing is lost, and something may come twice; False: the other way round.
        sweep_seconds: How often deliveries whose job was lost are looked for, and old notifications
            are taken away.
        keep: What was told longer ago is taken away, and its key may be told again.
    """

    per_user: Rate = PER_USER
    retry: Retry = RETRY
    breaker: Mapping[str, Any] | None = None
    repeats: bool = True
    sweep_seconds: float = 60.0
    keep: timedelta = timedelta(days=90)


class Notifications:
    """Tells people something, once, on the channels that they want. Safe to share.

    Made before the worker starts: it declares a queue `notify-{channel}` for each channel, and a
    schedule.

    Guarantees: an intent is told once for its user, kind and key. What was written down is brought
    at least once, unless it was muted, refused, or expired; twice only where a worker or the
    connection died in the middle and the channel keeps no keys.

    Attributes:
        inboxes: What is stored for people to read.
        users: Addresses, preferences, quiet hours.
    """

    def __init__(
        self,
        app: Backbeat,
        database: Database,
        kinds: Iterable[Kind] = (),
        channels: Iterable[Channel] = (),
        *,
        unset: Collection[str] = (),
        options: Options | None = None,
        clock: Clock = now_ms,
    ) -> None:
        """Declare queues; connect to nothing.

        Args:
            app: Where the jobs are.
            database: Where notifications are.
            kinds: What may be told; `declare` adds more. Defaults to none.
            channels: All ways to people but the inbox, which is always there. A `LiveInbox` tells
                pages that are open.
            unset: Channels that there could be and are not: kinds that name them go without.
                Defaults to none.
            options: How they are brought. Defaults to `Options()`.
            clock: Gives the time. Defaults to that of this machine.

        Raises:
            Invalid: Two kinds or two channels have one name.
            UnknownChannel: A kind goes by a channel that is not there.
        """
        options = options or Options()
        given = list(channels)
        by_name = {channel.name: channel for channel in given}
        if len(by_name) != len(given):
            raise Invalid("two channels of notifications have one name")
        self._database, self._clock = database, clock
        self._keep_ms = options.keep // timedelta(milliseconds=1)
        self._given = given
        self._news = News(app)
        self._channels = frozenset({IN_APP, *by_name})
        self._unset = frozenset(unset)
        self._kinds = Kinds([])
        self.declare(*kinds)
        self._recorder = Recorder(self._kinds, by_name, clock=clock)
        delivering = Delivering(
            app,
            database,
            by_name,
            per_user=options.per_user,
            repeats=options.repeats,
            clock=clock,
        )
        self._handlers = declare(app, delivering, by_name, options.retry, options.breaker or {})
        declare_sweep(app, self._tidy, options.sweep_seconds)
        self.inboxes = Inboxes(database, clock=clock)
        own = {each.name: each.fits for each in given if isinstance(each, Apprise)}
        self.users = Users(database, self._kinds, self._channels, own)

    def declare(self, *kinds: Kind) -> None:
        """Add kinds: those of an application, to the service that all of them share.

        Raises:
            Invalid: There is one of this name.
            UnknownChannel: A kind goes by a channel that is not there.
        """
        for kind in kinds:
            there = tuple(channel for channel in kind.channels if channel not in self._unset)
            gone = [channel for channel in there if channel not in self._channels]
            if gone:
                known = ", ".join(sorted(self._channels))
                raise UnknownChannel(f"kind {kind.name!r} goes by {gone[0]!r}; there are {known}")
            self._kinds.add(replace(kind, channels=there))

    @property
    def channels(self) -> frozenset[str]:
        """The names of all that there are here."""
        return self._channels

    def routes(self) -> APIRouter:
        """REST of inboxes and preferences, below `/notifications`."""
        return notification_routes(self.inboxes, self.users)

    def rooms(self, sockets: Sockets) -> None:
        """Socket.IO of inboxes: `notifications:follow`."""
        open_rooms(sockets, self.inboxes)

    def telling(self, sockets: Sockets) -> AbstractAsyncContextManager[None]:
        """Entered while a process serves: pages that follow get what any process brings."""
        return telling(self._news, sockets)

    async def close(self) -> None:
        """Close the connections of channels."""
        for channel in self._given:
            if isinstance(channel, Provider):
                await channel.close()

    async def notify(self, intent: Intent) -> Told:
        """Tell somebody something.

        Raises:
            UnknownKind: Nobody declared its kind.
            BadTemplate: Its fields do not fit.
            DatabaseAway: Nothing was told; try again.
        """
        async with self._database.transaction() as session:
            told = await self.record(session, intent)
        await self.send(told)
        return told

    async def record(self, session: AsyncSession, intent: Intent) -> Told:
        """The first half of `notify`, in a transaction of the caller's: told if that commits.

        Call `send` after it; if the process dies between, the sweep does it within two minutes.
        """
        return await self._recorder.record(session, intent)

    async def send(self, told: Told) -> None:
        """The second half of `notify`: jobs for what is to be brought. May be repeated."""
        for channel, delivery in told.queued.items():
            await self._enqueue(channel, delivery)

    async def deliveries(self, notification: int) -> list[Delivery]:
        """What became of a notification on each channel; empty where there is none."""
        async with self._database.reading() as session:
            return await deliveries.of_notification(session, notification)

    async def log(self, delivery: int) -> list[Attempt]:
        """The attempts of a delivery, the first one first."""
        async with self._database.reading() as session:
            return await deliveries.log_of(session, delivery)

    async def sweep(self) -> int:
        """Make jobs for deliveries that should have had one by now, and give up what expired.

        Returns:
            How many jobs were asked for, at most 500.
        """
        now = self._clock()
        before_ms = now - SLACK_MS
        async with self._database.transaction() as session:
            await deliveries.expire(session, before_ms, now, _MOST_SWEPT)
        async with self._database.reading() as session:
            late = await deliveries.overdue(session, self._handlers, before_ms, _MOST_SWEPT)
        for delivery, channel in late:
            await self._enqueue(channel, delivery)
        return len(late)

    async def prune(self) -> int:
        """Take away what was told longer ago than is kept.

        Returns:
            How many notifications, at most 500; the rest goes with the next ones.
        """
        before_ms = self._clock() - self._keep_ms
        async with self._database.transaction() as session:
            return await retention.remove_older(session, before_ms, _MOST_SWEPT)

    async def _tidy(self) -> int:
        await self.prune()
        return await self.sweep()

    async def _enqueue(self, channel: str, delivery: int) -> None:
        # One job for a delivery at a time; one that has ended, however, is replaced.
        options = self._handlers[channel].options(id=f"delivery-{delivery}", on_kept="replace")
        await options.enqueue(delivery)
