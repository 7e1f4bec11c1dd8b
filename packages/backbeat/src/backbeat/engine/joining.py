"""Adds of async callers, joined: what gathers while a call is in flight goes in the next one."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, Final, Protocol, cast

from typing_extensions import override

from backbeat.engine.batches import Batch, cut, fill
from backbeat.engine.bulk import tell_progress
from backbeat.engine.calls.enqueue import Added, NewJob, enqueue_args, parse_enqueue
from backbeat.engine.room import Room
from backbeat.engine.session import PATIENCE_S, Session
from backbeat.errors import BackbeatError, QueueFull
from backbeat.lua import Arg

MAX_PENDING: Final = 100_000

# One bulk call is under way while the next is being prepared; more ahead would gain nothing.
_BULK_AHEAD: Final = 2


class _Call(Protocol):
    """Jobs of one script call and who waits for them."""

    deadline: float

    @property
    def jobs(self) -> Sequence[NewJob]:
        """The jobs."""

    async def send(self, joiner: "Joiner") -> None:
        """Bring the jobs to the queue and tell who waits."""

    def fail(self, error: BaseException) -> None:
        """Tell who waits that it came to nothing."""


class Joiner:
    """Brings jobs to one queue with one script call in flight.

    A caller that is cancelled before its job was sent takes it back; after that the add goes on.
    """

    def __init__(
        self, session: Session, *, patience: float = PATIENCE_S, max_pending: int = MAX_PENDING
    ) -> None:
        """Nothing is sent yet.

        Args:
            session: Numbers the calls.
            patience: Seconds from joining after which an add is given up. Defaults to 60.
            max_pending: Jobs that may wait in memory; further callers wait. Defaults to 100,000.
        """
        self._session = session
        self._patience = patience
        self._room = Room(max_pending)
        self._calls: deque[_Call] = deque()
        self._open: _Joined | None = None
        self._pump: asyncio.Task[None] | None = None

    async def add(self, job: NewJob) -> Added:
        """Add one job.

        Raises:
            QueueFull: The queue holds as many jobs as it may.
            OutcomeUnknown: Sent, and never answered.
            BackbeatError: The server cannot be reached or refused.
        """
        if not self._room.try_take():
            await self._room.take()
        joined = self._open
        if joined is None or not joined.take(job):
            joined = self._open = _Joined(time.monotonic() + self._patience)
            joined.take(job)
            self._enter(joined)
        return await joined.place()

    async def add_many(self, jobs: Sequence[NewJob]) -> list[Added]:
        """Add jobs, in calls of at most 500.

        Returns:
            What became of each, in their order.

        Raises:
            BackbeatError: As `add`; its `bulk` says what became of each. Repeating the same jobs is
                safe.
        """
        answers: list[Added] = []
        under_way: deque[_Bulk] = deque()
        whole = _Whole()
        try:
            for part in cut(jobs):
                await self._room.take(len(part))
                under_way.append(self._enter_bulk(part, whole))
                if len(under_way) >= _BULK_AHEAD:
                    answers += await under_way[0].answers
                    under_way.popleft()
            while under_way:
                answers += await under_way[0].answers
                under_way.popleft()
        except BackbeatError as error:
            broken = len(under_way[0].jobs) if under_way else 0
            tell_progress(error, jobs, answered=len(answers), under_way=broken)
            raise
        finally:
            for bulk in under_way:
                bulk.answers.cancel()
        return answers

    async def flush(self) -> None:
        """Wait until what was added before is answered, or given up."""
        while self._pump is not None:
            await asyncio.wait([self._pump])

    async def enqueue(
        self, jobs: Sequence[NewJob], deadline: float, args: Sequence[Arg] | None = None
    ) -> list[Added]:
        """One script call."""
        tail = enqueue_args(jobs) if args is None else args
        reply = await self._session.call("enqueue", tail, deadline=deadline)
        return parse_enqueue(reply, jobs)

    def _enter_bulk(self, jobs: Sequence[NewJob], whole: "_Whole") -> "_Bulk":
        bulk = _Bulk(jobs, whole, time.monotonic() + self._patience)
        # Later adds must not overtake it.
        self._open = None
        self._enter(bulk)
        return bulk

    def _enter(self, call: _Call) -> None:
        self._calls.append(call)
        if self._pump is None:
            # A task starts with the next turn of the loop: until then adds gather.
            self._pump = asyncio.create_task(self._send_all(), name="backbeat: adds")

    async def _send_all(self) -> None:
        try:
            while self._calls:
                call = self._calls.popleft()
                if call is self._open:
                    self._open = None
                await self._send(call)
        finally:
            self._pump = self._open = None
            while self._calls:
                call = self._calls.popleft()
                call.fail(asyncio.CancelledError())
                self._room.give(len(call.jobs))

    async def _send(self, call: _Call) -> None:
        places = len(call.jobs)
        try:
            await call.send(self)
        except asyncio.CancelledError as error:
            call.fail(error)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the callers must hear of it
            call.fail(error)
        finally:
            self._room.give(places)


class _Joined(_Call):
    """Jobs of several callers."""

    __slots__ = ("_batch", "_places", "deadline")

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self._batch = Batch()
        self._places: list[asyncio.Future[Added]] = []

    @property
    @override
    def jobs(self) -> Sequence[NewJob]:
        return self._batch.jobs

    def take(self, job: NewJob) -> bool:
        """Take the job in; False if the call would become too large."""
        return self._batch.take(job)

    def place(self) -> "asyncio.Future[Added]":
        """Where the answer to the job that was taken in last will be."""
        future: asyncio.Future[Added] = asyncio.get_running_loop().create_future()
        self._places.append(future)
        return future

    @override
    async def send(self, joiner: Joiner) -> None:
        wanted = [
            (job, place)
            for job, place in zip(self.jobs, self._places, strict=True)
            if not place.done()
        ]
        if not wanted:
            return
        jobs = [job for job, _ in wanted]
        for (_, place), answer in zip(wanted, await self._fill(joiner, jobs), strict=True):
            if place.done():
                continue
            if isinstance(answer, QueueFull):
                place.set_exception(answer)
            else:
                place.set_result(answer)

    @override
    def fail(self, error: BaseException) -> None:
        for place in self._places:
            _fail(place, error)

    async def _fill(self, joiner: Joiner, jobs: Sequence[NewJob]) -> list[Added | QueueFull]:
        steps = fill(jobs)
        part = next(steps)
        while True:
            outcome = await self._try(joiner, part)
            try:
                part = steps.send(outcome)
            except StopIteration as end:
                return cast("list[Added | QueueFull]", end.value)

    async def _try(self, joiner: Joiner, jobs: Sequence[NewJob]) -> list[Added] | QueueFull:
        try:
            return await joiner.enqueue(jobs, self.deadline)
        except QueueFull as error:
            return error


class _Whole:
    """What the calls of one list of jobs share: after a failure none of them is sent any more."""

    broken = False


class _Bulk(_Call):
    """Jobs of one caller.

    Attributes:
        answers: What became of each.
    """

    __slots__ = ("_args", "_jobs", "_whole", "answers", "deadline")

    def __init__(self, jobs: Sequence[NewJob], whole: _Whole, deadline: float) -> None:
        self._jobs = jobs
        self._whole = whole
        self.deadline = deadline
        # Built here, while the call before is still under way.
        self._args = enqueue_args(jobs)
        self.answers: asyncio.Future[list[Added]] = asyncio.get_running_loop().create_future()

    @property
    @override
    def jobs(self) -> Sequence[NewJob]:
        return self._jobs

    @override
    async def send(self, joiner: Joiner) -> None:
        if self._whole.broken or self.answers.done():
            self.answers.cancel()
            return
        answers = await joiner.enqueue(self._jobs, self.deadline, self._args)
        if not self.answers.done():
            self.answers.set_result(answers)

    @override
    def fail(self, error: BaseException) -> None:
        self._whole.broken = True
        _fail(self.answers, error)


def _fail(place: "asyncio.Future[Any]", error: BaseException) -> None:
    if place.done():
        return
    if isinstance(error, asyncio.CancelledError):
        place.cancel()
    else:
        place.set_exception(error)
