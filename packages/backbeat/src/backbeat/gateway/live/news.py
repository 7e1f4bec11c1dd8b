"""News of a queue: what is told of one happening, with data and without."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from backbeat import Queue, State
from backbeat.app import Counts, Event, JobInfo
from backbeat.app.redaction import Redactor
from backbeat.gateway.live.message import Message
from backbeat.gateway.live.ring import Happening, Place
from backbeat.gateway.live.telling import PROGRESS, Facts, describe, describe_queue, in_ms, tell
from backbeat.gateway.service.looking import shown

_QUEUE_EVENTS: Final = {"paused": "queue-paused", "resumed": "queue-resumed"}
_ENDED: Final = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED})
_STARTS_KEPT: Final = 20_000


@dataclass(frozen=True)
class News:
    """What is told of one happening, or of a look at a job.

    Attributes:
        place: Where it is in the ring.
        job_id: The job; empty for the queue.
        at_ms: When it happened.
        ended_ms: When the job ended, where that is what is told.
        kind: As in `Event`; empty for a look.
        sequence: Where to resume after it.
        facts: What is known of the job; None for the queue.
        said: What is told of the queue.
    """

    place: Place
    job_id: str
    at_ms: int
    ended_ms: int | None
    kind: str
    sequence: str
    facts: "tuple[Facts, Facts] | None"
    said: tuple[Message, ...] = ()

    @cached_property
    def with_data(self) -> tuple[Message, ...]:
        """For those who may read results, progress and messages."""
        return self._messages(0)

    @cached_property
    def without_data(self) -> tuple[Message, ...]:
        """For those who may see that it happened."""
        return self._messages(1)

    def _messages(self, which: int) -> tuple[Message, ...]:
        if self.facts is None:
            return self.said
        facts = self.facts[which]
        told = tell(self.kind, facts) if self.kind else describe(facts)
        key = f"{facts.queue}/{self.job_id}"
        return tuple(
            Message(name, fields, self.sequence, key if name == PROGRESS else None)
            for name, fields in told
        )


class NewsDesk:
    """Makes news of one queue out of what happened and what is known."""

    def __init__(self, queue: Queue, redactor: Redactor) -> None:
        """Know nothing yet.

        Args:
            queue: The queue.
            redactor: Takes secrets out of what is told.
        """
        self._queue = queue
        self._redactor = redactor
        self._starts: OrderedDict[str, int] = OrderedDict()

    def note(self, event: Event) -> None:
        """Remember when attempts began: no record of a completed job says it."""
        if event.kind == "active":
            self._starts.update(dict.fromkeys(event.job_ids, event.at_ms))
            while len(self._starts) > _STARTS_KEPT:
                self._starts.popitem(last=False)

    def news_of(self, happening: Happening, info: JobInfo | None) -> News:
        """What is told of something that happened."""
        place, sequence, at_ms = happening.place, happening.sequence, happening.at_ms
        if not happening.job_id:
            name = _QUEUE_EVENTS.get(happening.kind)
            said = () if name is None else (self._of_queue(name, {}, sequence, at_ms),)
            return News(place, "", at_ms, None, happening.kind, sequence, None, said)
        ended_ms = at_ms if happening.kind in _ENDED else None
        facts = self._facts(happening.job_id, at_ms, info)
        return News(place, happening.job_id, at_ms, ended_ms, happening.kind, sequence, facts)

    def state_of(self, job_id: str, place: Place, sequence: str, info: JobInfo | None) -> News:
        """What is told of a job as it is."""
        ended_ms = _ended_ms(info)
        at_ms = round(time.time() * 1000) if ended_ms is None else ended_ms
        facts = self._facts(job_id, at_ms, info)
        return News(place, job_id, at_ms, ended_ms, "", sequence, facts)

    def state_of_queue(self, place: Place, sequence: str, counts: Counts) -> News:
        """What is told of the queue as it is."""
        fields = {"counts": describe_queue(counts), "paused": counts.paused}
        said = self._of_queue("queue-snapshot", fields, sequence, counts.now_ms)
        return News(place, "", counts.now_ms, None, "", sequence, None, (said,))

    def _of_queue(self, name: str, fields: dict[str, object], sequence: str, at_ms: int) -> Message:
        return Message(name, {**fields, "timestamp": at_ms, "queue": self._queue.name}, sequence)

    def _facts(self, job_id: str, at_ms: int, info: JobInfo | None) -> tuple[Facts, Facts]:
        most = None if info is None else info.attempts_allowed(self._queue.handlers)
        seen = None if info is None else shown(info, self._redactor, readable=True)

        def facts(*, with_data: bool) -> Facts:
            return Facts(
                queue=self._queue.name,
                job_id=job_id,
                at_ms=at_ms,
                info=seen,
                started_ms=self._starts.get(job_id),
                max_attempts=most,
                with_data=with_data,
            )

        return facts(with_data=True), facts(with_data=False)


def _ended_ms(info: JobInfo | None) -> int | None:
    return in_ms(info.finished_at) if info is not None and info.state in _ENDED else None
