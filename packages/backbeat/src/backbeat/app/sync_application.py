"""The application for code without an event loop."""

from functools import cached_property
from types import TracebackType
from typing import Protocol, Self

from typing_extensions import override

from backbeat.app.breakers import BreakerInfo
from backbeat.app.flow_info import FlowInfo
from backbeat.app.holding import TTL
from backbeat.app.home import Home
from backbeat.app.limits import Limit
from backbeat.app.locks import Lock, Semaphore
from backbeat.app.queue import Queue
from backbeat.app.schedule import Declared
from backbeat.app.schedule_search import ScheduleHome
from backbeat.app.sync_breakers import SyncBreakerControl, all_breakers_sync
from backbeat.app.sync_flow import SyncFlow
from backbeat.app.sync_flow_handle import SyncFlowHandle
from backbeat.app.sync_flows import find_flow_sync, last_flows_sync
from backbeat.app.sync_limits import SyncLimit
from backbeat.app.sync_locks import SyncLock
from backbeat.app.sync_queue import SyncQueue
from backbeat.app.sync_schedules import SyncSchedules
from backbeat.values import Rate, Seconds


class Application(Home, ScheduleHome, Protocol):
    """An application, as its synchronous face sees it.

    Attributes:
        declared_schedules: The schedules that the code declares.
    """

    declared_schedules: Declared

    @override
    def queue(self, name: str) -> Queue:
        """See `Backbeat.queue`."""

    def lock(self, name: str, *, ttl: Seconds = TTL, timeout: Seconds | None = None) -> Lock:
        """See `Backbeat.lock`."""

    def semaphore(
        self, name: str, *, limit: int, ttl: Seconds = TTL, timeout: Seconds | None = None
    ) -> Semaphore:
        """See `Backbeat.semaphore`."""

    @override
    def limit(self, name: str) -> Limit:
        """See `Backbeat.limit`."""

    def rate_gate(self, name: str, *, rate: Rate) -> Limit:
        """See `Backbeat.rate_gate`."""


class SyncBackbeat:
    """An application for code without an event loop; made by `app.sync`. Safe for threads."""

    def __init__(self, app: Application) -> None:
        """Do what `app` does."""
        self._app = app

    def queue(self, name: str) -> SyncQueue:
        """The synchronous face of a queue."""
        return self._app.queue(name).sync

    def flow(self, flow_id: str | None = None) -> SyncFlow:
        """See `Backbeat.flow`."""
        return SyncFlow(self._app, self._app.queue, flow_id)

    def flow_of(self, flow_id: str, home: str | None = None) -> SyncFlowHandle:
        """See `Backbeat.flow_of`."""
        return find_flow_sync(self._app, self._app.queue, flow_id, home)

    def flows(self, limit: int = 50) -> list[FlowInfo]:
        """See `Backbeat.flows`."""
        return last_flows_sync(self._app, limit)

    def lock(self, name: str, *, ttl: Seconds = TTL, timeout: Seconds | None = None) -> SyncLock:
        """See `Backbeat.lock`; use it as `with app.sync.lock(name) as lock:`."""
        return self._app.lock(name, ttl=ttl, timeout=timeout).sync

    def semaphore(
        self, name: str, *, limit: int, ttl: Seconds = TTL, timeout: Seconds | None = None
    ) -> SyncLock:
        """See `Backbeat.semaphore`."""
        return self._app.semaphore(name, limit=limit, ttl=ttl, timeout=timeout).sync

    def limit(self, name: str) -> SyncLimit:
        """A declared limit; see `Backbeat.limit`."""
        return self._app.limit(name).sync

    def rate_gate(self, name: str, *, rate: Rate) -> SyncLimit:
        """See `Backbeat.rate_gate`."""
        return self._app.rate_gate(name, rate=rate).sync

    def breaker(self, name: str) -> SyncBreakerControl:
        """See `Backbeat.breaker`."""
        return SyncBreakerControl(name, self._app.connections)

    def breakers(self) -> list[BreakerInfo]:
        """See `Backbeat.breakers`."""
        return all_breakers_sync(self._app.connections)

    @cached_property
    def schedules(self) -> SyncSchedules:
        """The schedules; see `Backbeat.schedules`."""
        return SyncSchedules(self._app, self._app.declared_schedules)

    def connect(self) -> None:
        """Connect now rather than at the first use; see `Backbeat.connect`."""
        self._app.connections.open_sync().transport.execute("PING")

    def close(self) -> None:
        """Close the connections of code without a loop; safe to call twice."""
        self._app.connections.close_sync()

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
