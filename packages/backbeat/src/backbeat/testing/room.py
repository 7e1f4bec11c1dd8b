"""Puts an application into a test: same queues, same handlers, another store and time."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final

from typing_extensions import override

from backbeat.app.application import Backbeat
from backbeat.app.connections import Clock, Connections, Connector, ServerConnector
from backbeat.app.handler import Handler
from backbeat.config import Settings
from backbeat.engine.calls.reply import items, raw
from backbeat.engine.ids import new_session
from backbeat.engine.transport.base import Reply, SyncTransport, Transport
from backbeat.errors import ConfigurationError
from backbeat.testing.clock import FakeClock
from backbeat.testing.store import FakeStore, refuse_production
from backbeat.testing.sync_transport import FakeSyncTransport
from backbeat.testing.transport import FakeTransport

_HOW: Final = "write `async with backbeat.testing.application(app):`"


class FakeConnector(Connector):
    """Connects an application to a store in this process."""

    def __init__(self, store: FakeStore, *, namespace: str, limit: int) -> None:
        """Stand on a store, by its clock."""
        self.namespace = namespace
        self.limit = limit
        self.clock: Clock | None = store.clock
        self._store = store

    @override
    def transport(self) -> Transport:
        """See `Connector.transport`."""
        return FakeTransport(self._store)

    @override
    def sync_transport(self, **_: float) -> SyncTransport:
        """See `Connector.sync_transport`."""
        return FakeSyncTransport(self._store)

    @override
    def close(self) -> None:
        """Nothing ends: what the test put into the store stays until the test is over."""


@contextlib.asynccontextmanager
async def application(
    app: Backbeat, *, clock: FakeClock | None = None, url: str | None = None
) -> AsyncIterator[FakeClock]:
    """Put an application on a store of its own, and on time that stands still, for one test.

    The store is new and empty. What the application was connected to before is left alone, and is
    back afterwards. Not for production: it is refused there.

    Args:
        app: The application as it is; its queues and handlers stay.
        clock: The time of the test. Defaults to a new one.
        url: Address of a real server to run the test on instead, under keys of its own that are
            removed afterwards. Defaults to None: in this process, without a server.

    Yields:
        The clock.

    Raises:
        ConfigurationError: This is production, fakeredis is missing, or the application is in a
            test already.

    Example:
        >>> import asyncio
        >>> from backbeat import Backbeat
        >>> from backbeat.testing import application, assert_enqueued, drain
        >>> app = Backbeat()
        >>> mail = app.queue("mail")
        >>> @mail.job()
        ... async def welcome(name: str) -> str:
        ...     return f"Welcome, {name}!"
        >>> async def test_a_welcome_is_sent() -> str:
        ...     async with application(app):
        ...         handle = await welcome.enqueue("Ada")
        ...         assert_enqueued(welcome, "Ada", count=1)
        ...         await drain(app)
        ...         return await handle.result()
        >>> asyncio.run(test_a_welcome_is_sent())
        'Welcome, Ada!'
    """
    refuse_production(app.settings)
    if app in _in_tests:
        raise ConfigurationError(f"{app!r} is in a test already")
    clock = clock or FakeClock()
    connector = _in_process(app.settings, clock) if url is None else _on_server(url, clock)
    before, app.connections = app.connections, Connections(lambda: connector)
    _in_tests[app] = clock
    try:
        yield clock
    finally:
        del _in_tests[app]
        if url is not None:
            await _sweep(app, connector.namespace)
        await app.close()
        app.sync.close()
        app.connections = before


def clock_of(app: Backbeat) -> FakeClock:
    """The clock of the test that an application is in.

    Raises:
        ConfigurationError: It is not in a test: its jobs are real.
    """
    clock = _in_tests.get(app)
    if clock is None:
        raise ConfigurationError(f"{app!r} is not in a test: {_HOW}")
    return clock


def home_of(handler: Handler[..., Any]) -> Backbeat:
    """The application that declares a handler, if it is in a test.

    Raises:
        ConfigurationError: It is not: its jobs are real.
    """
    for app in _in_tests:
        if handler.queue.app is app:
            return app
    raise ConfigurationError(
        f"the application of {handler!r} is not in a test: write"
        " `async with backbeat.testing.application(app):`"
    )


def newest() -> Backbeat:
    """The application that was put into a test last.

    Raises:
        ConfigurationError: None is in a test.
    """
    if not _in_tests:
        raise ConfigurationError(f"no application is in a test: {_HOW}")
    return next(reversed(_in_tests))


def _in_process(settings: Settings, clock: FakeClock) -> Connector:
    limit = settings.max_payload_bytes
    return FakeConnector(FakeStore(clock), namespace=settings.namespace, limit=limit)


def _on_server(url: str, clock: FakeClock) -> Connector:
    connector = ServerConnector(Settings(url=url, namespace=f"test-{new_session()}"))
    connector.clock = clock
    return connector


async def _sweep(app: Backbeat, namespace: str) -> None:
    for server in await (await app.connections.open()).transport.servers():
        cursor: Reply = b"0"
        while True:
            cursor, keys = items(
                await server.execute(
                    "SCAN", raw(cursor), "MATCH", f"{namespace}:*", "COUNT", 1_000
                ),
                2,
            )
            for key in items(keys, 0):
                # One by one: they lie in many slots.
                await server.execute("UNLINK", raw(key))
            if cursor == b"0":
                break


_in_tests: Final[dict[Backbeat, FakeClock]] = {}
