"""The application: its queues, what they inherit, and the way to the server."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self, TypeVar, Unpack

from typing_extensions import override

from backbeat.app.breakers import BreakerControl, BreakerInfo, all_breakers
from backbeat.app.call import JobCall
from backbeat.app.connections import Connections, ServerConnector
from backbeat.app.flow import Flow
from backbeat.app.flow_handle import FlowHandle
from backbeat.app.flow_info import FlowInfo
from backbeat.app.flows import find_flow, last_flows
from backbeat.app.grouping import Groups
from backbeat.app.holding import TTL
from backbeat.app.home import Home, Middleware
from backbeat.app.kin import Call
from backbeat.app.limit_terms import make_terms
from backbeat.app.limits import Limit
from backbeat.app.lock_info import Locks
from backbeat.app.locks import Lock, Semaphore
from backbeat.app.policy import Events, PartitionBy, QueueOptions, in_seconds
from backbeat.app.queue import Queue
from backbeat.app.redaction import Redactor
from backbeat.app.registered import registered_queues
from backbeat.app.schedule import Declared, ScheduleOptions, prepare_schedule
from backbeat.app.schedules import Schedules
from backbeat.app.scripts import Scripts
from backbeat.app.sync_application import SyncBackbeat
from backbeat.app.tracing import carry_with
from backbeat.app.vitals import Vitals, read_vitals
from backbeat.config import Settings
from backbeat.engine.ids import check_name
from backbeat.errors import ConfigurationError, QueueNotFound
from backbeat.schedules.rule import Rule
from backbeat.values import NO_RETRY, Keep, Rate, Retry, Seconds

M = TypeVar("M", bound=Middleware)
Lifespan = Callable[[], AbstractAsyncContextManager[Any]]


class Backbeat(Home):
    """An application: declares queues and handlers, enqueues, asks, and is what workers run.

    Nothing is read, started or connected before the first use. Safe to use from several event
    loops, from threads through `sync`, and after a fork.

    Attributes:
        retry: How jobs are retried where neither queue nor handler says.
        keep: What stays of ended jobs where the queue does not say.
        timeout: Seconds an attempt may run where nothing else says; None: no limit.
        lifespan: Makes what handlers find in `job.state`; entered once per worker process.
        redactor: Takes secrets out of what is shown and told: by the gateway and by alerts.
        connections: The way to the server.
        schedules: Its schedules: what the code declares, and commands for all that there are.
        declared_schedules: Those that the code declares, by name.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        namespace: str | None = None,
        settings: Settings | None = None,
        retry: Retry = NO_RETRY,
        keep: Keep = Keep(),  # noqa: B008 - frozen
        timeout: Seconds | None = None,
        lifespan: Lifespan | None = None,
        redactor: Redactor | None = None,
    ) -> None:
        """Declare an application.

        Args:
            url: Address of the server. Defaults to the settings', else to an embedded server.
            namespace: Prefix of every key. Defaults to the settings', else to "bb".
            settings: All settings, instead of the project's file and the environment.
            retry: How jobs are retried. Defaults to not at all.
            keep: What stays of ended jobs. Defaults to counts and ages, see `Keep`.
            timeout: Longest run of an attempt. Defaults to no limit.
            lifespan: Makes an async context manager whose value is `job.state`.
            redactor: Knows which secrets there are in what is shown and told. Defaults to one that
                knows the usual names and looks.

        Raises:
            ConfigurationError: `settings` is given together with `url` or `namespace`.
        """
        if settings is not None and (url is not None or namespace is not None):
            raise ConfigurationError("settings= has an address and a namespace: give one or other")
        self._settings = settings
        self._overrides = {"url": url, "namespace": namespace}
        self._queues: dict[str, Queue] = {}
        self._middlewares: list[Middleware] = []
        self._limits: dict[str, Limit] = {}
        self.retry = retry
        self.keep = keep
        self.timeout = in_seconds(timeout)
        self.lifespan = lifespan
        self.redactor = redactor or Redactor()
        self.connections = Connections(lambda: ServerConnector(self.settings))
        self.declared_schedules = Declared()
        self.schedules = Schedules(self, self.declared_schedules)

    @cached_property
    def settings(self) -> Settings:
        """The settings, gathered at the first use.

        Raises:
            ConfigurationError: A setting does not fit.
        """
        return self._settings or Settings.load(**self._overrides)

    @property
    def queues(self) -> Mapping[str, Queue]:
        """All declared queues by name, in the order of declaration."""
        return MappingProxyType(self._queues)

    @property
    def limits(self) -> Mapping[str, Limit]:
        """All declared limits by name, in the order of declaration."""
        return MappingProxyType(self._limits)

    @property
    @override
    def middlewares(self) -> tuple[Middleware, ...]:
        """What runs around every handler, the outermost first."""
        return tuple(self._middlewares)

    @cached_property
    def sync(self) -> SyncBackbeat:
        """The same application for code without an event loop."""
        return SyncBackbeat(self)

    @cached_property
    def locks(self) -> Locks:
        """What operators ask about locks and semaphores."""
        return Locks(self)

    def queue(
        self,
        name: str,
        *,
        concurrency: int | None = None,
        max_running: int | None = None,
        max_jobs: int | None = None,
        rate: Rate | None = None,
        max_stalled: int = 3,
        retry: Retry | None = None,
        keep: Keep | None = None,
        timeout: Seconds | None = None,
        stale_after: Seconds | None = None,
        events: Events = "default",
        weight: int = 1,
        partitions: int | None = None,
        partition_by: PartitionBy | None = None,
        groups: Groups | None = None,
        limits: Sequence[str] = (),
        reserved: int = 0,
        pool: str | None = None,
        ageing: Seconds | None = None,
    ) -> Queue:
        """Declare a queue, or get a declared one by its name alone.

        Limits and retention become the server's when a worker of the queue starts, or with
        `await queue.configure()`.

        Args:
            name: Letters, digits and `._-`.
            concurrency: Jobs at once in each worker process. Defaults to the worker's.
            max_running: Jobs at once over all workers. Defaults to no limit.
            max_jobs: Jobs it may hold; more are refused with `QueueFull`. Defaults to no limit.
            rate: How much may start in a time over all workers, `Rate(100, per=1)`; jobs count with
                their `cost`. What it holds back uses no attempt. Defaults to no limit.
            max_stalled: How often a job may lose its worker; the next time it fails. Defaults to 3.
            retry: How its jobs are retried. Defaults to the application's.
            keep: What stays of ended jobs. Defaults to the application's.
            timeout: Longest run of an attempt. Defaults to the application's.
            stale_after: Running time after which a job is reported as stale. Defaults to never.
            events: What its event stream tells: "none", "default", or "all" for also each start.
            weight: Share of a worker's slots against its other queues. Defaults to 1.
            partitions: Spread the jobs over so many partitions, 2 to 256, each in a slot of its own
                in a cluster. `max_jobs` must be a multiple: each partition gets its part. Never
                changed while there are jobs. Defaults to none.
            partition_by: Makes the key of a job: jobs with the same key are in the same partition,
                in their order. A template over arguments, as in "{wallet}", a function of all
                arguments as JSON has them, or "group": the group of the job. Defaults to its id.
            groups: What each of its groups may that has no rules of its own. Defaults to no limits.
            limits: Names of limits that its jobs share with other queues, see `limit`. Defaults to
                none.
            reserved: Slots of each worker that only this queue may use, busy or not. Defaults to 0.
            pool: Name of the pool of workers that is meant for it: `backbeat worker --pool` takes
                jobs of the queues of one pool only. Defaults to None.
            ageing: How long a job has to wait to be as urgent as one of the next level, so that no
                level starves another. Defaults to None: levels are strict.

        Raises:
            InvalidOption: An option does not make sense.
            ConfigurationError: The queue is declared already, with other options.
        """
        options = QueueOptions(
            concurrency=concurrency, max_running=max_running, max_jobs=max_jobs, rate=rate,
            max_stalled=max_stalled, retry=retry, keep=keep, timeout=timeout,
            stale_after=stale_after, events=events, weight=weight,
            partitions=partitions, partition_by=partition_by, groups=groups,
            limits=tuple(limits),
            reserved=reserved, pool=None if pool is None else check_name(pool, "pool"),
            ageing=ageing,
        )  # fmt: skip
        known = self._queues.get(name)
        if known is None:
            known = self._queues[name] = Queue(self, name, options)
        elif known.options == QueueOptions() and not known.handlers:
            known.declare(options)  # so far it was only mentioned
        elif options not in (known.options, QueueOptions()):
            raise ConfigurationError(
                f"queue {name!r} is declared already with other options: declare it once, and use"
                f" app.queue({name!r}) elsewhere"
            )
        return known

    async def queue_names(self) -> list[str]:
        """The names of all queues on the server, sorted; those that only others declare, too."""
        found = await registered_queues(await self.connections.open())
        for name, spreading in found.items():
            if spreading is not None and name not in self._queues:
                count, by = spreading
                self.queue(name, partitions=count, partition_by=by)
        return list(found)

    async def known_queue(self, name: str) -> Queue:
        """A queue that is on the server, declared here or not.

        Raises:
            QueueNotFound: There is none of this name.
        """
        if name not in (known := await self.queue_names()):
            raise QueueNotFound(name, known)
        return self.queue(name)

    async def known_queues(self) -> list[Queue]:
        """Every queue that is on the server, declared here or not, by name."""
        return [self.queue(name) for name in await self.queue_names()]

    def flow(self, flow_id: str | None = None) -> Flow:
        """A new flow: jobs of any queues of the application, some of which wait for others.

        Args:
            flow_id: Letters, digits and `._-`; the same id is one flow. Defaults to a new one.

        Raises:
            InvalidOption: The id has other characters.
        """
        return Flow(self, self.queue, flow_id)

    @override
    def place(self, call: Call[Any], job_id: str) -> str:
        """The engine's queue for a job of this id: the queue itself, or one of its partitions."""
        spread = self.queue(call.queue).spread
        if spread is None:
            return call.queue
        plan = replace(call.plan, job_id=job_id, cached=False, unique=None)
        return spread.place(call.name, plan, call.payload)[0]

    async def flow_of(self, flow_id: str, home: str | None = None) -> FlowHandle:
        """The handle of a flow that was started elsewhere.

        Args:
            flow_id: The flow.
            home: The queue that keeps its record. Defaults to None: all are asked.

        Raises:
            FlowNotFound: No queue knows it.
        """
        return await find_flow(self, self.queue, flow_id, home)

    async def flows(self, limit: int = 50) -> list[FlowInfo]:
        """The flows that were started last, the newest first.

        Args:
            limit: At most so many, and never more than 200.
        """
        return await last_flows(self, limit)

    def lock(self, name: str, *, ttl: Seconds = TTL, timeout: Seconds | None = None) -> Lock:
        """A lock that one holder at a time has, over all processes. Asks nobody yet.

        Use it as `async with app.lock(name) as lock:`, or by `acquire` and `release`. Each call
        gives another holder.

        Args:
            name: Any text, such as "wallet:9xQe:pnl". One name is one lock.
            ttl: How long the server keeps it for a holder that is silent; a living holder extends
                it in the background. Defaults to 30 s.
            timeout: Longest wait for it. Defaults to ever.

        Raises:
            InvalidOption: The name is empty or too long, or the time does not make sense.
        """
        return Lock(self, name, ttl=ttl, timeout=timeout)

    def semaphore(
        self, name: str, *, limit: int, ttl: Seconds = TTL, timeout: Seconds | None = None
    ) -> Semaphore:
        """A slot of something that a few may have at once, over all processes. Asks nobody yet.

        Args:
            name: Any text. Locks, semaphores and limits of one name are one thing.
            limit: How many may hold it at once; who asks last says how many.
            ttl: See `lock`.
            timeout: Longest wait for a slot. Defaults to ever.

        Raises:
            InvalidOption: The name is empty or too long, or a number does not make sense.
        """
        return Semaphore(self, name, limit=limit, ttl=ttl, timeout=timeout)

    @override
    def limit(
        self,
        name: str,
        *,
        rate: Rate | None = None,
        max_running: int | None = None,
    ) -> Limit:
        """Declare a limit that queues share, or get a declared one by its name alone.

        Queues fall under it with `app.queue(name, limits=[...])`, other code with `wait`.

        Args:
            name: Any text, such as "openai".
            rate: How many in a time, in a sliding window or, with `Rate(burst=...)`, out of a
                bucket. Defaults to any number.
            max_running: How many jobs at once, over all queues. Defaults to any number.

        Raises:
            InvalidOption: A number does not make sense.
            ConfigurationError: It is declared already, with other numbers; or not at all.
        """
        known = self._limits.get(name)
        if rate is None and max_running is None:
            if known is None:
                raise ConfigurationError(
                    f"limit {name!r} is not declared: app.limit({name!r}, rate=Rate(100, per=1))"
                )
            return known
        terms = make_terms(name, rate=rate, max_running=max_running)
        if known is not None and known.terms != terms:
            raise ConfigurationError(f"limit {name!r} is declared already with other numbers")
        self._limits[name] = known or Limit(self, terms)
        return self._limits[name]

    def rate_gate(self, name: str, *, rate: Rate) -> Limit:
        """A gate that lets so many pass in a time, over all processes. Asks nobody yet.

        Use it as `await gate.wait()`, or `try_take()`.

        Args:
            name: Any text. Gates, limits and semaphores of one name are one thing.
            rate: How many in a time; who asks last says how many.

        Raises:
            InvalidOption: A number does not make sense.
        """
        return Limit(self, make_terms(name, rate=rate, max_running=None))

    def schedule(
        self, name: str, rule: Rule, call: JobCall[Any], **options: Unpack[ScheduleOptions]
    ) -> None:
        """Declare a schedule: jobs at given times, made by whichever worker is there.

        It becomes the server's when a worker of its queue starts, or with
        `await app.schedules.sync()`. Taken out of the code it stays on the server, which a worker
        that starts says in its log: `await app.schedules.remove(name)` ends it.

        Args:
            name: Letters, digits and `._-`; at most 80.
            rule: What `cron`, `every` or `at` makes.
            call: The job that it makes, by `handler.call(...)`.
            **options: See `ScheduleOptions`.

        Raises:
            InvalidOption: An option does not make sense.
            ConfigurationError: A schedule of this name is declared already.
        """
        schedule = prepare_schedule(name, rule, call, options, declared=True)
        self.declared_schedules.enter(schedule)

    def scripts(self, folder: Path, name: str) -> Scripts:
        """Scripts of your own, to run as one atomic step each on the server of the jobs.

        Args:
            folder: Each `.lua` file in it is a script; those of its folder `includes` are
                functions. See `backbeat.lua` for their headers.
            name: Tells their keys from those of others: letters, digits and `._-`.

        Raises:
            InvalidOption: The name is none, or the folder has no script.
            LuaError: A header is wrong.
        """
        return Scripts(self, folder, name)

    def middleware(self, function: M) -> M:
        """Run `function` around every handler; the first declared is the outermost.

        Args:
            function: `async def middleware(job, call_next)`; calls `await call_next()` once and
                returns its result, or something else instead.
        """
        self._middlewares.append(function)
        return function

    def trace(self, tracer_provider: Any = None) -> None:
        """Follow jobs with OpenTelemetry: a span for each attempt, under who enqueued its job.

        Jobs that this process enqueues carry the present context; call it where jobs are enqueued
        and where they run. Without it nothing of OpenTelemetry is used, and nothing costs.

        Args:
            tracer_provider: Makes the spans. Defaults to the global one.

        Raises:
            ConfigurationError: opentelemetry-api is not installed: `backbeat[telemetry]`.
        """
        try:
            from backbeat.telemetry.tracing import Tracing
        except ImportError as error:
            raise ConfigurationError(
                f"traces need {error.name}: pip install backbeat[telemetry]"
            ) from error
        tracing = Tracing(tracer_provider)
        carry_with(tracing.carry)
        self._middlewares.insert(0, tracing.around)

    def breaker(self, name: str) -> BreakerControl:
        """A circuit breaker by its name, to look at, open or close by hand. Asks nobody.

        Args:
            name: As declared in `Breaker`, else "queue.handler".

        Raises:
            InvalidOption: No breaker can have this name.
        """
        return BreakerControl(name, self.connections)

    async def breakers(self) -> list[BreakerInfo]:
        """Every circuit breaker that a worker has used, by name."""
        return await all_breakers(self.connections)

    async def metrics(self) -> str:
        """What is measured of all queues, in the text format of Prometheus.

        Read from the store, so any process answers for all workers; serve it as
        `text/plain; version=0.0.4`.

        Raises:
            ConfigurationError: prometheus-client is not installed: `backbeat[telemetry]`.
            ServerUnavailable: The server cannot be reached.
        """
        from backbeat.app.metrics import exposition  # who asks for no metrics does not pay for them

        connection = await self.connections.open()
        return await exposition(await self.known_queues(), connection.transport)

    async def vitals(self, names: Iterable[str]) -> dict[str, Vitals]:
        """How worker processes are: memory, processor, and whether their loop stood still.

        Args:
            names: Of workers, as `Queue.workers` gives them.

        Returns:
            Vitals by name; a worker that has said nothing for 90 seconds is left out.

        Raises:
            ServerUnavailable: The server cannot be reached.
        """
        connection = await self.connections.open()
        return await read_vitals(connection.transport, connection.namespace, names)

    async def connect(self) -> None:
        """Connect now rather than at the first use, to hear at once of what is wrong.

        Raises:
            ConfigurationError: The settings do not fit.
            ServerUnavailable: The server cannot be reached.
        """
        await (await self.connections.open()).transport.execute("PING")

    async def close(self) -> None:
        """Close the connections of this event loop, and those of `sync`; safe to call twice.

        Using the application afterwards connects again.
        """
        await self.connections.close()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @override
    def __repr__(self) -> str:
        return f"<Backbeat {', '.join(self._queues) or 'without queues'}>"
