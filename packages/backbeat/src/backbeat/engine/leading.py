"""Adds of threads, joined: one thread leads and brings what the others put beside its own."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from backbeat.engine.batches import Batch
from backbeat.engine.calls.enqueue import Added, NewJob
from backbeat.engine.transport.forks import after_fork

Send = Callable[[Sequence[NewJob], float], "Sequence[Added | Exception]"]


class _Place:
    """One caller's job and what became of it; or the word that the caller has to lead."""

    __slots__ = ("answer", "job", "leads", "since", "turn")

    def __init__(self, job: NewJob) -> None:
        self.job = job
        self.since = time.monotonic()
        self.leads = False
        self.answer: Added | Exception | None = None
        self.turn = threading.Event()


class Leading:
    """Joins the adds of many threads into calls that one of them makes at a time.

    A leader makes one call, which holds its own job, and hands over to the next in line.
    """

    def __init__(self, send: Send, unknown: Callable[[], Exception]) -> None:
        """Nobody leads yet.

        Args:
            send: Makes one call for jobs; given the time since which the first of them waits.
            unknown: Abandons a call that was interrupted; the error for those who waited for it.
        """
        self._send = send
        self._unknown = unknown
        self._mutex = threading.Lock()
        self._line: deque[_Place] = deque()
        self._led = False
        after_fork(self._start_over)

    def add(self, job: NewJob) -> Added:
        """Add one job, alone or beside those of other threads."""
        place = _Place(job)
        if not self._enter(place):
            self._wait(place)
        if place.leads:
            self._lead()
        answer = place.answer
        if isinstance(answer, Exception):
            raise answer
        assert answer is not None
        return answer

    def _enter(self, place: _Place) -> bool:
        """Line up; True if nobody leads, so that this one does at once."""
        with self._mutex:
            self._line.append(place)
            place.leads = not self._led
            self._led = True
            return place.leads

    def _wait(self, place: _Place) -> None:
        try:
            place.turn.wait()
        except BaseException:
            self._leave(place)
            raise

    def _leave(self, place: _Place) -> None:
        """Its thread was interrupted: it must not be waited for, and must not keep the lead."""
        with self._mutex:
            if place in self._line:
                self._line.remove(place)
            leads = place.leads and place.answer is None
        if leads:
            self._hand_over()

    def _lead(self) -> None:
        places: list[_Place] = []
        answers: Sequence[Added | Exception] = []
        try:
            self._gather(places)
            answers = self._send([place.job for place in places], places[0].since)
        except Exception as error:  # noqa: BLE001 - whatever it is, the callers must hear of it
            answers = [error] * len(places)
        except BaseException:
            # Only this thread was interrupted; the others may have been served or not.
            answers = [self._unknown()] * len(places)
            raise
        finally:
            for place, answer in zip(places, answers, strict=True):
                place.answer = answer
                place.turn.set()
            self._hand_over()

    def _gather(self, places: list[_Place]) -> None:
        batch = Batch()
        with self._mutex:
            while self._line and batch.take(self._line[0].job):
                places.append(self._line.popleft())

    def _hand_over(self) -> None:
        with self._mutex:
            self._led = bool(self._line)
            if self._line:
                self._line[0].leads = True
                self._line[0].turn.set()

    def _start_over(self) -> None:
        self._mutex = threading.Lock()
        self._line.clear()
        self._led = False
