"""Brings one delivery: what holds it back, one attempt, and what became of it.

An attempt is written down before it is made. So one that a worker died in is seen by the next: the
message may have been brought. It goes out again with the same key, which does no harm where the
provider keeps keys, and is at the channel's risk where it does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.clock import Clock, now_ms
from arena.base.db import Database
from arena.services.notifications.actions.bringing import Attempted, bring
from arena.services.notifications.channels.channel import Channel, Message
from arena.services.notifications.errors import NoSuchDelivery
from arena.services.notifications.model.deliveries import OPEN, Delivery, State
from arena.services.notifications.store import deliveries, people
from backbeat import Backbeat, Rate

# A delivery has a job for so long, whatever happens; then the sweep looks after it.
SLACK_MS: Final = 60_000
# Those that a provider put off with Retry-After count in here, too.
MOST_ATTEMPTS: Final = 100


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do.

    Attributes:
        state: What became of it.
    """

    state: State


@dataclass(frozen=True, slots=True)
class Held:
    """It may not be sent yet: quiet hours, or too much for this user.

    Attributes:
        seconds: For how long.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class NotYet:
    """An attempt did not bring it, and another one may.

    Attributes:
        detail: In words.
        retry_after: Seconds for which the provider wants to be left alone; None: it did not say.
    """

    detail: str
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class _Begun:
    """An attempt that was written down and is to be made."""

    channel: Channel
    attempt: int
    message: Message


class Delivering:
    """Brings deliveries. Safe to share."""

    def __init__(
        self,
        app: Backbeat,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        per_user: Rate,
        repeats: bool,
        clock: Clock = now_ms,
    ) -> None:
        """Bring nothing yet.

        Args:
            app: Has the limits of users.
            database: Has the deliveries.
            channels: By name.
            per_user: How much may disturb a user, in a time.
            repeats: Whether what may have been brought is sent again by channels without keys.
            clock: Gives the time. Defaults to that of this machine.
        """
        self._app = app
        self._database = database
        self._channels = channels
        self._per_user = per_user
        self._repeats = repeats
        self._clock = clock

    async def bring(self, number: int, *, last: bool) -> Done | Held | NotYet:
        """Make one attempt.

        Args:
            number: Of the delivery.
            last: Whether nobody will try again.

        Raises:
            NoSuchDelivery: There is none.
            DatabaseAway: The database does not know what has been done; try again.
        """
        held = await self._hold_back(number)
        if held is not None:
            return held
        begun = await self._begin(number)
        if isinstance(begun, Done):
            return begun
        attempted = await bring(begun.channel, begun.message)
        state = await self._end(number, begun, attempted, last)
        return NotYet(attempted.detail, attempted.retry_after) if state in OPEN else Done(state)

    async def _hold_back(self, number: int) -> Held | None:
        """Whether the user shall not be disturbed now. What was tried once has had its turn."""
        now = self._clock()
        async with self._database.reading() as session:
            delivery = await self._known(session, number)
            quiet = await people.hours(session, delivery.user)
        channel = self._channels[delivery.channel]
        if delivery.urgent or delivery.attempts or channel.is_silent or delivery.state not in OPEN:
            return None
        over_at = quiet.over_at(now) if quiet else None
        if over_at is None:
            gate = self._app.rate_gate(f"notify:{delivery.user}", rate=self._per_user)
            seconds = await gate.take()
        else:
            seconds = (over_at - now) / 1000
        if not seconds:
            return None
        async with self._database.transaction() as session:
            due_ms = now + round(seconds * 1000) + SLACK_MS
            await deliveries.put_off(session, number, due_ms)
        return Held(seconds)

    async def _begin(self, number: int) -> _Begun | Done:
        """Write an attempt down, unless there is nothing left to try."""
        now = self._clock()
        async with self._database.transaction() as session:
            delivery = await self._known(session, number, lock=True)
            address = (await people.addresses(session, delivery.user)).get(delivery.channel, "")
            channel = self._channels[delivery.channel]
            if delivery.state == "sending":
                died = "its worker did not say how it ended"
                await deliveries.end_attempt(
                    session, number, delivery.attempts, "unsure", died, now
                )
            state = self._state_before(delivery, channel, address, now)
            if state != "sending":
                if state != delivery.state:
                    await deliveries.set_state(session, number, state, now)
                return Done(state)
            attempt = delivery.attempts + 1
            await deliveries.begin_attempt(session, number, attempt, now)
            due_ms = now + round(channel.seconds * 1000) + SLACK_MS
            await deliveries.set_state(session, number, "sending", now, due_ms=due_ms)
        return _Begun(channel, attempt, _message(delivery, address))

    def _state_before(self, delivery: Delivery, channel: Channel, address: str, now: int) -> State:
        """What it is without another attempt; sending: there is to be one."""
        if delivery.state not in OPEN:
            return delivery.state
        if delivery.state == "sending" and not self._may_repeat(channel):
            return "unsure"
        if now >= delivery.expires_ms:
            return "unsure" if delivery.state == "sending" else "expired"
        if channel.needs_address and not address:
            return "unreachable"
        return "sending"

    async def _end(self, number: int, begun: _Begun, attempted: Attempted, last: bool) -> State:
        """Write down how an attempt ended, and what becomes of the delivery."""
        now = self._clock()
        due_ms = now + round((attempted.retry_after or 0.0) * 1000) + SLACK_MS
        async with self._database.transaction() as session:
            delivery = await self._known(session, number, lock=True)
            await deliveries.end_attempt(
                session, number, begun.attempt, attempted.outcome, attempted.detail, now
            )
            # Who was thought dead may come late: then only that it was brought is news.
            is_latest = delivery.state == "sending" and delivery.attempts == begun.attempt
            if not is_latest and attempted.outcome != "brought":
                return delivery.state
            # A pause that is asked for uses no attempt of the job.
            last = (last and attempted.retry_after is None) or begun.attempt >= MOST_ATTEMPTS
            state = self._state_after(begun.channel, attempted, last)
            await deliveries.set_state(
                session, number, state, now, due_ms=due_ms, reference=attempted.reference
            )
        return state

    def _state_after(self, channel: Channel, attempted: Attempted, last: bool) -> State:
        match attempted.outcome:
            case "brought":
                return "sent"
            case "refused":
                return "failed"
            case "unsure" if last or not self._may_repeat(channel):
                return "unsure"
            case "later" if last:
                return "failed"
        return "queued"

    def _may_repeat(self, channel: Channel) -> bool:
        return channel.keeps_keys or self._repeats

    async def _known(self, session: AsyncSession, number: int, *, lock: bool = False) -> Delivery:
        delivery = await deliveries.get(session, number, lock=lock)
        if delivery is None or delivery.channel not in self._channels:
            raise NoSuchDelivery(f"there is no delivery {number}, or its channel is not known here")
        return delivery


def _message(delivery: Delivery, address: str) -> Message:
    return Message(
        key=f"notification-{delivery.notification}-{delivery.channel}",
        notification=delivery.notification,
        user=delivery.user,
        address=address,
        kind=delivery.kind,
        title=delivery.title,
        body=delivery.body,
    )
