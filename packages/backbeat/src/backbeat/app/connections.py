"""The connections of an application: one transport per event loop, one for code without a loop.

Nothing connects before it is used. A forked child leaves its parent's connections alone and makes
its own.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, Generic, Protocol, TypeVar

from backbeat.config import Settings
from backbeat.engine.calls.reply import Reply, items, number
from backbeat.engine.client import QueueClient
from backbeat.engine.keys import QueueKeys
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.permits.sync_client import SyncPermitClient
from backbeat.engine.relay import Relay
from backbeat.engine.sync_client import SyncQueueClient
from backbeat.engine.sync_relay import SyncRelay
from backbeat.engine.transport.base import SyncTransport, Transport
from backbeat.engine.transport.forks import after_fork, keep_unused
from backbeat.engine.transport.multiplexed import ANSWER_TIMEOUT_S, MultiplexedTransport
from backbeat.engine.transport.opening import open_sync_transport, open_transport
from backbeat.engine.transport.resend import LONGEST_PAUSE_S
from backbeat.engine.transport.sync import ThreadTransport
from backbeat.engine.transport.target import Target
from backbeat.errors import BackbeatError
from backbeat.server import EmbeddedServer, connect_target
from backbeat.server import Target as Found

# So long the difference between two clocks is good for.
_TIME_SECONDS: Final = 600.0

Clock = Callable[[], int]
T = TypeVar("T")
C = TypeVar("C")
L = TypeVar("L")
P = TypeVar("P")


class Connector(Protocol):
    """Makes the transports of an application; a test room has one of its own.

    Attributes:
        namespace: Prefix of every key.
        limit: Bytes that a payload may have.
        clock: Gives ms since 1970 instead of the server's clock; None outside of tests.
    """

    namespace: str
    limit: int
    clock: Clock | None

    def transport(self) -> Transport:
        """A transport for one event loop. May block until there is a server."""

    def sync_transport(
        self, *, answer_timeout: float = ANSWER_TIMEOUT_S, longest_pause: float = LONGEST_PAUSE_S
    ) -> SyncTransport:
        """A transport for code without a loop. May block until there is a server.

        Args:
            answer_timeout: Seconds without an answer after which its connection counts as dead.
                Defaults to 10.
            longest_pause: Seconds that it waits at most before it connects anew. Defaults to 2.
        """

    def close(self) -> None:
        """End the use of the server; the transports are closed already."""


class ServerConnector:
    """Connects to the server that the settings name, starting an embedded one if need be."""

    def __init__(self, settings: Settings) -> None:
        """Start nothing yet."""
        self.namespace = settings.namespace
        self.limit = settings.max_payload_bytes
        self.clock: Clock | None = None
        self._settings = settings
        self._found: Found | None = None
        self._turn = threading.Lock()

    def transport(self) -> Transport:
        """See `Connector.transport`."""
        found = self._find()
        if found.server is None:
            assert found.url is not None
            return open_transport(found.url)
        return MultiplexedTransport(self._embedded(found))

    def sync_transport(
        self, *, answer_timeout: float = ANSWER_TIMEOUT_S, longest_pause: float = LONGEST_PAUSE_S
    ) -> SyncTransport:
        """See `Connector.sync_transport`."""
        found = self._find()
        if found.server is None:
            assert found.url is not None
            return open_sync_transport(
                found.url, answer_timeout=answer_timeout, longest_pause=longest_pause
            )
        return ThreadTransport(
            self._embedded(found), answer_timeout=answer_timeout, longest_pause=longest_pause
        )

    def close(self) -> None:
        """See `Connector.close`."""
        found, self._found = self._found, None
        if found is not None and found.server is not None:
            found.server.close()

    def _find(self) -> Found:
        with self._turn:
            self._found = self._found or connect_target(self._settings)
            return self._found

    def _embedded(self, found: Found) -> Target:
        assert found.socket is not None
        assert found.server is not None
        return replace(Target.parse(found.socket), locate=partial(self._locate, found.server))

    def _locate(self, server: EmbeddedServer) -> Target:
        """Have the embedded server serve again, should it have ended."""
        if self._found is None:
            raise ConnectionError("the application is closed")
        try:
            return Target.parse(server.ensure())
        except BackbeatError as error:
            raise ConnectionError(str(error)) from error


class Connection(Generic[T, C, L, P]):
    """One transport, and on it a client per queue and one for locks and limits.

    Attributes:
        transport: Brings the calls to the server.
        permits: Asks for locks, semaphores and limits.
        relay: Brings messages between queues.
        namespace: Prefix of every key.
        limit: Bytes that a payload may have.
        clock: Gives ms since 1970 instead of the server's clock; None outside of tests.
        announced: Queues whose names this connection has told the server.
        in_flows: Queues of which it has told that they have part in flows, and when, by
            `time.monotonic`.
    """

    def __init__(
        self,
        transport: T,
        connector: Connector,
        client: Callable[[T, QueueKeys, Clock | None], C],
        permits: L,
        relay: P,
    ) -> None:
        """Make clients of queues at their first use."""
        self.transport = transport
        self.permits = permits
        self.relay = relay
        self.namespace = connector.namespace
        self.limit = connector.limit
        self.clock = connector.clock
        self.announced: set[str] = set()
        self.in_flows: dict[str, float] = {}
        self._make = client
        self._clients: dict[str, C] = {}
        self._ahead_ms = (time.time() - time.monotonic()) * 1000
        self._known_until = 0.0

    def keys(self, queue: str) -> QueueKeys:
        """The keys of a queue."""
        return QueueKeys(self.namespace, queue)

    def client(self, queue: str) -> C:
        """The client of a queue."""
        client = self._clients.get(queue)
        if client is None:
            client = self._make(self.transport, self.keys(queue), self.clock)
            self._clients[queue] = client
        return client

    @property
    def clients(self) -> tuple[C, ...]:
        """The clients made so far."""
        return tuple(self._clients.values())

    @property
    def wants_time(self) -> bool:
        """Whether the server should be asked for its time again."""
        return self.clock is None and time.monotonic() >= self._known_until

    def learn_time(self, asked_at: float, reply: Reply) -> None:
        """Go by the server's clock: workers compare what is stamped here with it.

        Args:
            asked_at: Monotonic time before the server was asked.
            reply: Its answer to TIME.
        """
        seconds, microseconds = (number(part) for part in items(reply, 2))
        now = time.monotonic()
        halfway_ms = (asked_at + now) * 500
        self._ahead_ms = seconds * 1000 + microseconds / 1000 - halfway_ms
        self._known_until = now + _TIME_SECONDS

    def now_ms(self) -> int:
        """The present moment by the server's clock, in ms since 1970."""
        if self.clock is not None:
            return self.clock()
        now = time.monotonic()
        if now >= self._known_until:
            # Clocks drift, and servers move: whoever announces a queue asks for the time again.
            self.announced.clear()
        return int(now * 1000 + self._ahead_ms)


AsyncConnection = Connection[Transport, QueueClient, PermitClient, Relay]
SyncConnection = Connection[SyncTransport, SyncQueueClient, SyncPermitClient, SyncRelay]


class Connections:
    """All connections of one application, each made at its first use."""

    def __init__(self, connector: Callable[[], Connector]) -> None:
        """Make nothing yet.

        Args:
            connector: Makes what makes the transports, at the first use.
        """
        self._make = connector
        self._turn = threading.Lock()
        self._by_loop: dict[asyncio.AbstractEventLoop, AsyncConnection] = {}
        self._sync: SyncConnection | None = None
        self._made: Connector | None = None
        after_fork(self._in_child)

    def here(self) -> AsyncConnection | None:
        """The connection of the running event loop, if it was opened."""
        return self._by_loop.get(asyncio.get_running_loop())

    async def open(self) -> AsyncConnection:
        """The connection of the running event loop.

        Raises:
            ConfigurationError: The settings do not fit.
            ServerUnavailable: The embedded server does not start.
        """
        connection = self.here()
        if connection is not None:
            return connection
        # In a thread, because starting a server takes its time.
        transport = await asyncio.to_thread(lambda: self._connector().transport())
        return self._enter(asyncio.get_running_loop(), transport)

    def open_sync(self) -> SyncConnection:
        """The connection of code without an event loop; see `open`."""
        connection = self._sync
        if connection is not None:
            return connection
        connector = self._connector()
        with self._turn:
            if self._sync is None:
                self._sync = _sync_connection(connector)
            return self._sync

    def separate(
        self, *, answer_timeout: float = ANSWER_TIMEOUT_S, longest_pause: float = LONGEST_PAUSE_S
    ) -> SyncTransport:
        """A transport for one who must not wait for others; whoever asks for it closes it.

        May block until there is a server.

        Args:
            answer_timeout: Seconds without a byte after which its connection counts as dead.
                Defaults to 10.
            longest_pause: Seconds that it waits at most before it connects anew. Defaults to 2.
        """
        return self._connector().sync_transport(
            answer_timeout=answer_timeout, longest_pause=longest_pause
        )

    async def close(self) -> None:
        """Close the connection of the running event loop, and the server's use with the last."""
        connection = self._by_loop.pop(asyncio.get_running_loop(), None)
        if connection is not None:
            for client in connection.clients:
                await client.close()
            await connection.permits.close()
            await connection.transport.close()
        await asyncio.to_thread(self._close_connector)

    def close_sync(self) -> None:
        """Close the connection of code without a loop, and the server's use with the last."""
        with self._turn:
            connection, self._sync = self._sync, None
        if connection is not None:
            for client in connection.clients:
                client.close()
            connection.permits.close()
            connection.transport.close()
        self._close_connector()

    def _connector(self) -> Connector:
        with self._turn:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _enter(self, loop: asyncio.AbstractEventLoop, transport: Transport) -> AsyncConnection:
        """Another coroutine may have come first: then its connection is the one."""
        connector = self._connector()
        with self._turn:
            for other in [each for each in self._by_loop if each.is_closed()]:
                del self._by_loop[other]
            if loop not in self._by_loop:
                self._by_loop[loop] = _connection(transport, connector)
            return self._by_loop[loop]

    def _close_connector(self) -> None:
        with self._turn:
            if self._made is not None and not self._by_loop and self._sync is None:
                made, self._made = self._made, None
                made.close()

    def _in_child(self) -> None:
        keep_unused((self._by_loop, self._sync, self._made))
        self._turn = threading.Lock()
        self._by_loop = {}
        self._sync = self._made = None


def _connection(transport: Transport, connector: Connector) -> AsyncConnection:
    permits = PermitClient(transport, connector.namespace, clock=connector.clock)
    relay = Relay(transport, connector.namespace, clock=connector.clock)
    return Connection(transport, connector, _client, permits, relay)


def _sync_connection(connector: Connector) -> SyncConnection:
    transport = connector.sync_transport()
    permits = SyncPermitClient(transport, connector.namespace, clock=connector.clock)
    relay = SyncRelay(transport, connector.namespace, clock=connector.clock)
    return Connection(transport, connector, _sync_client, permits, relay)


def _client(transport: Transport, keys: QueueKeys, clock: Clock | None) -> QueueClient:
    return QueueClient(transport, keys, clock=clock)


def _sync_client(transport: SyncTransport, keys: QueueKeys, clock: Clock | None) -> SyncQueueClient:
    return SyncQueueClient(transport, keys, clock=clock)
