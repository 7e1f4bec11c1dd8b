"""Somebody who listens: what they follow, and what waits for them."""

import asyncio
from typing import Final

from backbeat import BackbeatError
from backbeat.gateway.access import Action, Credentials, Principal
from backbeat.gateway.live.limits import LiveLimits
from backbeat.gateway.live.message import Message
from backbeat.gateway.live.outbox import Outbox, Parcel
from backbeat.gateway.live.topic import Topic

# A queue and one of its jobs, or None for the whole queue.
Name = tuple[str, str | None]

_BATCH: Final = 32
_PAUSE_S: Final = 0.5


class Listener:
    """One socket or one stream.

    Attributes:
        credentials: What it came with.
        principal: Who it is.
        identity: Their name when they came, by which they are counted.
        topics: What it follows.
        outbox: What waits for it.
        ended: Why it gets nothing more; None while it does.
    """

    def __init__(self, credentials: Credentials, principal: Principal, limits: LiveLimits) -> None:
        """Follow nothing yet."""
        self.credentials = credentials
        self.principal = principal
        self.identity = principal.name
        self.topics: dict[Name, Topic] = {}
        self.outbox: Outbox[Topic] = Outbox(limits.buffer, limits.buffer_bytes)
        self.ended: str | None = None
        self._wake = asyncio.Event()

    def follows(self, queue: str) -> bool:
        """Whether it follows a whole queue."""
        return (queue, None) in self.topics

    def join(self, name: Name, topic: Topic) -> None:
        """Follow something; what was followed under this name is replaced."""
        self.leave(name)
        self.topics[name] = topic
        topic.feed.join(topic)
        self._wake.set()

    def leave(self, name: Name) -> bool:
        """Follow something no more; False if it was not followed."""
        topic = self.topics.pop(name, None)
        if topic is not None:
            topic.feed.leave(topic)
        return topic is not None

    def end(self, reason: str) -> None:
        """Get nothing more; safe to call twice."""
        self.ended = self.ended or reason
        for name in list(self.topics):
            self.leave(name)
        self.outbox.clear()
        self._wake.set()

    def regrant(self, principal: Principal) -> None:
        """Take another grant, and stop following what it does not cover."""
        self.principal = principal
        for (queue, job_id), topic in list(self.topics.items()):
            topic.with_data = principal.may(Action.READ_DATA, queue, job_id)
            if not principal.may(Action.VIEW, queue, job_id):
                self.leave((queue, job_id))

    def put(self, parcel: Parcel[Topic]) -> bool:
        """Put something into the outbox; if it is full, what is in it is fetched again later."""
        fits = self.outbox.put(parcel)
        if not fits:
            firsts: dict[Topic, Parcel[Topic]] = {}
            for each in [*self.outbox.clear(), parcel]:
                firsts.setdefault(each.sender, each)
            for topic, first in firsts.items():
                topic.fall_behind(first.place)
        self._wake.set()
        return fits

    def wake(self) -> None:
        """Let `has_news` look again."""
        self._wake.set()

    async def has_news(self) -> bool:
        """Wait until there may be something to take; False at the end."""
        while not (self.ended or self.outbox or self._behind()):
            self._wake.clear()
            await self._wake.wait()
        return self.ended is None

    async def take(self) -> list[Message]:
        """What is there now, the oldest first; may be nothing."""
        if not self.outbox:
            await self._catch_up()
        return [each.message for each in self.outbox.take(_BATCH) if self._wants(each.sender)]

    async def _catch_up(self) -> None:
        topic = self._behind()
        if topic is None:
            return
        try:
            await topic.catch_up()
        except BackbeatError:
            # The feed says it in the log; here it is only tried again.
            await asyncio.sleep(_PAUSE_S)

    def _behind(self) -> Topic | None:
        return next((topic for topic in self.topics.values() if not topic.live), None)

    def _wants(self, topic: Topic) -> bool:
        return self.topics.get((topic.feed.queue.name, topic.job_id)) is topic
