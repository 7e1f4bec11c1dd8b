"""All live events of one process: a feed for each queue that is followed, and who listens."""

import asyncio
from collections.abc import Iterable
from typing import Any

from backbeat import Backbeat, BackbeatError, JobNotFound, Queue
from backbeat.gateway.access import Action
from backbeat.gateway.live.feed import Feed
from backbeat.gateway.live.limits import LiveLimits
from backbeat.gateway.live.listener import Listener
from backbeat.gateway.live.refusal import Refused
from backbeat.gateway.live.request import Request
from backbeat.gateway.live.topic import Topic

_READY_S = 10.0
_SHUTTING_DOWN = "shutting-down"


class Hub:
    """Lets listeners follow queues and jobs of an application.

    Attributes:
        limits: What each may use.
        listeners: Those who are here.
    """

    def __init__(self, app: Backbeat, limits: LiveLimits) -> None:
        """Read nothing yet."""
        self._app = app
        self._feeds: dict[str, Feed] = {}
        self.limits = limits
        self.listeners: set[Listener] = set()
        self.closing = False

    def enter(self, listener: Listener) -> None:
        """Take in a listener.

        Raises:
            Refused: There are too many, or the gateway shuts down.
        """
        self.check_room()
        self.listeners.add(listener)

    def check_room(self) -> None:
        """See whether another listener can be taken in.

        Raises:
            Refused: It cannot.
        """
        if self.closing:
            raise Refused("unavailable", "the gateway shuts down: connect again in a second")
        if len(self.listeners) >= self.limits.clients:
            raise Refused("too-many-clients", "this gateway has no room: connect again later")

    def exit(self, listener: Listener) -> None:
        """Let a listener go; safe to call twice."""
        listener.end("left")
        self.listeners.discard(listener)

    async def subscribe(self, listener: Listener, request: Request) -> dict[str, Any]:
        """Let a listener follow a queue or a job, from the place that it names or from now on.

        Returns:
            What it follows, where it begins, and what the queue tells.

        Raises:
            Refused: It may not, or it cannot be done.
        """
        queue = await self._find(listener, request)
        name = queue.name, request.job_id
        if name not in listener.topics and len(listener.topics) >= self.limits.subscriptions:
            raise Refused(
                "too-many-subscriptions",
                f"one connection follows at most {self.limits.subscriptions}: unsubscribe first",
            )
        if queue.options.events == "none":
            raise Refused("no-events", f"queue {queue.name} tells nothing: declare its events")
        feed = self.feed(queue)
        await _ready(feed)
        with_data = listener.principal.may(Action.READ_DATA, *name)
        topic = Topic(feed, request.job_id, listener, with_data=with_data)
        if request.since is not None:
            topic.resume(request.since)
        if listener.ended:
            raise Refused("unauthorized", "connect again")
        listener.join(name, topic)
        about = {} if request.job_id is None else {"jobId": request.job_id}
        return {
            "queue": queue.name, **about, "sequence": feed.ring.last, "events": queue.options.events
        }  # fmt: skip

    def feed(self, queue: Queue) -> Feed:
        """The events of a queue, read from the first time that somebody asks for them."""
        return self._feeds.setdefault(queue.name, Feed(queue))

    async def unsubscribe(self, listener: Listener, request: Request) -> dict[str, Any]:
        """Let a listener follow something no more.

        Returns:
            Whether it was followed.

        Raises:
            Refused: It may not.
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
        if request.queue is None:
            return await self._find_queue_of(listener, request.job_id or "")
        # Asked before anything is looked up: who may not see it does not learn whether it exists.
        if not listener.principal.may(Action.VIEW, request.queue, request.job_id):
            raise Refused("forbidden", f"you may not follow this in queue {request.queue}")
        queue = self._app.queues.get(request.queue)
        if queue is None:
            raise Refused("unknown-queue", f"there is no queue {request.queue}")
        return queue

    async def _find_queue_of(self, listener: Listener, job_id: str) -> Queue:
        may = listener.principal.may
        visible = [q for q in self._app.queues.values() if may(Action.VIEW, q.name, job_id)]
        if len(visible) == 1:
            return visible[0]
        queue = await _queue_with(visible, job_id)
        if queue is None:
            raise Refused("unknown-job", "no queue that you may see has this job: name its queue")
        return queue


async def _ready(feed: Feed) -> None:
    try:
        async with asyncio.timeout(_READY_S):
            await feed.ready()
    except TimeoutError:
        raise Refused("unavailable", "the server does not answer: try again") from None


async def _queue_with(queues: Iterable[Queue], job_id: str) -> Queue | None:
    for queue in queues:
        try:
            await queue.get(job_id)
        except JobNotFound:
            continue
        except BackbeatError:
            raise Refused("unavailable", "the server does not answer: try again") from None
        return queue
    return None
