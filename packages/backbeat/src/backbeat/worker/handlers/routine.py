"""How the jobs of one handler are run; decided once, so that nothing unused costs anything."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from backbeat.app.handler import Handler
from backbeat.app.home import Middleware
from backbeat.app.job import set_current
from backbeat.errors import Throttled
from backbeat.values import Cancel, Snooze
from backbeat.worker.attempt.judge import Encoded, RemoteError
from backbeat.worker.attempt.run import Run
from backbeat.worker.attempt.terms import Terms
from backbeat.worker.handlers.calling import Calling
from backbeat.worker.pools.frames import (
    Declined,
    Ended,
    LogLine,
    Order,
    Progress,
    Raised,
    Snoozed,
    Throttling,
)
from backbeat.worker.pools.processes import ProcessPool
from backbeat.worker.pools.threads import ThreadPool

if TYPE_CHECKING:
    from backbeat.worker.handlers.injection import Values

Runner = Callable[[Run], Coroutine[Any, Any, None]]

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pools:
    """Where handlers run that are not coroutines."""

    threads: ThreadPool
    processes: ProcessPool


class Routine:
    """How the jobs of one handler are run.

    Attributes:
        terms: The rules that they run by.
        run: Runs one attempt and tells its home how it ended; never raises.
        title: Name of its tasks.
    """

    def __init__(
        self, handler: Handler[..., Any], middlewares: Sequence[Middleware], pools: Pools
    ) -> None:
        """Choose how the handler's jobs are run."""
        self.terms = Terms.of(handler)
        self.title = f"job {handler.name}"
        self.run: Runner = self._run_plain
        self._handler = handler
        self._fn = handler.fn
        self._decode = handler.decode_arguments
        self._middlewares = tuple(reversed(middlewares))
        self._pools = pools
        self._calling = Calling(handler)
        self._invoke = self._choose()

    def _choose(self) -> Callable[[Run], Awaitable[Any]]:
        handler = self._handler
        if self._middlewares or handler.dependencies or handler.mode != "async":
            self.run = self._run_general
        elif handler.wants_job:
            self.run = self._run_with_job
        if handler.mode == "process":
            return self._in_process
        return self._in_thread if handler.mode == "thread" else self._in_loop

    async def _run_plain(self, run: Run) -> None:
        set_current(run.job)
        try:
            value = await self._fn(**self._decode(run.record.payload))
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises is its outcome
            run.home.raised(run, error)
        else:
            run.home.returned(run, value)

    async def _run_with_job(self, run: Run) -> None:
        set_current(run.job)
        try:
            value = await self._fn(run.job, **self._decode(run.record.payload))
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises is its outcome
            run.home.raised(run, error)
        else:
            run.home.returned(run, value)

    async def _run_general(self, run: Run) -> None:
        try:
            value = await self.answer(run)
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises is its outcome
            run.home.raised(run, error)
        else:
            run.home.returned(run, value)

    async def answer(self, run: Run) -> Any:
        """What the handler and all that runs around it make of an attempt; raises as they do."""
        set_current(run.job)
        call = partial(self._invoke, run)
        for middleware in self._middlewares:
            call = partial(middleware, run.job, call)
        return await call()

    async def _in_loop(self, run: Run) -> Any:
        return await self._calling.in_loop(run.job, self._decode(run.record.payload))

    async def _in_thread(self, run: Run) -> Any:
        arguments = self._decode(run.record.payload)
        async with AsyncExitStack() as stack:
            injection = self._calling.injection
            values: Values = {} if injection is None else await injection.prepare(stack)
            work = partial(self._calling.blocking, run.job, arguments, values)
            return await self._pools.threads.call(work)

    async def _in_process(self, run: Run) -> Any:
        ceiling = self._handler.policy.max_memory_mb
        ended = await self._pools.processes.call(
            _order(self._handler, run),
            report=partial(_report, run),
            flaggable=run.let_ask,
            max_bytes=None if ceiling is None else ceiling * _MIB,
        )
        return _outcome(ended)


class Refusal:
    """Stands in for the handler of a job that cannot be run here; see `Routine`."""

    def __init__(self, name: str, error: Exception) -> None:
        """Refuse the jobs of that name with that error."""
        self.terms = Terms(name)
        self.title = f"job {name}"
        self._error = error

    async def run(self, run: Run) -> None:
        """Tell the home of the run that there was no handler."""
        run.home.raised(run, self._error)


def _order(handler: Handler[..., Any], run: Run) -> Order:
    job = run.job
    return Order(
        module=handler.fn.__module__,
        function=handler.fn.__qualname__,
        payload=bytes(run.payload),
        id=job.id,
        name=job.name,
        queue=job.queue,
        attempt=job.attempt,
        attempts=job.attempts,
        fence=job.fence,
        created_ms=job.created_ms,
        trace=dict(job.trace) if job.trace else None,
        lock_fence=job.lock_fence,
    )


def _report(run: Run, words: Progress | LogLine) -> None:
    if isinstance(words, Progress):
        run.home.progress(run.job, words.content)
    else:
        run.home.log(run.job, words.line)


def _outcome(ended: Ended) -> Encoded | Snooze | Cancel | Throttled:
    match ended:
        case Raised():
            raise RemoteError(ended)
        case Snoozed():
            return Snooze(ended.delay)
        case Declined():
            return Cancel(ended.reason)
        case Throttling():
            return Throttled(ended.limit, retry_after=ended.retry_after)
        case _:
            return Encoded(ended.result)
