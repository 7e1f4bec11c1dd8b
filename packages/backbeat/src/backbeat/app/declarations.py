"""What code declares of an application: queues, limits, schedules, what runs around jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, Unpack

from typing_extensions import override

from backbeat.app.call import JobCall
from backbeat.app.grouping import Groups
from backbeat.app.home import Home, Middleware
from backbeat.app.kin import Call
from backbeat.app.limit_terms import make_terms
from backbeat.app.limits import Limit
from backbeat.app.policy import Events, PartitionBy, QueueOptions
from backbeat.app.queue import Queue
from backbeat.app.schedule import Declared, ScheduleOptions, prepare_schedule
from backbeat.app.scripts import Scripts
from backbeat.app.tracing import carry_with
from backbeat.engine.ids import check_name
from backbeat.errors import ConfigurationError
from backbeat.schedules.rule import Rule
from backbeat.values import Keep, Rate, Retry, Seconds

M = TypeVar("M", bound=Middleware)


class Declarations(Home):
    """Takes in what is declared; nothing is sent, started or connected.

    Attributes:
        declared_schedules: The schedules, by name.
    """

    declared_schedules: Declared
    _queues: dict[str, Queue]
    _middlewares: list[Middleware]
    _limits: dict[str, Limit]

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
        encrypted: bool | None = None,
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
            encrypted: Whether arguments and results are stored so that only processes with the keys
                of `Backbeat(keyring=...)` can read them. Defaults to None: they are not, and where
                another process has declared that they are, nothing is added from here.

        Raises:
            InvalidOption: An option does not make sense.
            ConfigurationError: The queue is declared already, with other options; or it is to be
                encrypted, and there are no keys.
        """
        options = QueueOptions(
            concurrency=concurrency, max_running=max_running, max_jobs=max_jobs, rate=rate,
            max_stalled=max_stalled, retry=retry, keep=keep, timeout=timeout,
            stale_after=stale_after, events=events, weight=weight,
            partitions=partitions, partition_by=partition_by, groups=groups,
            limits=tuple(limits),
            reserved=reserved, pool=None if pool is None else check_name(pool, "pool"),
            ageing=ageing, encrypted=encrypted,
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

    @override
    def place(self, call: Call[Any], job_id: str) -> str:
        """The engine's queue for a job of this id: the queue itself, or one of its partitions."""
        spread = self.queue(call.queue).spread
        if spread is None:
            return call.queue
        plan = replace(call.plan, job_id=job_id, cached=False, unique=None)
        return spread.place(call.name, plan, call.payload)[0]
