"""The stream of events: from now, from the oldest, from a place, and what is missing in it."""

import asyncio

from backbeat.engine.client import QueueClient
from backbeat.engine.events import OLDEST, Event, Events, Gap
from backbeat.engine.transport.multiplexed import MultiplexedTransport
from backbeat.engine.transport.target import Target
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.queue_bench import QueueBench


async def take(events: Events, number: int) -> list[Event | Gap]:
    """The next so many."""
    return [await anext(events) for _ in range(number)]


def told(events: list[Event | Gap]) -> list[tuple[str, tuple[str, ...]]]:
    """Kinds and ids."""
    return [(event.kind, event.job_ids) for event in events if isinstance(event, Event)]


def trim(bench: QueueBench, kept: int) -> None:
    bench.client.xtrim(bench.key("events"), maxlen=kept, approximate=False)


async def blocked(bench: QueueBench, number: int = 1) -> None:
    while bench.client.info("clients")["blocked_clients"] != number:  # noqa: ASYNC110 - only it knows
        await asyncio.sleep(0.005)


async def test_from_now_on_only_what_happens_later_is_told(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add("before")
    async with client.events() as events:
        bench.add("a", "b")
        worker = bench.worker()
        worker.finish(worker.tick(2), "before", "a")
        assert told(await take(events, 2)) == [
            ("added", ("a", "b")), ("completed", ("before", "a")),
        ]  # fmt: skip


async def test_from_now_on_a_queue_without_events_tells_its_first_one(
    client: QueueClient, bench: QueueBench
) -> None:
    async with client.events() as events:
        waiting = asyncio.ensure_future(anext(events))
        await blocked(bench)
        bench.add("a")
        assert told([await waiting]) == [("added", ("a",))]


async def test_from_the_oldest_everything_that_is_kept_is_told(
    client: QueueClient, bench: QueueBench
) -> None:
    for number in range(1_300):
        bench.add(f"j{number}")
    async with client.events(OLDEST) as events:
        first = await take(events, 1_300)
    assert told(first) == [("added", (f"j{n}",)) for n in range(1_300)]


async def test_what_happens_to_the_queue_itself_names_no_job(
    client: QueueClient, bench: QueueBench
) -> None:
    async with client.events() as events:
        await client.pause()
        event = await anext(events)
    assert told([event]) == [("paused", ())]
    assert isinstance(event, Event)
    assert event.at_ms > 1_600_000_000_000


async def test_reading_resumes_after_a_place(client: QueueClient, bench: QueueBench) -> None:
    bench.add("a")
    bench.add("b")
    bench.add("c")
    async with client.events(OLDEST) as events:
        await take(events, 2)
        place = events.position
    async with client.events(place) as resumed:
        assert told(await take(resumed, 1)) == [("added", ("c",))]


async def test_a_place_that_is_gone_is_marked_as_a_gap(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add("a")
    async with client.events(OLDEST) as events:
        await anext(events)
        place = events.position
    for number in range(10):
        bench.add(f"j{number}")
    trim(bench, 3)
    async with client.events(place) as resumed:
        gap, *rest = await take(resumed, 4)
    assert gap == Gap(place)
    assert told(rest) == [("added", (f"j{n}",)) for n in (7, 8, 9)]


async def test_a_reader_that_falls_behind_while_it_reads_sees_the_gap(
    client: QueueClient, bench: QueueBench
) -> None:
    async with client.events() as events:
        bench.add("a")
        assert told([await anext(events)]) == [("added", ("a",))]
        for number in range(10):
            bench.add(f"j{number}")
        trim(bench, 2)
        gap, *rest = await take(events, 3)
    assert isinstance(gap, Gap)
    assert told(rest) == [("added", ("j8",)), ("added", ("j9",))]


async def test_a_reader_that_began_before_the_first_event_sees_the_gap(
    client: QueueClient, bench: QueueBench
) -> None:
    async with client.events() as events:
        for number in range(10):
            bench.add(f"j{number}")
        trim(bench, 2)
        gap, *rest = await take(events, 3)
    assert gap == Gap(OLDEST)
    assert told(rest) == [("added", ("j8",)), ("added", ("j9",))]


async def test_who_asks_for_what_is_kept_sees_no_gap_before_it(
    client: QueueClient, bench: QueueBench
) -> None:
    for number in range(10):
        bench.add(f"j{number}")
    trim(bench, 1)
    async with client.events(OLDEST) as events:
        assert told(await take(events, 1)) == [("added", ("j9",))]


async def test_a_stream_that_was_deleted_is_a_gap_and_goes_on(
    client: QueueClient, bench: QueueBench
) -> None:
    async with client.events() as events:
        bench.add("a")
        await anext(events)
        bench.client.delete(bench.key("events"))
        assert isinstance(await anext(events), Gap)
        waiting = asyncio.ensure_future(anext(events))
        await blocked(bench)
        bench.add("b")
        assert told([await waiting]) == [("added", ("b",))]


async def test_several_readers_each_see_everything(client: QueueClient, bench: QueueBench) -> None:
    readers = [client.events() for _ in range(4)]
    for reader in readers:
        await reader.start()
    waiting = [asyncio.ensure_future(take(reader, 3)) for reader in readers]
    await blocked(bench, 4)
    for name in ("a", "b", "c"):
        bench.add(name)
    seen = await asyncio.gather(*waiting)
    assert [told(each) for each in seen] == [[("added", (n,)) for n in ("a", "b", "c")]] * 4
    for reader in readers:
        await reader.close()


async def test_reading_goes_on_over_lost_connections_without_doubles_or_holes(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    async with client.events() as events:
        reading = asyncio.ensure_future(take(events, 60))
        for number in range(60):
            bench.add(f"j{number}")
            if number % 10 == 5:
                proxy.drop()
            await asyncio.sleep(0.005)
        assert told(await reading) == [("added", (f"j{n}",)) for n in range(60)]


async def test_reading_survives_a_server_that_is_killed(own_server: PrivateServer) -> None:
    bench = QueueBench(own_server.client)
    transport = MultiplexedTransport(Target.parse(own_server.url))
    client = QueueClient(transport, bench.keys)
    async with client.events() as events:
        bench.add("a")
        assert told([await anext(events)]) == [("added", ("a",))]
        waiting = asyncio.ensure_future(anext(events))
        await blocked(bench)
        await asyncio.to_thread(own_server.kill)
        await asyncio.to_thread(own_server.start)
        again = QueueBench(own_server.client)
        again.me.sid = "again"
        again.me.configure(paused=1)
        assert told([await waiting]) == [("paused", ())]
    await client.close()
    await transport.close()
