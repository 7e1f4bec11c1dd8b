"""Many calls over one connection, and what they get when it is damaged."""

import asyncio
import itertools
import logging
import random

import pytest

from backbeat.engine.transport.base import NotAnswered, NotSent, Unsettled
from backbeat.engine.transport.multiplexed import MultiplexedTransport
from backbeat.engine.transport.target import Target
from backbeat.errors import ProtocolError, QueueFull, ServerUnavailable
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scripts import ADD_100, ECHO, call, script
from packages.backbeat.tests.support.working import until


def commands_run(server: PrivateServer, name: str) -> int:
    stats = server.client.info("commandstats")
    assert isinstance(stats, dict)
    return int(stats.get(f"cmdstat_{name}", {"calls": 0})["calls"])


async def test_replies_are_bytes_numbers_none_and_lists(transport: MultiplexedTransport) -> None:
    nested = script("return {'text', 7, {false, 'deep'}}")
    assert await transport.script(nested, call(nested)) == [b"text", 7, [None, b"deep"]]


async def test_a_script_that_the_server_does_not_know_is_sent_in_full_once(
    transport: MultiplexedTransport, server: PrivateServer
) -> None:
    for _ in range(3):
        await transport.script(ADD_100, call(ADD_100))
    assert server.client.get("credit") == b"300"
    assert commands_run(server, "eval") == 1


async def test_many_calls_in_flight_each_get_their_own_answer(
    transport: MultiplexedTransport,
) -> None:
    texts = [b"answer %d" % n for n in range(500)]
    answers = await asyncio.gather(*(transport.script(ECHO, call(ECHO, text)) for text in texts))
    assert answers == texts


async def test_the_calls_of_one_turn_of_the_loop_are_written_in_one_piece(
    transport: MultiplexedTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    await transport.execute("PING")
    assert transport._link is not None
    connection = transport._link._connection
    real, writes = connection.send_packed_command, 0

    async def count(command: list[bytes], check_health: bool) -> None:
        nonlocal writes
        writes += 1
        await real(command, check_health=check_health)

    monkeypatch.setattr(connection, "send_packed_command", count)
    await asyncio.gather(*(transport.script(ECHO, ("ECHO", n)) for n in range(100)))
    assert writes == 1


async def test_one_failing_call_leaves_the_calls_beside_it_alone(
    transport: MultiplexedTransport,
) -> None:
    first, failed, last = await asyncio.gather(
        transport.execute("ECHO", "first"),
        transport.execute("INCR"),
        transport.execute("ECHO", "last"),
        return_exceptions=True,
    )
    assert (first, last) == (b"first", b"last")
    assert isinstance(failed, ProtocolError)


async def test_an_error_reply_of_our_own_scripts_is_raised_as_its_exception(
    transport: MultiplexedTransport,
) -> None:
    refusing = script("return redis.error_reply('BB_QUEUE_FULL mail holds as many as it may')")
    with pytest.raises(QueueFull) as refusal:
        await transport.script(refusing, call(refusing))
    assert refusal.value.queue == "mail"


async def test_a_reply_lost_after_the_script_ran_is_unknown_and_has_one_effect(
    transport: MultiplexedTransport, proxy: FaultProxy, server: PrivateServer
) -> None:
    await transport.script(ADD_100, call(ADD_100))
    proxy.inject("cut_reply", b"EVALSHA")
    with pytest.raises(NotAnswered):
        await transport.script(ADD_100, call(ADD_100))
    assert server.client.get("credit") == b"200"
    assert await transport.script(ADD_100, call(ADD_100)) == 300


@pytest.mark.parametrize("kind", ["cut", "reset"])
async def test_a_connection_that_ends_before_the_server_saw_the_call_is_replaced(
    transport: MultiplexedTransport, proxy: FaultProxy, server: PrivateServer, kind: str
) -> None:
    await transport.script(ADD_100, call(ADD_100))
    proxy.inject("cut" if kind == "cut" else "reset", b"EVALSHA")
    with pytest.raises(NotAnswered):
        await transport.script(ADD_100, call(ADD_100))
    assert await transport.script(ADD_100, call(ADD_100)) == 200
    assert proxy.accepted == 2


async def test_reads_are_repeated_until_answered(
    transport: MultiplexedTransport, proxy: FaultProxy, server: PrivateServer
) -> None:
    server.client.set("colour", "green")
    proxy.inject("cut_reply", b"GET", times=2)
    assert await transport.execute("GET", "colour") == b"green"
    assert proxy.fired == 2


async def test_a_half_open_connection_counts_as_dead_after_the_answer_timeout(
    transport: MultiplexedTransport, proxy: FaultProxy
) -> None:
    await transport.execute("PING")
    proxy.inject("half_open", b"ECHO")
    with pytest.raises(NotAnswered, match="no answer for 1 s"):
        await transport.script(ECHO, ("ECHO", "x"))
    assert await transport.execute("PING") == b"PONG"


async def test_a_slow_server_is_not_a_dead_one(
    transport: MultiplexedTransport, proxy: FaultProxy
) -> None:
    proxy.delay_s = 0.3
    assert await transport.execute("ECHO", "late") == b"late"
    assert proxy.accepted == 1


@pytest.mark.asyncio(loop_factories=["uvloop"])
async def test_answers_that_lie_unread_because_our_loop_was_blocked_are_still_taken(
    transport: MultiplexedTransport, proxy: FaultProxy
) -> None:
    await transport.execute("PING")
    answer = asyncio.ensure_future(transport.execute("ECHO", "here"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    # Longer than the answer timeout and the margin of its timer.
    blocked = asyncio.get_running_loop().time() + 2.2
    while asyncio.get_running_loop().time() < blocked:
        pass
    assert await answer == b"here"
    assert proxy.accepted == 1


async def test_a_frozen_server_is_noticed_and_its_calls_go_through_when_it_thaws(
    transport: MultiplexedTransport, server: PrivateServer
) -> None:
    await transport.execute("PING")
    server.freeze()
    with pytest.raises(NotAnswered):
        await transport.script(ADD_100, call(ADD_100))
    server.thaw()
    assert await transport.execute("PING") == b"PONG"


@pytest.mark.asyncio(loop_factories=["uvloop"])
async def test_without_a_server_calls_are_not_sent_and_attempts_stay_few(
    transport: MultiplexedTransport, server: PrivateServer, proxy: FaultProxy
) -> None:
    await transport.execute("PING")
    server.kill()
    loop = asyncio.get_running_loop()
    until = loop.time() + 2.0

    async def keep_trying() -> None:
        while loop.time() < until:
            with pytest.raises(Unsettled):
                await transport.script(ECHO, call(ECHO, "x"))

    before = proxy.accepted
    await asyncio.gather(*(keep_trying() for _ in range(50)))
    assert proxy.accepted - before < 25
    server.start()
    assert await transport.execute("PING") == b"PONG"


@pytest.mark.asyncio(loop_factories=["uvloop"])
async def test_an_outage_is_logged_at_most_once_a_second(
    transport: MultiplexedTransport, server: PrivateServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="backbeat.transport")
    await transport.execute("PING")
    server.kill()
    loop = asyncio.get_running_loop()
    until = loop.time() + 2.5
    while loop.time() < until:
        with pytest.raises(Unsettled):
            await transport.script(ECHO, call(ECHO, "x"))
    stamps = [record.created for record in caplog.records if "lost" in record.message]
    gaps = [later - earlier for earlier, later in itertools.pairwise(stamps)]
    assert stamps
    assert all(gap > 0.99 for gap in gaps)


async def test_a_password_never_shows_in_logs_or_errors(
    server: PrivateServer, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = proxy.url.replace("redis://", "redis://me:s3cret-word@")
    transport = MultiplexedTransport(Target.parse(address), patience=0.1)
    with pytest.raises(ServerUnavailable) as refused:
        await transport.execute("PING")
    server.kill()
    proxy.drop()
    with pytest.raises(ServerUnavailable) as lost:
        await transport.execute("PING")
    await transport.close()
    said = f"{refused.value!r} {lost.value!r} {transport._target!r} {caplog.text}"
    assert "s3cret-word" not in said


async def test_cancelled_callers_never_shift_answers_to_others(
    transport: MultiplexedTransport, proxy: FaultProxy
) -> None:
    rng = random.Random(42)
    loop = asyncio.get_running_loop()
    cancelled = answered = 0

    async def ask(number: int) -> None:
        nonlocal cancelled, answered
        text = b"%d" % number
        task = loop.create_task(transport.script(ECHO, call(ECHO, text)))
        # Anywhere between before the call was written and after it was answered.
        for _ in range(rng.randrange(12)):
            await asyncio.sleep(0)
        if rng.random() < 0.7:
            task.cancel()
        try:
            assert await task == text
            answered += 1
        except asyncio.CancelledError:
            cancelled += 1

    async def ask_many(first: int) -> None:
        for number in range(first, first + 250):
            await ask(number)

    await asyncio.gather(*(ask_many(250 * n) for n in range(60)))
    assert cancelled + answered == 15_000
    assert cancelled > 3_000
    assert answered > 3_000
    assert await transport.execute("ECHO", "in step") == b"in step"
    assert proxy.accepted == 1


async def test_a_cancelled_caller_does_not_end_the_connecting_of_others(
    proxy: FaultProxy, transport: MultiplexedTransport
) -> None:
    proxy.delay_s = 0.05
    first = asyncio.ensure_future(transport.execute("ECHO", "first"))
    second = asyncio.ensure_future(transport.execute("ECHO", "second"))
    await asyncio.sleep(0.05)
    first.cancel()
    assert await second == b"second"
    assert proxy.accepted == 1


async def test_scripts_are_flushed_all_the_time_and_no_caller_hears_of_it(
    transport: MultiplexedTransport, server: PrivateServer
) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + 2.0
    flushes = done = 0

    async def flush() -> None:
        nonlocal flushes
        while loop.time() < until:
            await asyncio.to_thread(server.client.script_flush)
            flushes += 1
            await asyncio.sleep(0.003)

    async def work(number: int) -> None:
        nonlocal done
        while loop.time() < until:
            text = b"%d-%d" % (number, done)
            assert await transport.script(ECHO, call(ECHO, text)) == text
            done += 1

    await asyncio.gather(flush(), *(work(n) for n in range(20)))
    assert flushes > 50
    assert done > 500


async def test_a_closed_transport_refuses_and_leaves_no_connection(
    server: PrivateServer, proxy: FaultProxy
) -> None:
    transport = MultiplexedTransport(Target.parse(server.url))
    await transport.execute("PING")
    assert len(server.client.client_list()) == 2
    await transport.close()
    await transport.close()
    with pytest.raises(ServerUnavailable, match="closed"):
        await transport.execute("PING")
    # The server notices it in its own time.
    await until(lambda: len(server.client.client_list()) == 1)


async def test_closing_ends_the_calls_under_way(
    transport: MultiplexedTransport, proxy: FaultProxy
) -> None:
    await transport.execute("PING")
    proxy.freeze()
    waiting = asyncio.ensure_future(transport.script(ECHO, ("ECHO", "x")))
    await asyncio.sleep(0.05)
    await transport.close()
    with pytest.raises(NotAnswered):
        await waiting


async def test_closing_while_connecting_ends_the_callers(
    server: PrivateServer, proxy: FaultProxy
) -> None:
    proxy.freeze()
    transport = MultiplexedTransport(Target.parse(proxy.url))
    waiting = asyncio.ensure_future(transport.script(ECHO, call(ECHO, "x")))
    await asyncio.sleep(0.05)
    await transport.close()
    with pytest.raises(ServerUnavailable, match="closed"):
        await waiting


async def test_calls_that_were_not_written_yet_are_known_as_not_sent(
    transport: MultiplexedTransport, proxy: FaultProxy
) -> None:
    await transport.execute("PING")
    link = transport._link
    assert link is not None
    sent = link.call(b"*1\r\n$4\r\nPING\r\n")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    unsent = link.call(b"*1\r\n$4\r\nPING\r\n")
    link.fail("by the test")
    with pytest.raises(NotAnswered):
        await sent
    with pytest.raises(NotSent):
        await unsent


def test_a_transport_serves_one_event_loop_after_the_other(server: PrivateServer) -> None:
    transport = MultiplexedTransport(Target.parse(server.url))

    async def ping() -> object:
        return await transport.execute("PING")

    async def ping_and_close() -> object:
        answer = await transport.execute("PING")
        await transport.close()
        return answer

    # Nothing is left open although the first loop ended without a word.
    assert asyncio.run(ping()) == b"PONG"
    assert len(server.client.client_list()) == 1
    assert asyncio.run(ping_and_close()) == b"PONG"


async def test_large_calls_and_replies_come_whole_over_a_slow_line(
    transport: MultiplexedTransport, proxy: FaultProxy
) -> None:
    proxy.bytes_per_s = 2_000_000
    texts = [bytes([65 + n]) * 200_000 for n in range(3)]
    answers = await asyncio.gather(*(transport.execute("ECHO", text) for text in texts))
    assert answers == texts
    assert proxy.accepted == 1
