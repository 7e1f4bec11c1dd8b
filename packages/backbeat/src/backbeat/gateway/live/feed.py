"""One queue's events in this process: read once, told to all who follow."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from backbeat import BackbeatError, JobNotFound, Queue, ServerUnavailable
from backbeat.app import Event, Gap, JobInfo, QueueEvents
from backbeat.app.redaction import Redactor
from backbeat.gateway.live.news import News, NewsDesk
from backbeat.gateway.live.ring import Happening, Ring

_log = logging.getLogger(__name__)
_OLDEST: Final = "0-0"
_AT_ONCE: Final = 100
_PAUSE_S: Final = 0.5


class Follower(Protocol):
    """Who is offered what happens.

    Attributes:
        job_id: The one job; None: the whole queue.
    """

    job_id: str | None

    @property
    def hears_otherwise(self) -> bool:
        """Whether what happens to the job is told in another way."""
        ...

    def offer(self, news: News) -> None:
        """Take in something that happened."""
        ...

    def lose(self) -> None:
        """Begin anew: what comes does not follow what was told."""
        ...


class Feed:
    """Reads the stream of a queue and offers what happens to the followers who are live.

    It reads only as fast as it tells, so the stream itself is the buffer: who is too slow for it
    meets a gap there, and all of them begin anew with a snapshot.

    Attributes:
        queue: The queue.
        ring: The last entries.
    """

    def __init__(self, queue: Queue, redactor: Redactor) -> None:
        """Read nothing yet.

        Args:
            queue: The queue.
            redactor: Takes secrets out of what is told.
        """
        self.queue = queue
        self.ring = Ring()
        self._desk = NewsDesk(queue, redactor)
        self._jobs: dict[str, set[Follower]] = {}
        self._whole: set[Follower] = set()
        self._ready = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    async def ready(self) -> None:
        """Wait until what happened before is in the ring: what comes from now on is news."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read(), name=f"live {self.queue.name}")
        await self._ready.wait()

    async def close(self) -> None:
        """Stop reading; safe to call twice."""
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()
            await asyncio.wait([reading])

    def join(self, topic: Follower) -> None:
        """Offer to a topic from now on."""
        if topic.job_id is None:
            self._whole.add(topic)
        else:
            self._jobs.setdefault(topic.job_id, set()).add(topic)

    def leave(self, topic: Follower) -> None:
        """Offer to a topic no more; safe to call twice."""
        if topic.job_id is None:
            self._whole.discard(topic)
        elif topics := self._jobs.get(topic.job_id):
            topics.discard(topic)
            if not topics:
                del self._jobs[topic.job_id]

    async def news(self, happenings: Iterable[Happening]) -> list[News]:
        """What there is to tell about each, with the jobs as they are now.

        Raises:
            ServerUnavailable: The server cannot be reached or refuses.
        """
        return await asyncio.gather(*(self._one_news(each) for each in happenings))

    async def look(self, job_id: str) -> News:
        """A job as it is now, as news at the head of the ring.

        Raises:
            ServerUnavailable: The server cannot be reached or refuses.
        """
        place, sequence = self.ring.head, self.ring.last
        return self._desk.state_of(job_id, place, sequence, await self._info(job_id))

    async def look_at_queue(self) -> News:
        """How many jobs are in each state, as news at the head of the ring.

        Raises:
            ServerUnavailable: The server cannot be reached or refuses.
        """
        place, sequence = self.ring.head, self.ring.last
        return self._desk.state_of_queue(place, sequence, await self.queue.counts())

    async def _read(self) -> None:
        while True:
            try:
                async with self.queue.events() as now:
                    newest = now.position or _OLDEST
                async with self.queue.events(since=_OLDEST) as events:
                    await self._follow(events, newest)
            except BackbeatError as error:
                self._complain("events", error)
                await asyncio.sleep(_PAUSE_S)

    async def _follow(self, events: QueueEvents, newest: str) -> None:
        while True:
            if not self._ready.is_set() and _reached(events.position or _OLDEST, newest):
                self._ready.set()
            event = await self._next(events)
            if isinstance(event, Gap):
                self._begin_anew()
                self._ready.set()
            else:
                await self._take_in(event)

    async def _next(self, events: QueueEvents) -> Event | Gap:
        """It goes on where it was, so nothing is missed over an outage."""
        while True:
            try:
                return await anext(events)
            except BackbeatError as error:
                self._complain("events", error)
                await asyncio.sleep(_PAUSE_S)

    async def _take_in(self, event: Event) -> None:
        happenings = self.ring.add(event)
        self._desk.note(event)
        wanted = [each for each in happenings if self._whole or each.job_id in self._jobs]
        for first in range(0, len(wanted), _AT_ONCE):
            for news in await self._news_at_last(wanted[first : first + _AT_ONCE]):
                for topic in list(self._audience(news.job_id)):
                    topic.offer(news)

    async def _news_at_last(self, happenings: list[Happening]) -> list[News]:
        """An end is told whatever happens to the server meanwhile."""
        while True:
            try:
                return await self.news(happenings)
            except BackbeatError as error:
                self._complain("jobs", error)
                await asyncio.sleep(_PAUSE_S)

    def _audience(self, job_id: str) -> Iterator[Follower]:
        yield from self._whole
        yield from (each for each in self._jobs.get(job_id, ()) if not each.hears_otherwise)

    async def _one_news(self, happening: Happening) -> News:
        info = await self._info(happening.job_id) if happening.job_id else None
        return self._desk.news_of(happening, info)

    async def _info(self, job_id: str) -> JobInfo | None:
        try:
            return await self.queue.get(job_id)
        except JobNotFound:
            return None
        except ServerUnavailable:
            raise
        except Exception:  # noqa: BLE001 - whatever is in one job, of the others is told
            _log.warning("job %s of %s cannot be read", job_id, self.queue.name, exc_info=True)
            return None

    def _complain(self, what: str, error: BackbeatError) -> None:
        _log.warning("%s of %s cannot be read: %s", what, self.queue.name, error)

    def _begin_anew(self) -> None:
        self.ring.clear()
        for topics in [self._whole, *self._jobs.values()]:
            for topic in topics:
                topic.lose()


def _reached(position: str, newest: str) -> bool:
    """Whether a place in the stream, or in that of every partition, is not before another."""
    pairs = zip(_parts(position), _parts(newest), strict=False)
    return all(here >= there for here, there in pairs)


def _parts(position: str) -> list[tuple[int, int]]:
    # Of a queue with partitions the first part is the newest entry of any.
    parts = position.split("|")
    return [_numbers(part) for part in (parts[1:] or parts)]


def _numbers(entry_id: str) -> tuple[int, int]:
    ms, _, number = entry_id.partition("-")
    return int(ms), int(number or 0)
