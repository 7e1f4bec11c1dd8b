"""The transport onto the fake store, for threads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from backbeat.engine.transport.base import Reply
from backbeat.errors import ServerUnavailable
from backbeat.testing import FakeClock, FakeStore, FakeSyncTransport
from backbeat.testing.sync_transport import FakeSyncBlockingConnection


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(FakeClock())


@pytest.fixture
def transport(store: FakeStore) -> FakeSyncTransport:
    return FakeSyncTransport(store)


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def pop(connection: FakeSyncBlockingConnection, began: Event) -> Reply:
    began.set()
    return connection.block("BLPOP", "a", 60, timeout=60)


def test_a_pop_that_waits_is_answered_by_a_push(
    transport: FakeSyncTransport, thread: ThreadPoolExecutor
) -> None:
    began = Event()
    waiting = thread.submit(pop, transport.blocking(), began)
    assert began.wait(5)
    transport.execute("LPUSH", "a", "x")
    assert waiting.result(5) == [b"a", b"x"]


def test_a_wait_ends_when_the_fake_clock_has_passed_it(
    transport: FakeSyncTransport, store: FakeStore, thread: ThreadPoolExecutor
) -> None:
    began = Event()
    waiting = thread.submit(pop, transport.blocking(), began)
    assert began.wait(5)
    # The wait may begin after a move of the clock: so it is moved until the wait is over.
    while not waiting.done():
        store.clock.advance(60)
    assert waiting.result(5) is None


def test_closing_from_another_thread_ends_a_wait(
    transport: FakeSyncTransport, thread: ThreadPoolExecutor
) -> None:
    connection, began = transport.blocking(), Event()
    waiting = thread.submit(pop, connection, began)
    assert began.wait(5)
    connection.close()
    # Closed before it began to wait, it refuses.
    try:
        assert waiting.result(5) is None
    except ServerUnavailable as error:
        assert "closed" in str(error)  # noqa: PT017 - either is right, and each is checked


def test_threads_share_a_store(transport: FakeSyncTransport) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: transport.execute("INCR", "n"), range(200)))
    assert transport.execute("GET", "n") == b"200"


def test_a_closed_transport_refuses(transport: FakeSyncTransport) -> None:
    transport.close()
    with pytest.raises(ServerUnavailable, match="closed"):
        transport.execute("PING")
