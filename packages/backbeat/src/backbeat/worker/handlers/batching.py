"""How the jobs of a batch handler are run: gathered, then one call for all, an outcome for each."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from backbeat.app.batch import ITEM, Batch
from backbeat.app.handler import Handler
from backbeat.app.home import Middleware
from backbeat.app.job import Job, set_current
from backbeat.worker.attempt.run import Run
from backbeat.worker.attempt.terms import Terms
from backbeat.worker.handlers.calling import Calling
from backbeat.worker.handlers.routine import Pools

if TYPE_CHECKING:
    from backbeat.app.policy import BatchTerms
    from backbeat.worker.handlers.injection import Values

_NOBODY: Final = object()


@dataclass(slots=True, eq=False)
class _Gathering:
    """Jobs that will be run in one call."""

    items: list[Any] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    places: list[asyncio.Future[Any]] = field(default_factory=list)
    timer: asyncio.TimerHandle | asyncio.Handle | None = None

    def take(self, job: Job, item: Any, place: "asyncio.Future[Any]") -> None:
        self.items.append(item)
        self.jobs.append(job)
        self.places.append(place)

    def drop(self, place: "asyncio.Future[Any]") -> None:
        """Its job was stopped before the call."""
        at = self.places.index(place)
        del self.items[at], self.jobs[at], self.places[at]

    def stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class BatchRoutine:
    """How the jobs of one batch handler are run; see `Routine`.

    A job that gathers uses a slot: a worker needs as many as a call shall have jobs. A job that is
    stopped meanwhile leaves; one that is stopped during the call is ignored when it ends, and the
    call itself is stopped when nobody waits for it any more.
    """

    def __init__(
        self, handler: Handler[..., Any], middlewares: Sequence[Middleware], pools: Pools
    ) -> None:
        """Gather nothing yet."""
        assert handler.policy.batch is not None
        self.terms = Terms.of(handler)
        self.title = f"job {handler.name}"
        self._batch: BatchTerms = handler.policy.batch
        self._decode = handler.decode_arguments
        self._parameter = handler.batch_parameter
        self._blocking = handler.mode == "thread"
        self._middlewares = tuple(reversed(middlewares))
        self._pools = pools
        self._calling = Calling(handler)
        self._open: dict[Hashable, _Gathering] = {}
        self._calls: set[asyncio.Task[None]] = set()

    async def run(self, run: Run) -> None:
        """Run one attempt and tell its home how it ended; never raises."""
        try:
            value = await self.answer(run)
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises is its outcome
            run.home.raised(run, error)
        else:
            run.home.returned(run, value)

    async def answer(self, run: Run) -> Any:
        """What the call makes of this job, through all that runs around it; see `Routine`."""
        set_current(run.job)
        call: Callable[[], Awaitable[Any]] = partial(self._join, run)
        for middleware in self._middlewares:
            call = partial(middleware, run.job, call)
        return await call()

    async def _join(self, run: Run) -> Any:
        item = self._decode(run.record.payload)[ITEM]
        key = _NOBODY if self._batch.key is None else self._batch.key(item)
        gathering = self._open.setdefault(key, _Gathering())
        loop = asyncio.get_running_loop()
        place: asyncio.Future[Any] = loop.create_future()
        gathering.take(run.job, item, place)
        have = len(gathering.places)
        if have >= self._batch.size:
            self._call(key)
        elif have >= self._batch.min_size:
            # With the end of this turn, so that jobs of the same claim come along.
            gathering.stop_timer()
            gathering.timer = loop.call_soon(loop.call_soon, self._call, key, gathering)
        elif gathering.timer is None:
            gathering.timer = loop.call_later(self._batch.max_wait, self._call, key, gathering)
        try:
            return await place
        finally:
            if self._open.get(key) is gathering and place in gathering.places:
                gathering.drop(place)

    def _call(self, key: Hashable, expected: _Gathering | None = None) -> None:
        gathering = self._open.get(key)
        if gathering is None or expected not in {None, gathering}:
            return  # it was called with the last job that it took
        del self._open[key]
        gathering.stop_timer()
        if gathering.places:
            task = asyncio.create_task(self._serve(gathering), name=f"batch {self.terms.name}")
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
            left = set(gathering.places)
            for place in gathering.places:
                place.add_done_callback(partial(_leave, left, task))

    async def _serve(self, gathering: _Gathering) -> None:
        try:
            answers = await self._answers(Batch(gathering.items, gathering.jobs))
        except asyncio.CancelledError:
            for place in gathering.places:
                place.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it is the outcome of each of the jobs
            answers = [error] * len(gathering.places)
        for place, answer in zip(gathering.places, answers, strict=True):
            if place.done():
                continue
            if isinstance(answer, Exception):
                place.set_exception(answer)
            else:
                place.set_result(answer)

    async def _answers(self, batch: Batch[Any]) -> Sequence[Any]:
        arguments = {self._parameter: batch}
        if self._blocking:
            answers = await self._in_thread(batch.jobs[0], arguments)
        else:
            answers = await self._calling.in_loop(batch.jobs[0], arguments)
        if answers is None:
            return [None] * len(batch)
        if not isinstance(answers, Sequence) or len(answers) != len(batch):
            raise TypeError(
                f"{self.terms.name} has to answer with None or with {len(batch)} outcomes, one for"
                f" each job, not with {answers!r:.100}"
            )
        return answers

    async def _in_thread(self, job: Job, arguments: dict[str, Any]) -> Any:
        async with AsyncExitStack() as stack:
            injection = self._calling.injection
            values: Values = {} if injection is None else await injection.prepare(stack)
            work = partial(self._calling.blocking, job, arguments, values)
            return await self._pools.threads.call(work)


def _leave(
    left: "set[asyncio.Future[Any]]", task: "asyncio.Task[None]", place: "asyncio.Future[Any]"
) -> None:
    left.discard(place)
    if not left and place.cancelled():
        task.cancel()
