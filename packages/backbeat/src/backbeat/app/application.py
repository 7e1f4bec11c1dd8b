"""The application: its queues, what they inherit, and the way to the server."""

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from typing_extensions import override

from backbeat.app.breakers import BreakerControl, BreakerInfo, all_breakers
from backbeat.app.connections import Connections, ServerConnector
from backbeat.app.declarations import Declarations
from backbeat.app.flow import Flow
from backbeat.app.flow_handle import FlowHandle
from backbeat.app.flow_info import FlowInfo
from backbeat.app.flows import find_flow, last_flows
from backbeat.app.holding import TTL
from backbeat.app.keyring import Keyring
from backbeat.app.limit_terms import make_terms
from backbeat.app.limits import Limit
from backbeat.app.lock_info import Locks
from backbeat.app.locks import Lock, Semaphore
from backbeat.app.policy import in_seconds
from backbeat.app.queue import Queue
from backbeat.app.redaction import Redactor
from backbeat.app.registered import registered_queues
from backbeat.app.schedule import Declared
from backbeat.app.schedules import Schedules
from backbeat.app.sync_application import SyncBackbeat
from backbeat.app.vitals import Vitals, read_vitals
from backbeat.config import Settings
from backbeat.errors import ConfigurationError, QueueNotFound
from backbeat.values import NO_RETRY, Keep, Rate, Retry, Seconds

Lifespan = Callable[[], AbstractAsyncContextManager[Any]]


class Backbeat(Declarations):
    """An application: declares queues and handlers, enqueues, asks, and is what workers run.

    Nothing is read, started or connected before the first use. Safe to use from several event
    loops, from threads through `sync`, and after a fork.

    Attributes:
        retry: How jobs are retried where neither queue nor handler says.
        keep: What stays of ended jobs where the queue does not say.
        timeout: Seconds an attempt may run where nothing else says; None: no limit.
        lifespan: Makes what handlers find in `job.state`; entered once per worker process.
        redactor: Takes secrets out of what is shown and told: by the gateway and by alerts.
        keyring: Keys that encrypt what jobs carry; None: none.
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
        keyring: Keyring | None = None,
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
            keyring: Keys for queues that are `encrypted`. Defaults to None: no queue may be.

        Raises:
            ConfigurationError: `settings` is given together with `url` or `namespace`.
        """
        if settings is not None and (url is not None or namespace is not None):
            raise ConfigurationError("settings= has an address and a namespace: give one or other")
        self._settings = settings
        self._overrides = {"url": url, "namespace": namespace}
        self._queues = {}
        self._middlewares = []
        self._limits = {}
        self.retry = retry
        self.keep = keep
        self.timeout = in_seconds(timeout)
        self.lifespan = lifespan
        self.redactor = redactor or Redactor()
        self.keyring = keyring
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

    @cached_property
    def sync(self) -> SyncBackbeat:
        """The same application for code without an event loop."""
        return SyncBackbeat(self)

    @cached_property
    def locks(self) -> Locks:
        """What operators ask about locks and semaphores."""
        return Locks(self)

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
