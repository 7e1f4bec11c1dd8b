"""The last entries of a queue's event stream, in memory: where sockets resume and catch up."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from backbeat.app import Event

# An entry's number in this process, and which of its jobs. Every job of an entry has its own
# place, so that who lost the connection within a batch misses none of it.
Place = tuple[int, int]

_WHOLE_ENTRY: Final = 1_000_000
_SLASH: Final = "/"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to one job, or to the queue.

    Attributes:
        place: Where it is in the ring.
        sequence: Where it is in the stream, for clients: the entry's id, with the number of the
            job where the entry has several.
        kind: As in `Event`.
        job_id: The job; empty where it happened to the queue.
        at_ms: When, in ms since 1970 by the server's clock.
    """

    place: Place
    sequence: str
    kind: str
    job_id: str
    at_ms: int


class Ring:
    """A bounded piece of the stream without holes, the newest entries of it.

    Attributes:
        last: Sequence of the newest entry.
        max_entries: Entries that are held.
    """

    def __init__(self, max_entries: int = 10_000, max_ids: int = 100_000) -> None:
        """Hold nothing yet.

        Args:
            max_entries: Entries that are held. Defaults to what a stream keeps.
            max_ids: Job ids that are held in all.
        """
        self.last = "0-0"
        self.max_entries = max_entries
        self._max_ids = max_ids
        self._entries: deque[Event] = deque()
        self._numbers: dict[str, int] = {}
        # Where each job is in it: thousands resume at once, and each asks for one job.
        self._places: dict[str, list[Place]] = {}
        self._ids = 0
        self._next = 0

    @property
    def head(self) -> Place:
        """After the newest entry."""
        return self._next - 1, _WHOLE_ENTRY

    def add(self, event: Event) -> list[Happening]:
        """Take in the next entry; what happened in it."""
        number, self._next = self._next, self._next + 1
        self._entries.append(event)
        self._numbers[event.id] = number
        for n, job_id in enumerate(event.job_ids):
            self._places.setdefault(job_id, []).append((number, n))
        self._ids += len(event.job_ids)
        self.last = event.id
        while len(self._entries) > self.max_entries or self._ids > self._max_ids:
            self._drop_oldest()
        return list(_happenings(number, event))

    def clear(self) -> None:
        """Forget all: what comes next does not follow what was there."""
        self._entries.clear()
        self._numbers.clear()
        self._places.clear()
        self._ids = 0
        # A number of its own, so that nobody who waits for the next entry takes it for his.
        self._next += 1

    def find(self, sequence: str) -> Place | None:
        """The place that a client names; None where it is not in the ring."""
        entry_id, _, number = sequence.partition(_SLASH)
        found = self._numbers.get(entry_id)
        if found is None:
            return None
        return found, int(number) if number.isdecimal() and len(number) < 7 else _WHOLE_ENTRY

    def follows(self, place: Place) -> bool:
        """Whether everything that came after a place is here."""
        return place >= (self._oldest - 1, _WHOLE_ENTRY)

    def after(self, place: Place, job_id: str | None, limit: int) -> list[Happening]:
        """What happened after a place, the oldest first.

        Args:
            place: The place; `follows` it.
            job_id: Only to this job; None: to all of the queue.
            limit: At most so many.
        """
        found = self._of_all(place) if job_id is None else self._of_job(place, job_id)
        return list(islice(found, limit))

    def _of_all(self, place: Place) -> Iterator[Happening]:
        first = max(place[0], self._oldest)
        for number, event in enumerate(islice(self._entries, first - self._oldest, None), first):
            for happening in _happenings(number, event):
                if happening.place > place:
                    yield happening

    def _of_job(self, place: Place, job_id: str) -> Iterator[Happening]:
        places = self._places.get(job_id, [])
        for number, n in islice(places, bisect_right(places, place), None):
            yield _happening(number, n, self._entries[number - self._oldest])

    @property
    def _oldest(self) -> int:
        return self._next - len(self._entries)

    def _drop_oldest(self) -> None:
        oldest = self._entries.popleft()
        self._ids -= len(oldest.job_ids)
        for job_id in oldest.job_ids:
            places = self._places[job_id]
            del places[0]
            if not places:
                del self._places[job_id]
        del self._numbers[oldest.id]


def _happenings(number: int, event: Event) -> Iterator[Happening]:
    for n in range(len(event.job_ids) or 1):
        yield _happening(number, n, event)


def _happening(number: int, n: int, event: Event) -> Happening:
    sequence = f"{event.id}{_SLASH}{n}" if len(event.job_ids) > 1 else event.id
    job_id = event.job_ids[n] if event.job_ids else ""
    return Happening((number, n), sequence, event.kind, job_id, event.at_ms)
