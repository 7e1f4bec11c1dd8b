"""What one listener follows: a queue or a job, from a place on, live or catching up."""

import time
from typing import Final, Protocol

from backbeat.gateway.live.feed import Feed
from backbeat.gateway.live.message import Message
from backbeat.gateway.live.news import News
from backbeat.gateway.live.outbox import Outbox, Parcel
from backbeat.gateway.live.ring import Place

_PAGE: Final = 100


class Receiver(Protocol):
    """Whose subscription it is.

    Attributes:
        outbox: What waits for it.
    """

    outbox: "Outbox[Topic]"

    def follows(self, queue: str) -> bool:
        """Whether it follows a whole queue."""
        ...

    def put(self, parcel: "Parcel[Topic]") -> bool:
        """Put something into the outbox; if it is full, what is in it is fetched again later."""
        ...

    def wake(self) -> None:
        """Let it look again what there is."""
        ...


class Topic:
    """One subscription.

    Live, it is offered what happens. Behind, it fetches that from the ring as fast as its listener
    takes it, until it is live again. Where the ring does not reach back far enough, it says that
    there is a gap and begins with a snapshot.

    Attributes:
        feed: The queue's events.
        job_id: The one job that it follows; None: the whole queue.
        listener: Who follows.
        with_data: Whether the listener may read data.
        live: Whether it is offered what happens.
    """

    def __init__(
        self, feed: Feed, job_id: str | None, listener: Receiver, *, with_data: bool
    ) -> None:
        """Behind, and owing a snapshot; see `resume`."""
        self.feed = feed
        self.job_id = job_id
        self.listener = listener
        self.with_data = with_data
        self.live = False
        self._place: Place = feed.ring.head
        self._owes_snapshot = True
        self._gap: str | None = None
        # Of the last snapshot: where it was made, and the gap that it told of.
        self._snapshot: tuple[Place | None, str | None] = None, None
        # A snapshot may be ahead of the stream: what led to the end that it told is not told again.
        self._ended_ms: int | None = None

    @property
    def hears_otherwise(self) -> bool:
        """Whether its listener follows the whole queue, too."""
        return self.job_id is not None and self.listener.follows(self.feed.queue.name)

    def resume(self, sequence: str) -> None:
        """Go on after what a client has seen."""
        place = self.feed.ring.find(sequence)
        if place is None:
            self._gap = sequence
        else:
            self._place, self._owes_snapshot = place, False

    def offer(self, news: News) -> None:
        """Take in something that happened."""
        if self.live and news.place > self._place:
            self._place = news.place
            for parcel in self._parcels(news):
                if not self.listener.put(parcel):
                    break

    def fall_behind(self, place: Place) -> None:
        """Fetch again what was in the listener's outbox.

        Args:
            place: The first of it.
        """
        self.live = False
        self._place = place[0], place[1] - 1
        if place == self._snapshot[0]:
            self._owes_snapshot, self._gap = True, self._snapshot[1]

    def lose(self) -> None:
        """Begin anew: what comes does not follow what was told."""
        self.live = False
        if not self._owes_snapshot:
            self._owes_snapshot, self._gap = True, self.feed.ring.last
        self.listener.wake()

    async def catch_up(self) -> None:
        """Put more into the listener's outbox, which is empty, or become live.

        Raises:
            ServerUnavailable: The server cannot be reached or refuses; nothing was put in.
        """
        if not self._owes_snapshot and not self.feed.ring.follows(self._place):
            self._owes_snapshot, self._gap = True, self.feed.ring.last
        if self._owes_snapshot:
            await self._begin_with_snapshot()
            return
        missed = self.feed.ring.after(self._place, self.job_id, _PAGE)
        if not missed:
            self._place, self.live = self.feed.ring.head, True
            return
        for news in await self.feed.news(missed):
            # All of it or nothing: it is fetched again from its place.
            parcels = self._parcels(news)
            if not all(self.listener.outbox.put(parcel) for parcel in parcels):
                break
            self._place = news.place

    async def _begin_with_snapshot(self) -> None:
        feed, gap = self.feed, self._gap
        news = await (feed.look_at_queue() if self.job_id is None else feed.look(self.job_id))
        self._snapshot, self._ended_ms = (news.place, gap), None
        self._owes_snapshot, self._gap, self._place = False, None, news.place
        parcels = self._parcels(news)
        if gap is not None:
            parcels.insert(0, Parcel(self._gap_message(gap, news.sequence), self, news.place))
        for parcel in parcels:
            self.listener.outbox.put(parcel, anyway=True)

    def _parcels(self, news: News) -> list[Parcel["Topic"]]:
        if self.job_id is not None:
            if self._ended_ms is not None and news.at_ms <= self._ended_ms:
                return []
            self._ended_ms = news.ended_ms
        messages = news.with_data if self.with_data else news.without_data
        return [Parcel(message, self, news.place) for message in messages]

    def _gap_message(self, after: str, sequence: str) -> Message:
        about = {} if self.job_id is None else {"jobId": self.job_id}
        now_ms = round(time.time() * 1000)
        fields = {**about, "after": after, "timestamp": now_ms, "queue": self.feed.queue.name}
        return Message("gap", fields, sequence)
