"""All live events of one process: a feed for each queue that is followed, and who listens."""

import asyncio
from collections import Counter
from typing import Any

from backbeat import Queue, ServerUnavailable
from backbeat.gateway.access import Action
from backbeat.gateway.errors import (
    NoEvents,
    NoRoom,
    TooManyListeners,
    TooManySubscriptions,
    Unauthenticated,
)
from backbeat.gateway.live.feed import Feed
from backbeat.gateway.live.limits import LiveLimits
from backbeat.gateway.live.listener import Listener
from backbeat.gateway.live.request import Request
from backbeat.gateway.live.topic import Topic
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.following import Following

# Longer than a storm of thousands who come back: whoever is sent away makes it longer.
_READY_S = 30.0
_SHUTTING_DOWN = "shutting-down"


class Hub:
    """Lets listeners follow queues and jobs of an application.

    Attributes:
        limits: What each may use.
        listeners: Those who are here.
    """

    def __init__(self, following: Following, limits: LiveLimits) -> None:
        """Read nothing yet.

        Args:
            following: Knows who may follow what.
            limits: What each may use.
        """
        self._following = following
        self._feeds: dict[str, Feed] = {}
        self._of_identity: Counter[str] = Counter()
        self.limits = limits
        self.listeners: set[Listener] = set()
        self.closing = False

    def enter(self, listener: Listener) -> None:
        """Take in a listener.

        Raises:
            NoRoom: There are too many, or the gateway shuts down.
            TooManyListeners: Its identity has as many as it may.
        """
        self.check_room()
        if self._of_identity[listener.identity] >= self.limits.per_identity:
            raise TooManyListeners(self.limits.per_identity)
        self._of_identity[listener.identity] += 1
        self.listeners.add(listener)

    def check_room(self) -> None:
        """See whether another listener can be taken in.

        Raises:
            NoRoom: It cannot.
        """
        if self.closing or len(self.listeners) >= self.limits.clients:
            raise NoRoom

    def exit(self, listener: Listener) -> None:
        """Let a listener go; safe to call twice."""
        listener.end("left")
        if listener in self.listeners:
            self.listeners.remove(listener)
            self._of_identity[listener.identity] -= 1
            self._of_identity += Counter()  # forgets those who have none

    async def subscribe(self, listener: Listener, request: Request) -> dict[str, Any]:
        """Let a listener follow a queue or a job, from the place that it names or from now on.

        Returns:
            What it follows, where it begins, and what the queue tells.

        Raises:
            BackbeatError: It may not, it follows enough, or there is nothing to follow.
        """
        queue = await self._find(listener, request)
        name = queue.name, request.job_id
        if name not in listener.topics and len(listener.topics) >= self.limits.subscriptions:
            raise TooManySubscriptions(self.limits.subscriptions)
        if queue.options.events == "none":
            raise NoEvents(queue.name)
        feed = self.feed(queue)
        await _ready(feed)
        with_data = listener.principal.may(Action.READ_DATA, *name)
        topic = Topic(feed, request.job_id, listener, with_data=with_data)
        if request.since is not None:
            topic.resume(request.since)
        if listener.ended:
            raise Unauthenticated
        listener.join(name, topic)
        about = {} if request.job_id is None else {"jobId": request.job_id}
        return {
            "queue": queue.name, **about, "sequence": feed.ring.last, "events": queue.options.events
        }  # fmt: skip

    def feed(self, queue: Queue) -> Feed:
        """The events of a queue, read from the first time that somebody asks for them."""
        if queue.name not in self._feeds:
            self._feeds[queue.name] = Feed(queue, self._following.redactor)
        return self._feeds[queue.name]

    async def unsubscribe(self, listener: Listener, request: Request) -> dict[str, Any]:
        """Let a listener follow something no more.

        Returns:
            Whether it was followed.

        Raises:
            BackbeatError: It may not.
        """
        queue = await self._find(listener, request)
        return {"followed": listener.leave((queue.name, request.job_id))}

    async def close(self) -> None:
        """End all listeners and read no more; safe to call twice."""
        self.closing = True
        for listener in self.listeners:
            listener.end(_SHUTTING_DOWN)
        feeds, self._feeds = self._feeds, {}
        await asyncio.gather(*(feed.close() for feed in feeds.values()))

    async def _find(self, listener: Listener, request: Request) -> Queue:
        caller = Caller(listener.principal)
        if request.queue is None:
            return await self._following.queue_of(caller, request.job_id or "")
        return await self._following.queue(caller, request.queue, request.job_id)


async def _ready(feed: Feed) -> None:
    try:
        async with asyncio.timeout(_READY_S):
            await feed.ready()
    except TimeoutError:
        raise ServerUnavailable(f"no events within {_READY_S:g} s") from None
