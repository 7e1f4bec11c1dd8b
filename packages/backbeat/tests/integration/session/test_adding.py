"""Adds that are joined: few calls, own answers, nothing lost by leaving early."""

import asyncio
import random

import pytest

from backbeat.engine.batches import MAX_BYTES
from backbeat.engine.calls.enqueue import Added
from backbeat.engine.client import QueueClient
from backbeat.engine.transport.multiplexed import MultiplexedTransport
from backbeat.engine.transport.target import Target
from backbeat.errors import QueueClosed, QueueFull
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.queue_bench import QueueBench, job


def script_calls(bench: QueueBench) -> int:
    """How many scripts have run on the server."""
    return int(bench.client.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"])


async def turns(number: int) -> None:
    """Let the loop turn so many times."""
    for _ in range(number):
        await asyncio.sleep(0)


async def test_adds_of_one_turn_of_the_loop_share_one_call(
    client: QueueClient, bench: QueueBench
) -> None:
    await client.add(job("first"))
    before = script_calls(bench)
    answers = await asyncio.gather(*(client.add(job(f"j{n}")) for n in range(100)))
    assert answers == ["created"] * 100
    assert script_calls(bench) - before == 1


async def test_adds_that_gather_while_a_call_is_under_way_share_the_next(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    await client.add(job("first"))
    before = script_calls(bench)
    proxy.delay_s = 0.2
    adds = [asyncio.ensure_future(client.add(job("leads")))]
    await asyncio.sleep(0.05)
    for number in range(50):
        adds.append(asyncio.ensure_future(client.add(job(f"j{number}"))))
        await asyncio.sleep(0)
    assert await asyncio.gather(*adds) == ["created"] * 51
    assert script_calls(bench) - before == 2


async def test_joined_adds_keep_the_order_of_their_callers(
    client: QueueClient, bench: QueueBench
) -> None:
    names = [f"j{n:04}" for n in range(1_234)]
    await asyncio.gather(*(client.add(job(name)) for name in names))
    claimed: list[str] = []
    worker = bench.worker()
    while batch := worker.claim(1_000):
        claimed += batch
    assert claimed == names


async def test_each_caller_gets_the_answer_for_its_own_job(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add(*(f"j{n}" for n in range(0, 100, 3)))
    answers = await asyncio.gather(
        *(client.add(job(f"j{n}", priority=7 if n % 2 else 5)) for n in range(100))
    )
    assert answers == ["created" if n % 3 else "existing" for n in range(100)]


async def test_thousands_of_jobs_go_in_calls_of_500_and_each_is_answered(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add("j7", "j1500")
    before = script_calls(bench)
    answers = await client.add_many([job(f"j{n}") for n in range(2_300)])
    assert script_calls(bench) - before == 5
    expected: list[Added] = ["created"] * 2_300
    expected[7] = expected[1_500] = "existing"
    assert answers == expected
    assert bench.counts().waiting == 2_300


async def test_large_jobs_go_in_calls_of_a_mebibyte(client: QueueClient, bench: QueueBench) -> None:
    await client.add(job("first"))
    before = script_calls(bench)
    payload = b'"' + b"x" * (MAX_BYTES // 4) + b'"'
    await client.add_many([job(f"j{n}", payload=payload) for n in range(9)])
    assert script_calls(bench) - before == 3


async def test_an_empty_list_needs_no_call(client: QueueClient, bench: QueueBench) -> None:
    before = script_calls(bench)
    assert await client.add_many([]) == []
    assert script_calls(bench) == before


async def test_single_adds_and_lists_keep_their_order(
    client: QueueClient, bench: QueueBench
) -> None:
    single = asyncio.ensure_future(client.add(job("a")))
    await turns(1)
    several = asyncio.ensure_future(client.add_many([job("b"), job("c")]))
    await turns(1)
    last = asyncio.ensure_future(client.add(job("d")))
    await asyncio.gather(single, several, last)
    assert bench.worker().claim(10) == ["a", "b", "c", "d"]


async def test_joined_adds_fill_a_queue_up_to_its_bound_and_only_the_rest_is_refused(
    client: QueueClient, bench: QueueBench
) -> None:
    await client.configure(max_jobs=70)
    answers = await asyncio.gather(
        *(client.add(job(f"j{n:03}")) for n in range(100)), return_exceptions=True
    )
    assert answers[:70] == ["created"] * 70
    assert all(isinstance(answer, QueueFull) for answer in answers[70:])
    assert bench.counts().waiting == 70


async def test_a_list_that_stops_in_the_middle_says_how_far_it_came(
    client: QueueClient, bench: QueueBench
) -> None:
    await client.configure(max_jobs=1_200)
    with pytest.raises(QueueFull) as refused:
        await client.add_many([job(f"j{n}") for n in range(3_000)])
    assert refused.value.__notes__ == ["1,000 of 3,000 jobs were added before this"]
    assert bench.counts().waiting == 1_000
    await client.configure(max_jobs="")
    answers = await client.add_many([job(f"j{n}") for n in range(3_000)])
    assert answers == ["existing"] * 1_000 + ["created"] * 2_000


async def test_a_closed_queue_refuses_all(client: QueueClient) -> None:
    await client.configure(closed=1)
    answers = await asyncio.gather(
        *(client.add(job(f"j{n}")) for n in range(3)), return_exceptions=True
    )
    assert all(isinstance(answer, QueueClosed) for answer in answers)


async def test_a_caller_that_leaves_before_its_job_was_sent_takes_it_back(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    await client.add(job("first"))
    proxy.delay_s = 0.1
    under_way = asyncio.ensure_future(client.add(job("under-way")))
    await asyncio.sleep(0.02)
    stays = asyncio.ensure_future(client.add(job("stays")))
    leaves = asyncio.ensure_future(client.add(job("leaves")))
    await asyncio.sleep(0)
    leaves.cancel()
    assert await under_way == await stays == "created"
    assert bench.state("stays") == "waiting"
    assert bench.state("leaves") is None


async def test_a_caller_that_leaves_after_its_job_was_sent_leaves_the_job_there(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    await client.add(job("first"))
    proxy.delay_s = 0.1
    leaves = asyncio.ensure_future(client.add(job("sent")))
    await asyncio.sleep(0.02)
    leaves.cancel()
    assert await client.add(job("next")) == "created"
    assert bench.state("sent") == "waiting"


async def test_callers_that_leave_at_any_moment_never_shift_answers_to_others(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    rng = random.Random(7)
    existing = {f"job-{n}" for n in range(10_000) if rng.random() < 0.5}
    for start in range(0, 10_000, 500):
        present = [f"job-{n}" for n in range(start, start + 500) if f"job-{n}" in existing]
        bench.add(*present)
    answered: dict[str, Added] = {}

    async def add(name: str) -> None:
        task = asyncio.ensure_future(client.add(job(name)))
        await turns(rng.randrange(8))
        if rng.random() < 0.6:
            task.cancel()
        try:
            answered[name] = await task
        except asyncio.CancelledError:
            return

    async def add_some(first: int) -> None:
        for number in range(first, 10_000, 40):
            await add(f"job-{number}")

    await asyncio.gather(*(add_some(first) for first in range(40)))
    assert 3_000 < len(answered) < 9_000
    for name, answer in answered.items():
        assert answer == ("existing" if name in existing else "created")
        assert bench.client.hexists(bench.key("jobs"), name)
    assert proxy.accepted == 1


async def test_more_adds_than_may_wait_in_memory_make_their_callers_wait(
    transport: MultiplexedTransport, bench: QueueBench, proxy: FaultProxy
) -> None:
    client = QueueClient(transport, bench.keys, max_pending=10)
    await client.add(job("first"))
    proxy.delay_s = 0.1
    adds = [asyncio.ensure_future(client.add(job(f"j{n}"))) for n in range(35)]
    listed = asyncio.ensure_future(client.add_many([job(f"k{n}") for n in range(8)]))
    most = 0
    while not all(add.done() for add in adds):
        most = max(most, client._joiner._room.used)
        await asyncio.sleep(0.01)
    assert await asyncio.gather(*adds) == ["created"] * 35
    assert await listed == ["created"] * 8
    assert most <= 10
    await client.close()


async def test_closing_waits_for_the_adds_under_way(
    transport: MultiplexedTransport, bench: QueueBench
) -> None:
    client = QueueClient(transport, bench.keys)
    adds = [asyncio.ensure_future(client.add(job(f"j{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    await client.close()
    assert bench.counts().waiting == 20
    assert await asyncio.gather(*adds) == ["created"] * 20


def test_a_client_serves_one_event_loop_after_the_other(
    valkey: PrivateServer, bench: QueueBench
) -> None:
    transport = MultiplexedTransport(Target.parse(valkey.url))
    client = QueueClient(transport, bench.keys)

    async def add(name: str) -> Added:
        return await client.add(job(name))

    async def add_and_close(name: str) -> Added:
        answer = await client.add(job(name))
        await client.close()
        await transport.close()
        return answer

    assert asyncio.run(add("a")) == "created"
    assert asyncio.run(add("b")) == "created"
    assert asyncio.run(add_and_close("a")) == "existing"
