"""The transport onto the fake store, for event loops."""

import asyncio

import pytest

from backbeat.errors import ProtocolError, ServerUnavailable
from backbeat.testing import FakeClock, FakeStore, FakeTransport


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def transport(clock: FakeClock) -> FakeTransport:
    return FakeTransport(FakeStore(clock))


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_call_is_done_even_if_its_caller_is_cancelled(transport: FakeTransport) -> None:
    caller = asyncio.create_task(transport.execute("SET", "key", "x"))
    await asyncio.sleep(0)
    caller.cancel()
    await settle()
    assert await transport.execute("GET", "key") == b"x"


async def test_a_pop_that_waits_is_answered_by_a_push(transport: FakeTransport) -> None:
    waiting = asyncio.create_task(transport.blocking().block("BLPOP", "a", "b", 60, timeout=60))
    await settle()
    assert not waiting.done()
    await transport.execute("LPUSH", "b", "x")
    assert await waiting == [b"b", b"x"]
    assert await transport.execute("LLEN", "b") == 0


async def test_a_pop_takes_what_is_there_from_the_first_list_that_has_something(
    transport: FakeTransport,
) -> None:
    await transport.execute("RPUSH", "b", "", "2")
    assert await transport.blocking().block("BLPOP", "a", "b", 1, timeout=1) == [b"b", b""]
    assert await transport.blocking().block("BRPOP", "a", "b", 1, timeout=1) == [b"b", b"2"]


async def test_a_wait_ends_when_the_fake_clock_has_passed_it(
    transport: FakeTransport, clock: FakeClock
) -> None:
    waiting = asyncio.create_task(transport.blocking().block("BLPOP", "a", 60, timeout=60))
    await settle()
    clock.advance(59)
    await settle()
    assert not waiting.done()
    clock.advance(1)
    assert await waiting is None


async def test_a_wait_ends_by_the_real_clock_where_the_fake_one_stands(
    transport: FakeTransport,
) -> None:
    assert await transport.blocking().block("BLPOP", "a", "0.01", timeout=0.01) is None


async def test_a_read_of_a_stream_waits_for_the_next_entry(transport: FakeTransport) -> None:
    first = await transport.execute("XADD", "s", "1-0", "kind", "a")
    assert isinstance(first, bytes)
    reading = asyncio.create_task(
        transport.blocking().block("XREAD", "BLOCK", 5000, "STREAMS", "s", first, timeout=5)
    )
    await settle()
    await transport.execute("XADD", "s", "2-0", "kind", "b")
    assert await reading == [[b"s", [[b"2-0", [b"kind", b"b"]]]]]


async def test_closing_ends_a_wait(transport: FakeTransport) -> None:
    connection = transport.blocking()
    waiting = asyncio.create_task(connection.block("BLPOP", "a", 60, timeout=60))
    await settle()
    await connection.close()
    assert await waiting is None
    with pytest.raises(ServerUnavailable, match="closed"):
        await connection.block("BLPOP", "a", 60, timeout=60)


async def test_a_closed_transport_refuses(transport: FakeTransport) -> None:
    await transport.close()
    with pytest.raises(ServerUnavailable, match="closed"):
        await transport.execute("PING")


async def test_a_wait_that_it_does_not_know_is_refused(transport: FakeTransport) -> None:
    with pytest.raises(ProtocolError, match="BZPOPMIN"):
        await transport.blocking().block("BZPOPMIN", "z", 1, timeout=1)
