"""Servers that die, forget their scripts, fill up or stay away, under adds."""

import asyncio
import time

import pytest

from backbeat.engine.client import QueueClient
from backbeat.engine.keys import QueueKeys
from backbeat.engine.session import Session
from backbeat.engine.transport.multiplexed import MultiplexedTransport
from backbeat.engine.transport.target import Target
from backbeat.errors import OutcomeUnknown, ServerUnavailable, StorageFull
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.queue_bench import QueueBench, job

KEYS = QueueKeys("bb", "q")


async def test_a_server_that_is_killed_and_restarted_under_adds_costs_no_caller_an_error(
    own_server: PrivateServer,
) -> None:
    transport = MultiplexedTransport(Target.parse(own_server.url))
    client = QueueClient(transport, KEYS)
    acknowledged: list[str] = []
    stop, enough = asyncio.Event(), asyncio.Event()

    async def add_all(first: int) -> None:
        number = 0
        while not stop.is_set():
            name = f"j{first}-{number}"
            await client.add(job(name))
            acknowledged.append(name)
            number += 1
            if len(acknowledged) % 300 == 0:
                enough.set()

    adding = [asyncio.ensure_future(add_all(n)) for n in range(20)]
    for _ in range(3):
        enough.clear()
        await enough.wait()
        await asyncio.to_thread(own_server.kill)
        await asyncio.to_thread(own_server.start)
    stop.set()
    await asyncio.gather(*adding)
    stored = set(own_server.client.hkeys(KEYS.key("jobs")))
    assert {name.encode() for name in acknowledged} <= stored
    assert len(stored) == len(acknowledged) + 1
    await client.close()
    await transport.close()


async def test_scripts_flushed_every_few_ms_under_load_cost_no_caller_an_error(
    client: QueueClient, bench: QueueBench
) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + 3.0
    flushes = added = 0

    async def flush() -> None:
        nonlocal flushes
        while loop.time() < until:
            await asyncio.to_thread(bench.client.script_flush)
            flushes += 1
            await asyncio.sleep(0.003)

    async def add(first: int) -> None:
        nonlocal added
        number = 0
        while loop.time() < until:
            assert await client.add(job(f"j{first}-{number}")) == "created"
            assert await client.get(f"j{first}-{number}") is not None
            number += 1
            added += 1

    await asyncio.gather(flush(), *(add(n) for n in range(10)))
    assert flushes > 50
    counted = bench.client.hlen(bench.key("jobs")) - 1
    assert counted == added > 100


async def test_a_call_that_is_never_answered_ends_as_unknown_and_the_session_starts_over(
    transport: MultiplexedTransport, bench: QueueBench, proxy: FaultProxy
) -> None:
    client = QueueClient(transport, bench.keys, patience=0.5)
    await client.add(job("first"))
    session = client._session.sid
    proxy.inject("cut_reply", b"EVALSHA", times=None)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown) as unknown:
        await client.add(job("a"))
    assert time.monotonic() - began < 20
    assert (unknown.value.session, unknown.value.number) == (session, 2)
    assert client._session.sid != session
    proxy.clear()
    assert await client.add(job("a")) == "existing"
    await client.close()


async def test_a_bulk_whose_connection_breaks_tells_added_unknown_and_not_added_apart(
    transport: MultiplexedTransport, bench: QueueBench, proxy: FaultProxy
) -> None:
    client = QueueClient(transport, bench.keys, patience=0.5)
    await client.add(job("first"))
    names = [f"j{n}" for n in range(2_300)]
    # The second call of the bulk, by one of its ids.
    proxy.inject("cut_reply", b"j777", times=None)
    with pytest.raises(OutcomeUnknown) as broken:
        await client.add_many([job(name) for name in names])

    bulk = broken.value.bulk
    assert bulk is not None
    assert list(bulk.added) == names[:500]
    assert list(bulk.unknown) == names[500:1_000]
    assert list(bulk.not_added) == names[1_000:]
    proxy.clear()
    await client.close()
    client = QueueClient(transport, bench.keys)
    answers = await client.add_many([job(name) for name in names])
    assert answers[:500] == ["existing"] * 500
    assert answers[1_000:] == ["created"] * 1_300
    assert bench.counts().waiting == 2_301
    await client.close()


async def test_a_bulk_on_a_full_server_tells_what_was_added_before(
    own_server: PrivateServer,
) -> None:
    transport = MultiplexedTransport(Target.parse(own_server.url))
    client = QueueClient(transport, KEYS)
    await client.add(job("first"))
    used = own_server.client.info("memory")["used_memory"]
    own_server.client.config_set("maxmemory", used + 1_000_000)
    names = [f"j{n}" for n in range(20_000)]
    with pytest.raises(StorageFull) as refused:
        await client.add_many([job(name) for name in names])

    bulk = refused.value.bulk
    assert bulk is not None
    assert 0 < len(bulk.added) < len(names)
    assert [*bulk.added, *bulk.not_added] == names
    own_server.client.config_set("maxmemory", "0")
    assert (await client.counts()).waiting == len(bulk.added) + 1
    await client.close()
    await transport.close()


async def test_an_operator_call_that_is_never_answered_ends_as_unknown(
    transport: MultiplexedTransport, bench: QueueBench, proxy: FaultProxy
) -> None:
    client = QueueClient(transport, bench.keys, patience=0.3)
    await client.add(job("a"))
    proxy.inject("cut_reply", b"EVALSHA", times=None)
    with pytest.raises(OutcomeUnknown):
        await client.remove(["a"])
    assert bench.state("a") is None
    proxy.clear()
    await client.close()


async def test_a_call_that_was_never_sent_is_known_not_to_have_happened(
    own_server: PrivateServer,
) -> None:
    own_server.kill()
    transport = MultiplexedTransport(Target.parse(own_server.url))
    client = QueueClient(transport, KEYS, patience=0.3)
    session = client._session.sid
    with pytest.raises(ServerUnavailable, match="given up") as error:
        await client.add(job("a"))
    assert not isinstance(error.value, OutcomeUnknown)
    assert client._session.sid == session
    own_server.start()
    assert await client.add(job("a")) == "created"
    await client.close()
    await transport.close()


async def test_adds_that_wait_behind_a_dead_server_are_given_up_in_time(
    own_server: PrivateServer,
) -> None:
    own_server.kill()
    transport = MultiplexedTransport(Target.parse(own_server.url))
    client = QueueClient(transport, KEYS, patience=0.5)
    began = time.monotonic()
    adds = [client.add(job(f"j{n}")) for n in range(3_000)]
    answers = await asyncio.gather(*adds, client.pause(), return_exceptions=True)
    assert all(isinstance(answer, ServerUnavailable) for answer in answers)
    assert time.monotonic() - began < 20
    await client.close()
    await transport.close()


async def test_a_full_server_refuses_adds_cleanly_and_recovers(
    own_server: PrivateServer,
) -> None:
    transport = MultiplexedTransport(Target.parse(own_server.url))
    client = QueueClient(transport, KEYS)
    await client.add(job("first"))
    own_server.client.config_set("maxmemory", "1mb")
    adds = [client.add(job(f"j{n}")) for n in range(10)]
    answers = await asyncio.gather(*adds, return_exceptions=True)
    assert all(isinstance(answer, StorageFull) for answer in answers)
    own_server.client.config_set("maxmemory", "0")
    assert await client.add(job("j0")) == "created"
    assert (await client.counts()).waiting == 2
    await client.close()
    await transport.close()


async def test_a_caller_that_leaves_does_not_stop_its_command(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    bench.add("a")
    proxy.inject("cut_reply", b"EVALSHA")
    leaving = asyncio.ensure_future(client.remove(["a"]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    # Behind it in the same session: answered only after the command before it came to its end.
    assert await client.add(job("b")) == "created"
    assert bench.state("a") is None


async def test_commands_of_one_session_are_one_at_a_time_and_numbered(
    transport: MultiplexedTransport, bench: QueueBench
) -> None:
    client = QueueClient(transport, bench.keys)
    await asyncio.gather(*(client.configure(max_running=n + 1) for n in range(20)))
    buckets = bench.client.keys(bench.keys.prefix + "session:*")
    answers = [bench.client.hget(bucket, client._session.sid) for bucket in buckets]
    assert [str(answer).partition("|")[0] for answer in answers if answer] == ["b'20"]
    await client.close()


async def test_the_loop_may_end_in_the_middle_of_a_call(proxy: FaultProxy) -> None:
    transport = MultiplexedTransport(Target.parse(proxy.url))
    session = Session(transport, QueueClient(transport, KEYS)._scripts)
    proxy.inject("half_open", b"EVALSHA")
    call = asyncio.ensure_future(session.call("configure", ["paused", "1"]))
    await asyncio.to_thread(proxy.wait_fired)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await transport.close()
