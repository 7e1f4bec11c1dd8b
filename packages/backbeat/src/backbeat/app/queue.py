"""A queue: declares handlers, takes jobs, answers questions about them, and obeys."""

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar, Unpack, overload

from typing_extensions import override

from backbeat.app.batch import BatchDecorator
from backbeat.app.bulk import Book
from backbeat.app.call import JobCall
from backbeat.app.dead import QueueDead
from backbeat.app.decorator import JobDecorator
from backbeat.app.grouping import GroupRule
from backbeat.app.groups import QueueGroups
from backbeat.app.handle import JobHandle
from backbeat.app.handler import Handler
from backbeat.app.home import Home
from backbeat.app.intake import Intake
from backbeat.app.limit_terms import whole_terms
from backbeat.app.lock_name import LockRule
from backbeat.app.options import JobOptions, Plan, check_cost, check_priority
from backbeat.app.partitions import Spread
from backbeat.app.policy import (
    BatchTerms,
    CostRule,
    HandlerOptions,
    Mode,
    Policy,
    PriorityRule,
    QueueOptions,
    choose_mode,
    in_seconds,
)
from backbeat.app.replaying import replay_of
from backbeat.app.results import ANY_RESULT, Result, any_result
from backbeat.app.stub import Stub
from backbeat.app.sync_queue import SyncQueue
from backbeat.engine.ids import check_name
from backbeat.engine.permits.limit_calls import LimitTerms
from backbeat.errors import ConfigurationError, InvalidOption
from backbeat.values import Breaker, Priority, Retry, Seconds, Unique, seconds

A = TypeVar("A")
R = TypeVar("R")


class Queue(Intake):
    """A queue of an application; made by `app.queue`.

    Attributes:
        app: The application.
        name: Its name.
        options: What it was declared with.
        handlers: Its handlers by name, in the order of declaration.
    """

    def __init__(self, app: Home, name: str, options: QueueOptions) -> None:
        """Declare a queue; see `Backbeat.queue`."""
        self.app = app
        self.name = check_name(name, "queue")
        self.declare(options)
        self._handlers: dict[str, Handler[..., Any]] = {}
        self.handlers = MappingProxyType(self._handlers)
        self._book = Book(self, self.handlers)

    def declare(self, options: QueueOptions) -> None:
        """Take the options; `Backbeat.queue` does it.

        Raises:
            InvalidOption: The partitions make no sense, or what is limited over all of them.
            ConfigurationError: It is to be encrypted, and there are no keys.
        """
        if options.encrypted and self.app.keyring is None:
            raise ConfigurationError(
                f"queue {self.name!r} is encrypted: give its keys, Backbeat(keyring=Keyring(...))"
            )
        self.options = options
        count = options.partitions
        self.spread = None if count is None else Spread(self.name, count, options.partition_by)
        self._whole = whole_terms(
            self.name, count, rate=options.rate, max_running=options.max_running
        )

    @property
    def limits(self) -> list[LimitTerms]:
        """The limits outside of the queue that its jobs fall under.

        Raises:
            ConfigurationError: One is not declared.
        """
        shared = [self.app.limit(name).terms for name in self.options.limits]
        return shared if self._whole is None else [self._whole, *shared]

    @cached_property
    def dead(self) -> QueueDead:
        """Its jobs that failed for good, grouped by what they failed of."""
        return QueueDead(self)

    @cached_property
    def groups(self) -> QueueGroups:
        """Its groups: their rules, which can be changed at run time, and what waits in them."""
        return QueueGroups(self)

    @cached_property
    @override
    def sync(self) -> SyncQueue:
        """The same queue for code without an event loop."""
        return SyncQueue(self, self._book)

    def job(
        self,
        name: str | None = None,
        *,
        mode: Mode | None = None,
        retry: Retry | None = None,
        timeout: Seconds | None = None,
        stale_after: Seconds | None = None,
        wait_timeout: Seconds | None = None,
        deadline: Seconds | None = None,
        keep: Seconds | None = None,
        priority: int | PriorityRule = Priority.NORMAL,
        unique: Unique | None = None,
        cache: Seconds | None = None,
        cost: int | CostRule = 1,
        group: GroupRule | None = None,
        breaker: Breaker | None = None,
        max_memory_mb: int | None = None,
        lock: LockRule | None = None,
    ) -> JobDecorator:
        """Make a handler of the function below.

        Args:
            name: Name of its jobs. Defaults to the function's.
            mode: "async" runs a coroutine function as a task, "thread" a function in a thread,
                "process" either in a process of its own. Defaults to "async" for `async def`,
                "thread" for `def`.
            retry: How its jobs are retried. Defaults to the queue's.
            timeout: Longest run of an attempt. Defaults to the queue's.
            stale_after: Running time after which a job is reported as stale. Defaults to the
                queue's.
            wait_timeout: Longest wait before the first start; then the job fails. Defaults to ever.
            deadline: Longest time from enqueue to end; then the job fails. Defaults to ever.
            keep: How long an ended job stays; 0 keeps nothing. Defaults to the queue's rules.
            priority: 0 to 10, larger is more urgent; or a function that gives it, from the
                arguments by name and what `options(context=...)` says. Defaults to NORMAL, 5.
            unique: Which of its jobs are the same; a second one is not taken. Defaults to None.
            cache: A result that is no older than this time stands in for a run with the same
                arguments. Defaults to None.
            cost: What a job takes from the limits that it falls under; or a function that gives it,
                from the arguments by name. Defaults to 1.
            group: Group in whose line its jobs stand, with arguments in braces, such as
                "{tenant}"; or a function that gives it from the arguments by name. Defaults to
                None: they stand in none.
            breaker: When its jobs are held back because too many fail; one `Breaker` with a name
                may be that of several handlers. Defaults to None: never.
            max_memory_mb: MiB its process may grow to; only with mode="process".
            lock: Name of a lock that its jobs hold while they run, over all queues: a template of
                arguments such as "wallet:{wallet}:pnl", or a function of some of them. While
                others hold it the job waits, without using an attempt. Defaults to none.

        Raises:
            ConfigurationError: Mode, function and memory do not go together.
            InvalidOption: An option does not make sense.
        """

        def policy(coroutine: bool, label: str) -> Policy:
            chosen = choose_mode(mode, coroutine=coroutine, label=label)
            if max_memory_mb is not None and (chosen != "process" or max_memory_mb < 1):
                raise ConfigurationError(f"{label}: max_memory_mb= needs mode='process', and 1 MiB")
            return Policy(
                mode=chosen,
                retry=retry or self.options.retry or self.app.retry,
                timeout=_first(timeout, self.options.timeout, self.app.timeout),
                stale_after=_first(stale_after, self.options.stale_after),
                wait_timeout=in_seconds(wait_timeout),
                deadline=in_seconds(deadline),
                keep=in_seconds(keep),
                priority=Priority.NORMAL if callable(priority) else check_priority(priority),
                rule=priority if callable(priority) else None,
                unique=unique,
                cache=in_seconds(cache),
                cost=cost if callable(cost) else check_cost(cost),
                group=group,
                breaker=_checked(breaker),
                max_memory_mb=max_memory_mb,
                lock=lock,
                encryption=self.encrypts,
            )

        if callable(name):
            raise ConfigurationError("a job is declared with parentheses: @queue.job()")
        checked = None if name is None else check_name(name, "job")
        return JobDecorator(self, checked, policy, self.enter)

    def batch(
        self,
        name: str | None = None,
        *,
        size: int,
        min_size: int = 1,
        max_wait: Seconds = 0.1,
        key: Callable[[Any], Hashable] | None = None,
        **options: Unpack[HandlerOptions],
    ) -> BatchDecorator:
        """Make a handler of the function below that gets many jobs in one call.

        The function takes `batch: Batch[Item]` and returns None, or a list with an outcome for
        each job in the order of the batch: a result, `Snooze`, `Cancel`, or an exception, which
        only that job has raised. What it raises itself is the outcome of all. Each job is enqueued
        on its own, with one item.

        A worker gathers jobs in its slots: it has to run `size` at once or more. The time limit
        of a job begins with its claim, so it includes the wait for others.

        Args:
            name: Name of its jobs. Defaults to the function's.
            size: Jobs in one call at most, from 1 to 1,000.
            min_size: Jobs with which a call is made at once. Defaults to 1.
            max_wait: Time after which it is made with fewer. Defaults to 0.1 seconds.
            key: Gives what all items of one call have in common. Defaults to None: nothing.
            **options: See `job`.

        Raises:
            InvalidOption: An option does not make sense.
        """
        if not 1 <= min_size <= size <= 1_000:
            raise InvalidOption(
                f"a batch has 1 <= min_size <= size <= 1000, not {min_size} and {size}"
            )
        terms = BatchTerms(size=size, min_size=min_size, max_wait=seconds(max_wait), key=key)
        return self.job(name, **options).gathering(terms)

    def enter(self, handler: Handler[..., Any]) -> None:
        """Add a handler; `job` does it.

        Raises:
            ConfigurationError: The queue has a handler of this name, or the key of its partitions
                is made of an argument that the handler does not need.
        """
        if handler.name in self._handlers:
            other = self._handlers[handler.name].fn.__qualname__
            raise ConfigurationError(
                f"queue {self.name!r} has a handler {handler.name!r} already: {other}"
            )
        if self.spread is not None:
            self.spread.check(handler.name, handler.arguments.signature.required)
        self._handlers[handler.name] = handler

    @overload
    def stub(self, name: str, arguments: type[A], *, priority: int = ...) -> Stub[A, Any]: ...
    @overload
    def stub(
        self, name: str, arguments: type[A], result: type[R], *, priority: int = ...
    ) -> Stub[A, R]: ...
    @overload
    def stub(
        self, name: str, arguments: type[A], result: Any, *, priority: int = ...
    ) -> Stub[A, Any]: ...
    def stub(
        self, name: str, arguments: Any, result: Any = Any, *, priority: int = Priority.NORMAL
    ) -> Stub[Any, Any]:
        """A typed producer for a handler whose code lives elsewhere.

        Args:
            name: Name of the handler.
            arguments: Type of its arguments as one object, such as a msgspec Struct.
            result: Type of its result. Defaults to any JSON value.
            priority: 0 to 10. Defaults to NORMAL, 5.
        """
        plan = Plan(priority=check_priority(priority), encryption=self.encrypts)
        reader: Result[Any] = Result(result, self.encryption)
        return Stub(self, check_name(name, "job"), arguments, reader, plan)

    def call(self, name: str, data: Any, **options: Unpack[JobOptions]) -> JobCall[Any]:
        """One job by the name of its handler, not enqueued: for `add_many`, or a schedule.

        Where the handler is known here, its arguments are checked; `handler.call(...)` is typed.

        Args:
            name: Name of the handler.
            data: Its arguments: an object of names and values, for handlers with a signature.
            **options: See `JobOptions`.

        Raises:
            InvalidPayload: The data is no JSON, or does not fit the handler.
            InvalidOption: An option does not make sense.
        """
        return self._book.call(name, data, options)

    async def add(self, name: str, data: Any, **options: Unpack[JobOptions]) -> JobHandle[Any]:
        """Put a job into the queue by the name of its handler.

        Where the handler is known here, its arguments are checked; else they are taken as they are.

        Args:
            name: Name of the handler.
            data: Its arguments: an object of names and values, for handlers with a signature.
            **options: See `JobOptions`.

        Raises:
            InvalidPayload: The data is no JSON, or does not fit the handler.
            InvalidOption: An option does not make sense.
            BackbeatError: As `Handler.enqueue`.
        """
        call = self._book.call(name, data, options)
        return await self.submit(name, call.payload, call.plan, call.result)

    async def add_many(
        self, jobs: Iterable[JobCall[Any] | tuple[str, Any]], **options: Unpack[JobOptions]
    ) -> list[JobHandle[Any]]:
        """Put many jobs into the queue, in as few calls as possible.

        All are checked before the first is sent. After an error repeat the same calls with ids.

        Args:
            jobs: What `handler.call(...)` makes, or pairs of a name and data.
            **options: See `JobOptions`, without `id`; for pairs, since calls have their own.

        Returns:
            A handle for each, in their order.

        Raises:
            InvalidPayload: The data of a job is no JSON, or does not fit its handler.
            BackbeatError: As `Handler.enqueue`; a note says how many were added before.
        """
        return await self.submit_many(self._book.calls(jobs, options))

    async def replay(
        self, job_id: str, data: Any = None, *, new_id: str | None = None
    ) -> JobHandle[Any]:
        """Add a job like one that is there, ended or not, to start now; that one stays.

        It has the options that the other was given, and else what its handler says now. It belongs
        to no flow, and no kept result stands in for it.

        Args:
            job_id: The job that is there.
            data: Other arguments. Defaults to None: the same.
            new_id: Its id. Defaults to a new one.

        Raises:
            JobNotFound: It is not in the queue, or was not kept when it ended.
            InvalidPayload: The arguments do not fit the handler.
            InvalidOption: The id is none.
            KeyNotFound: It is encrypted, and its key is not here.
            BackbeatError: As `Handler.enqueue`.
        """
        snapshot = await (await self.client()).get(job_id)
        call = replay_of(self._book, job_id, snapshot, data, new_id)
        return await self.submit(call.name, call.payload, call.plan, call.result)

    def handle(self, job_id: str, result: Result[R] = ANY_RESULT) -> JobHandle[R]:
        """A handle for a job that was enqueued elsewhere. Asks nobody.

        Args:
            job_id: The job.
            result: How its result is read. Defaults to any JSON value; `handler.handle(id)` reads
                it as the handler declares.
        """
        if result is ANY_RESULT:
            return JobHandle(self, job_id, None, any_result(self.app.keyring, self.name))
        return JobHandle(self, job_id, None, result)

    @override
    def payload(self, name: str, data: Any) -> bytes:
        return self._book.payload(name, data)


def _checked(breaker: Breaker | None) -> Breaker | None:
    if breaker is not None and breaker.name:
        check_name(breaker.name, "breaker")
    return breaker


def _first(*durations: Seconds | None) -> float | None:
    """The first duration that is given, in seconds."""
    return next((in_seconds(each) for each in durations if each is not None), None)
