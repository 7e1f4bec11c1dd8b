"""Takes intents: written down in one transaction, then given to the queues."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.clock import Clock, now_ms
from arena.services.notifications.channels.channel import Channel
from arena.services.notifications.model.deliveries import State, first_state
from arena.services.notifications.model.kinds import IN_APP, Intent, Kinds
from arena.services.notifications.store import people, recording


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an intent.

    Attributes:
        notification: Its number.
        repeated: Whether this was told already: then nothing was done.
        queued: Numbers of the deliveries that shall be brought, by channel.
    """

    notification: int
    repeated: bool
    queued: Mapping[str, int] = field(default_factory=dict)


class Recorder:
    """Writes intents down."""

    def __init__(
        self, kinds: Kinds, channels: Mapping[str, Channel], *, clock: Clock = now_ms
    ) -> None:
        """Write nothing yet."""
        self._kinds = kinds
        self._channels = channels
        self._clock = clock

    async def record(self, session: AsyncSession, intent: Intent) -> Told:
        """Write an intent down in a transaction of the caller's.

        Raises:
            UnknownKind: Nobody declared its kind.
            BadTemplate: Its fields do not fit.
        """
        kind, now = self._kinds[intent.kind], self._clock()
        notification = await recording.record(session, intent, now)
        if notification is None:
            return Told(await recording.recorded(session, intent), repeated=True)
        wishes = await people.wishes(session, intent.user)
        reachable = await self._reachable(session, intent.user)
        states: dict[str, State] = {
            channel: first_state(kind, channel, wishes, reachable) for channel in kind.channels
        }
        if states.get(IN_APP) == "queued" and IN_APP not in self._channels:
            # Nobody is told live: what is in the inbox has arrived.
            states[IN_APP] = "sent"
        queued = await recording.record_deliveries(session, notification, intent, kind, states, now)
        return Told(notification, repeated=False, queued=queued)

    async def _reachable(self, session: AsyncSession, user: str) -> set[str]:
        known = await people.addresses(session, user)
        free = {name for name, channel in self._channels.items() if not channel.needs_address}
        return {IN_APP, *free, *known}
