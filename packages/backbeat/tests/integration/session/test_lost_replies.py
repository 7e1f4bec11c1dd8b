"""Replies lost after the script ran: one effect, and the caller gets the answer all the same."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.client import QueueClient
from backbeat.engine.record import body_of
from backbeat.engine.states import State
from backbeat.engine.sync_client import SyncQueueClient
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job


@dataclass
class Case:
    """A command, what it finds, what it answers, and what a second run of it would spoil."""

    command: str
    args: tuple[Any, ...]
    answer: object
    after: Callable[[QueueBench], bool]
    before: Callable[[QueueBench], object] = lambda _: None
    options: dict[str, Any] = field(default_factory=dict)


def waiting(*names: str) -> Callable[[QueueBench], object]:
    return lambda bench: bench.add(*names)


def delayed(bench: QueueBench) -> None:
    bench.add(*(job(name, due_ms=bench.now_ms + 60_000) for name in ("a", "b")))


def failed(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    worker = bench.worker()
    claim = worker.tick(3)
    outcomes = Outcomes()
    for name in ids(claim):
        outcomes.end(name, claim.ticket, "failed", b'{"error":"E"}')
    worker.tick(0, outcomes)


def active(bench: QueueBench) -> None:
    bench.add("a")
    bench.worker().tick(1)


def events(bench: QueueBench, kind: str) -> int:
    entries = bench.client.xrange(bench.key("events")) or []
    return sum(kind.encode() in (fields or {}) for _, fields in entries)


def stored(bench: QueueBench, job_id: str) -> bytes:
    """The body of a job as it is kept."""
    record = bench.client.hget(bench.key("jobs"), job_id)
    assert isinstance(record, bytes)
    return body_of(record)


OLD, NEW = body_of(job("a").record), body_of(job("a", payload=b'{"n":2}').record)

CASES = [
    Case("add", (job("a"),), "created", lambda b: b.counts().waiting == 1),
    Case("add", (job("a", priority=7),), "created", lambda b: b.counts().waiting == 1),
    Case(
        "add", (job("a", replace=True),), "created",
        before=failed, after=lambda b: b.state("a") is State.WAITING,
    ),
    Case(
        "add_many", ([job(f"j{n}") for n in range(700)],), ["created"] * 700,
        lambda b: b.counts().waiting == 700 and events(b, "added") == 2,
    ),
    Case(
        "configure", (), None, options={"paused": 1},
        after=lambda b: b.counts().paused and events(b, "paused") == 1,
    ),
    Case("pause", (), None, lambda b: events(b, "paused") == 1),
    Case(
        "resume", (), None, before=lambda b: b.me.configure(paused=1),
        after=lambda b: events(b, "resumed") == 1,
    ),
    Case(
        "cancel", ("a", "enough"), "cancelled", before=waiting("a"),
        after=lambda b: b.state("a") is State.CANCELLED and events(b, "cancelled") == 1,
    ),
    Case(
        "cancel", ("a", "enough"), "flagged", before=active,
        after=lambda b: b.client.llen(b.keys.mailbox(1)) == 1,
    ),
    Case(
        "remove", (["a", "x", "b"],), (2, ()), before=waiting("a", "b", "c"),
        after=lambda b: b.counts().waiting == 1 and events(b, "removed") == 1,
    ),
    Case("promote", (["a", "b"],), 2, before=delayed, after=lambda b: b.counts().waiting == 2),
    Case("retry", (["a", "b"],), 2, before=failed, after=lambda b: b.counts().waiting == 2),
    Case(
        "reschedule", ("a", 1_900_000_000_000), "ok", before=waiting("a"),
        after=lambda b: b.state("a") is State.DELAYED and b.counts().waiting == 0,
    ),
    Case(
        "set_priority", ("b", 9), "ok", before=waiting("a", "b"),
        after=lambda b: b.worker().claim(2) == ["b", "a"],
    ),
    Case(
        "update_data", ("a", OLD, NEW), "ok", before=waiting("a"),
        after=lambda b: stored(b, "a") == NEW,
    ),
    Case(
        "pause_worker", (1,), True, before=active, options={"paused": True},
        after=lambda b: b.entries(b.keys.mailbox(1)) == [b"pause|"],
    ),
    Case(
        "drain", (), 3, before=waiting("a", "b", "c"),
        after=lambda b: b.counts().waiting == 0,
    ),
    Case(
        "clean", (State.FAILED,), 1, before=failed, options={"limit": 1},
        after=lambda b: b.counts().failed == 2,
    ),
    Case("obliterate", (), True, before=waiting("a"), after=lambda b: b.counts().waiting == 0),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case.command}-{case.answer}"[:30]


@pytest.mark.parametrize("case", CASES, ids=name)
async def test_a_lost_reply_of_a_command_is_one_effect_and_one_answer(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy, case: Case
) -> None:
    case.before(bench)
    proxy.inject("cut_reply", b"EVALSHA")
    answer = await getattr(client, case.command)(*case.args, **case.options)
    assert proxy.fired == 1
    assert answer == case.answer
    assert case.after(bench)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_lost_reply_of_a_command_from_a_thread_is_one_effect_and_one_answer(
    sync_client: SyncQueueClient, bench: QueueBench, proxy: FaultProxy, case: Case
) -> None:
    case.before(bench)
    proxy.inject("cut_reply", b"EVALSHA")
    answer = getattr(sync_client, case.command)(*case.args, **case.options)
    assert proxy.fired == 1
    assert answer == case.answer
    assert case.after(bench)


async def test_a_lost_reply_of_joined_adds_gives_every_caller_its_answer(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    bench.add("j3", "j40")
    proxy.inject("cut_reply", b"EVALSHA")
    answers = await asyncio.gather(*(client.add(job(f"j{n}")) for n in range(100)))
    assert answers == ["existing" if n in {3, 40} else "created" for n in range(100)]
    assert proxy.fired == 1
    assert bench.counts().waiting == 100


async def test_an_add_whose_job_ran_and_was_not_kept_meanwhile_does_not_run_again(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    await client.configure(keep_completed=0)
    proxy.inject("cut_reply", b"EVALSHA")
    proxy.inject("half_open", b"EVALSHA")
    adding = asyncio.ensure_future(client.add(job("a")))
    await asyncio.to_thread(proxy.wait_fired, 2)
    worker = bench.worker()
    claim = worker.tick(1)
    worker.finish(claim, "a")
    assert bench.state("a") is None
    assert await adding == "created"
    assert bench.state("a") is None


async def test_a_late_duplicate_of_an_old_call_changes_nothing(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    proxy.inject("hold", b"EVALSHA")
    assert await client.add(job("a")) == "created"
    assert await client.remove(["a"]) == (1, ())
    assert proxy.release() == 1
    assert await client.add(job("b")) == "created"
    # The held bytes went ahead of this answer on another connection: wait until they ran.
    await asyncio.to_thread(wait_for_scripts_errors, bench)
    assert bench.state("a") is None
    assert bench.counts().waiting == 1


def wait_for_scripts_errors(bench: QueueBench) -> None:
    """Wait until the server has refused a late duplicate."""
    deadline = time.monotonic() + 30
    while "errorstat_BB_STALE_CALL" not in bench.client.info("errorstats"):
        assert time.monotonic() < deadline, "it was not refused"


async def test_a_fifth_of_all_replies_lost_is_still_one_effect_each(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    proxy.inject("cut_reply", b"EVALSHA", times=None, chance=0.2)
    proxy.inject("cut", b"EVALSHA", times=None, chance=0.1)

    async def live(first: int) -> None:
        for number in range(first, first + 25):
            name = f"j{number}"
            assert await client.add(job(name)) == "created"
            if number % 5 == 0:
                assert await client.remove([name]) == (1, ())
                assert await client.add(job(name)) == "created"

    await asyncio.gather(*(live(25 * n) for n in range(8)))
    assert proxy.fired > 10
    claimed: list[str] = []
    worker = bench.worker()
    while batch := worker.claim(1_000):
        claimed += batch
    assert sorted(claimed) == sorted(f"j{n}" for n in range(200))


@pytest.mark.parametrize("kind", ["cut", "reset", "half_open"])
async def test_a_call_that_the_server_never_saw_is_sent_again(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy, kind: Any
) -> None:
    proxy.inject(kind, b"EVALSHA", times=2)
    assert await client.add(job("a")) == "created"
    assert proxy.fired == 2
    assert bench.counts().waiting == 1
