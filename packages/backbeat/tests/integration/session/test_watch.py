"""Waiting for the end of jobs, also when the news of it is lost."""

import asyncio

import pytest

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.client import QueueClient
from backbeat.engine.transport.multiplexed import MultiplexedTransport
from backbeat.engine.transport.target import Target
from backbeat.engine.watch import Notice, Watch
from backbeat.errors import ProtocolError, ServerUnavailable
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job


def run_all(bench: QueueBench, result: bytes = b'"done"') -> None:
    """Claim and complete everything that waits."""
    worker = bench.worker()
    claim = worker.tick(1_000)
    worker.finish(claim, result=result)


async def blocked(bench: QueueBench, number: int = 1) -> None:
    """Wait until so many clients wait on the server."""
    while bench.client.info("clients")["blocked_clients"] != number:  # noqa: ASYNC110 - only it knows
        await asyncio.sleep(0.005)


async def news(watch: Watch) -> list[Notice]:
    """Everything until the end."""
    return [notice async for notice in watch]


async def test_a_job_that_ended_before_is_told_at_once(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add("a")
    run_all(bench, b"42")
    async with await client.watch("a") as watch:
        assert await watch.end() == Notice("completed", b"42")
        assert await news(watch) == [Notice("completed", b"42")]


async def test_a_job_that_ends_while_it_is_watched_is_told(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add("a")
    async with await client.watch("a") as watch:
        await blocked(bench)
        run_all(bench, b'{"sum":6}')
        assert await watch.end() == Notice("completed", b'{"sum":6}')


async def test_who_gave_up_before_the_answer_is_watching_no_longer(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    bench.add("a", "b")
    async with await client.watch("b"):
        proxy.delay_s = 0.05
        watching = asyncio.create_task(client.watch("a"))
        while not bench.client.hexists(bench.key("watchers"), "a"):  # noqa: ASYNC110 - only it knows
            await asyncio.sleep(0.001)
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching
        while bench.client.hexists(bench.key("watchers"), "a"):  # noqa: ASYNC110 - only it knows
            await asyncio.sleep(0.005)
        assert bench.client.hexists(bench.key("watchers"), "b")


async def test_a_job_that_is_claimed_later_and_fails_is_told_with_its_error(
    client: QueueClient, bench: QueueBench
) -> None:
    async with await client.watch("nobody") as unknown:
        assert (await unknown.end()).kind == "unknown"
    bench.add("a")
    async with await client.watch("a") as watch:
        worker = bench.worker()
        claim = worker.tick(1)
        outcomes = Outcomes()
        outcomes.end("a", claim.ticket, "failed", b'{"error":"E"}')
        worker.tick(0, outcomes)
        assert await watch.end() == Notice("failed", b'{"error":"E"}')


async def test_a_result_that_nobody_keeps_reaches_who_watched_from_the_start(
    client: QueueClient, bench: QueueBench
) -> None:
    await client.configure(keep_completed=0)
    async with client.expect("a") as watch:
        await client.add(job("a", reply=client.reply_session))
        watch.expected = False
        run_all(bench, b"7")
        assert await watch.end() == Notice("completed", b"7")
    async with await client.watch("a") as late:
        assert await late.end() == Notice("unknown", b"")


async def test_progress_a_return_and_the_end_come_in_their_order(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add("a")
    worker = bench.worker()
    async with await client.watch("a") as watch:
        claim = worker.tick(1)
        for value in (b"10", b"80"):
            worker.run("report", 0, 1, "a", claim.ticket, value, 0)
        outcomes = Outcomes()
        outcomes.put_back("a", claim.ticket, bench.now_ms + 1_000, "1:1:0:0:retry")
        worker.tick(0, outcomes)
        bench.wait(1_000)
        again = worker.tick(1)
        assert ids(again) == ["a"]
        worker.finish(again, result=b"1")
        notices = await news(watch)
    assert [notice.kind for notice in notices] == [
        "progress", "progress", "delayed", "completed",
    ]  # fmt: skip
    assert [notice.data for notice in notices[:2]] == [b"10", b"80"]


async def test_cancelled_and_removed_jobs_are_told(client: QueueClient, bench: QueueBench) -> None:
    bench.add("a", "b")
    async with await client.watch("a") as first, await client.watch("b") as second:
        await client.cancel("a", "enough")
        await client.remove(["b"])
        assert await first.end() == Notice("cancelled", b'{"reason":"enough"}')
        assert (await second.end()).kind == "removed"


async def test_many_watches_share_one_connection_and_each_hears_of_its_own_job(
    client: QueueClient, bench: QueueBench
) -> None:
    names = [f"j{n}" for n in range(700)]
    bench.add(*names)
    before = len(bench.client.client_list())
    watches = await asyncio.gather(*(client.watch(name) for name in names))
    again = await client.watch("j5")
    await blocked(bench)
    assert len(bench.client.client_list()) - before == 2
    worker = bench.worker()
    claim = worker.tick(1_000)
    outcomes = Outcomes()
    for name in ids(claim):
        outcomes.finish(name, claim.ticket, b'"of %s"' % name.encode())
    worker.tick(0, outcomes)
    ends = await asyncio.gather(*(watch.end() for watch in watches))
    assert [end.data for end in ends] == [b'"of %s"' % name.encode() for name in names]
    assert (await again.end()).data == b'"of j5"'


async def test_without_watches_nothing_is_connected_and_a_closed_watch_is_told_no_more(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add("a")
    watch = await client.watch("a")
    await blocked(bench)
    await watch.close()
    await watch.close()
    while bench.client.hexists(bench.key("watchers"), "a"):  # noqa: ASYNC110 - only it knows
        await asyncio.sleep(0.005)
    run_all(bench)
    assert bench.client.llen(bench.keys.replies(client.reply_session)) == 0
    await client.close()
    await blocked(bench, 0)


async def test_news_lost_with_the_connection_are_asked_for(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    bench.add("a", "b")
    watches = [await client.watch("a"), await client.watch("b")]
    await blocked(bench)
    # The server pops the news for a reader whose reply is cut.
    proxy.cut_next_replies()
    run_all(bench, b"3")
    ends = await asyncio.gather(*(watch.end() for watch in watches))
    assert ends == [Notice("completed", b"3")] * 2


async def test_a_watch_survives_the_death_of_the_server(own_server: PrivateServer) -> None:
    bench = QueueBench(own_server.client)
    transport = MultiplexedTransport(Target.parse(own_server.url))
    client = QueueClient(transport, bench.keys, clock=lambda: bench.now_ms)
    bench.add("a", "b")
    watches = [await client.watch("a"), await client.watch("b")]
    await blocked(bench)
    worker = bench.worker()
    await asyncio.to_thread(own_server.kill)
    await asyncio.to_thread(own_server.start)
    again = QueueBench(own_server.client)
    run_all(again, b"5")
    ends = await asyncio.gather(*(watch.end() for watch in watches))
    assert ends == [Notice("completed", b"5")] * 2
    assert worker.number == 1
    await client.close()
    await transport.close()


async def test_news_that_nobody_fetches_live_an_hour_and_are_then_asked_for(
    client: QueueClient, bench: QueueBench
) -> None:
    client._watcher._ask_every = 0.2
    bench.add("a")
    replies = bench.keys.replies(client.reply_session)
    await client._ask("watch", [client.reply_session, "a"])
    run_all(bench, b"9")
    assert 3_590_000 < bench.client.pttl(replies) <= 3_600_000
    bench.client.delete(replies)
    # Expected, and so not asked for at the start: as one whose news were lost.
    watch = client.expect("a")
    watch.expected = False
    bench.client.rpush(replies, b"other|progress|1")
    await asyncio.sleep(0.3)
    bench.client.rpush(replies, b"other|progress|2")
    assert await watch.end() == Notice("completed", b"9")


async def test_an_expected_job_may_be_unknown_until_it_is_added(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    watch = client.expect("a")
    await blocked(bench)
    proxy.drop()
    await client.counts()
    await blocked(bench)
    await client.add(job("a", reply=client.reply_session))
    watch.expected = False
    run_all(bench, b"1")
    assert await watch.end() == Notice("completed", b"1")


async def test_closing_the_client_ends_its_watches(client: QueueClient, bench: QueueBench) -> None:
    bench.add("a")
    watch = await client.watch("a")
    waiting = asyncio.ensure_future(watch.end())
    await blocked(bench)
    await client.close()
    with pytest.raises(ServerUnavailable, match="closed"):
        await waiting
    with pytest.raises(ServerUnavailable, match="closed"):
        await anext(watch)


async def test_a_watch_that_cannot_be_made_leaves_nothing_behind(
    transport: MultiplexedTransport, bench: QueueBench, proxy: FaultProxy
) -> None:
    client = QueueClient(transport, bench.keys, patience=0.2)
    proxy.inject("cut_reply", b"EVALSHA", times=None)
    with pytest.raises(ServerUnavailable):
        await client.watch("a")
    assert not client._watcher._watches
    proxy.clear()
    await client.close()


async def test_a_queue_that_is_obliterated_ends_its_watches(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add("a")
    watch = await client.watch("a")
    await client.obliterate()
    assert (await watch.end()).kind == "removed"


async def test_a_foreign_hand_in_the_list_of_news_ends_the_watches_aloud(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add("a")
    watch = await client.watch("a")
    bench.client.rpush(bench.keys.replies(client.reply_session), "nonsense")
    with pytest.raises(ProtocolError, match="nonsense"):
        await watch.end()
    again = await client.watch("a")
    run_all(bench, b"1")
    assert (await again.end()).kind == "completed"
