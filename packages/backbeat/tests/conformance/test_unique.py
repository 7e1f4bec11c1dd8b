"""Unique jobs: a second one is not taken, replaces the first, or waits for its end."""

import asyncio
from typing import Any

import pytest

from backbeat import (
    Backbeat,
    ConfigurationError,
    InvalidOption,
    JobHandle,
    Permanent,
    State,
    Unique,
)
from backbeat.testing import FakeClock, drain


async def test_the_same_arguments_are_one_job_until_it_has_ended(app: Backbeat) -> None:
    queue = app.queue("mail")

    @queue.job(unique=Unique())
    async def send(to: str, *, copies: int = 1) -> None: ...

    first = await send.enqueue("ada")
    second = await send.enqueue("ada", copies=1)
    other = await send.enqueue("bob")
    assert (second.existing, second.id) == (True, first.id)
    assert other.created
    await drain(app)
    assert (await send.enqueue("ada")).created


async def test_a_thousand_at_once_are_one_live_job(app: Backbeat) -> None:
    queue = app.queue("mail")

    @queue.job(unique=Unique())
    async def send(to: str) -> None: ...

    handles = await asyncio.gather(*(send.enqueue("ada") for _ in range(1_000)))
    assert sum(handle.created for handle in handles) == 1
    assert len({handle.id for handle in handles}) == 1
    assert (await queue.counts()).waiting == 1


async def test_only_the_named_arguments_count(app: Backbeat) -> None:
    queue = app.queue("mail")

    @queue.job(unique=Unique(by=("to",)))
    async def send(to: str, text: str) -> None: ...

    first = await send.enqueue("ada", "one")
    assert (await send.enqueue("ada", "two")).id == first.id
    assert (await send.enqueue("bob", "two")).created


async def test_a_key_of_your_own_holds_over_all_handlers(app: Backbeat) -> None:
    queue = app.queue("wallets")
    rule = Unique(key="wallet:{wallet}")

    @queue.job(unique=rule)
    async def sync(wallet: str) -> None: ...

    @queue.job(unique=rule)
    async def analyze(wallet: str) -> None: ...

    first = await sync.enqueue("9xQe")
    assert (await analyze.enqueue("9xQe")).id == first.id
    assert (await first.info()).unique == "wallet:9xQe"


async def test_until_started_lets_the_next_one_in_while_the_first_runs(app: Backbeat) -> None:
    queue = app.queue("mail")
    inside: list[JobHandle[Any]] = []

    @queue.job()
    async def send(again: bool) -> None:
        if again:
            inside.append(await queue.add("send", {"again": False}, unique=rule))

    rule = Unique(by=(), until="started")
    first = await send.options(unique=rule).enqueue(again=True)
    assert (await send.options(unique=rule).enqueue(again=False)).id == first.id
    await drain(app)
    assert inside[0].created


async def test_until_gone_holds_as_long_as_the_ended_job_is_kept(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("mail")

    @queue.job(unique=Unique(until="gone"), keep=60)
    async def send(to: str) -> None: ...

    first = await send.enqueue("ada")
    await drain(app)
    assert (await send.enqueue("ada")).id == first.id
    await first.remove()
    assert (await send.enqueue("ada")).created


async def test_a_period_holds_whatever_becomes_of_the_job(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("mail")

    @queue.job(unique=Unique(period=60), keep=0)
    async def send(to: str) -> None: ...

    first = await send.enqueue("ada")
    await drain(app)
    clock.advance(59)
    assert (await send.enqueue("ada")).id == first.id
    clock.advance(2)
    assert (await send.enqueue("ada")).created


async def test_a_debounced_job_runs_once_with_what_came_last(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("index")
    ran: list[str] = []

    @queue.job(unique=Unique(by=("page",), debounce=5))
    async def index(page: str, text: str) -> None:
        ran.append(text)

    first = await index.enqueue("home", "one")
    for text in ("two", "three"):
        clock.advance(4)
        assert (await index.enqueue("home", text)).id == first.id
    assert (await first.info()).state is State.DELAYED
    clock.advance(4.9)
    await drain(app)
    assert ran == []
    clock.advance(0.2)
    await drain(app)
    assert ran == ["three"]


async def test_a_debounce_has_a_ceiling(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("index")

    @queue.job(unique=Unique(by=(), debounce=5, max_wait=8))
    async def index(text: str) -> None: ...

    began = clock.now()
    first = await index.enqueue("one")
    clock.advance(4)
    await index.enqueue("two")
    clock.advance(3)
    await index.enqueue("three")
    due = (await first.info()).due_at
    assert due is not None
    assert (due - began).total_seconds() == pytest.approx(8, abs=0.01)


async def test_the_latest_waits_for_the_end_of_the_running_one(app: Backbeat) -> None:
    queue = app.queue("index")
    ran: list[int] = []
    later: list[JobHandle[Any]] = []
    rule = Unique(by=(), latest=True)

    @queue.job(unique=rule)
    async def index(n: int) -> None:
        ran.append(n)
        if n == 1:
            later.extend([await queue.add("index", {"n": n}) for n in (2, 3, 4)])
            info = await later[0].info()
            assert (info.state, info.reason, info.due_at) == (State.DELAYED, "unique", None)

    await index.enqueue(0)
    await index.enqueue(1)
    await drain(app)
    assert ran == [1, 4]
    assert [handle.created for handle in later] == [True, False, False]
    assert len({handle.id for handle in later}) == 1


async def test_the_latest_comes_also_after_one_that_fails(app: Backbeat) -> None:
    queue = app.queue("index")
    ran: list[int] = []

    @queue.job(unique=Unique(by=(), latest=True))
    async def index(n: int) -> None:
        ran.append(n)
        if n == 1:
            await queue.add("index", {"n": 2})
            raise Permanent("no")

    await index.enqueue(1)
    await drain(app)
    assert ran == [1, 2]
    assert (await index.enqueue(3)).created


async def test_a_removed_or_cancelled_job_holds_nothing(app: Backbeat) -> None:
    queue = app.queue("mail")

    @queue.job(unique=Unique())
    async def send(to: str) -> None: ...

    await (await send.enqueue("ada")).remove()
    second = await send.enqueue("ada")
    assert second.created
    await second.cancel()
    assert (await send.enqueue("ada")).created
    await queue.drain()
    assert (await send.enqueue("ada")).created


async def test_a_job_that_is_retried_by_hand_holds_its_key_again(app: Backbeat) -> None:
    queue = app.queue("mail")

    @queue.job(unique=Unique())
    async def send(to: str) -> None:
        raise Permanent("no")

    first = await send.enqueue("ada")
    await drain(app)
    await first.retry()
    assert (await send.enqueue("ada")).id == first.id


async def test_many_at_once_know_each_other(app: Backbeat) -> None:
    queue = app.queue("mail")

    @queue.job(unique=Unique())
    async def send(to: str) -> None: ...

    handles = await queue.add_many([send.call(to) for to in ("ada", "bob", "ada", "bob", "eve")])
    assert [handle.created for handle in handles] == [True, True, False, False, True]
    assert handles[2].id == handles[0].id
    assert (await queue.counts()).waiting == 3


async def test_a_handle_of_a_twin_gives_the_result_of_the_first(app: Backbeat) -> None:
    queue = app.queue("sums")

    @queue.job(unique=Unique())
    async def double(n: int) -> int:
        return 2 * n

    await double.enqueue(4)
    second = await double.enqueue(4)
    await drain(app)
    assert await second.result() == 8


async def test_a_cached_result_stands_in_for_a_run(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("sums")
    runs: list[int] = []

    @queue.job(cache=600)
    async def double(n: int, *, slowly: bool = False) -> int:
        runs.append(n)
        return 2 * n

    first = await double.enqueue(4)
    assert (await double.enqueue(4)).existing
    await drain(app)
    again = await double.enqueue(4, slowly=False)
    assert (again.kept, again.id, await again.result()) == (True, first.id, 8)
    assert (await double.enqueue(5)).created
    await drain(app)
    assert runs == [4, 5]


async def test_a_cached_result_is_no_older_than_its_time(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("sums")
    runs: list[int] = []

    @queue.job(cache=600)
    async def double(n: int) -> int:
        runs.append(n)
        return 2 * n

    await double.enqueue(4)
    clock.advance(100)
    await drain(app)
    # It ages from the end of the run, and nobody has to tidy up for it to be too old.
    clock.advance(599.999)
    assert (await double.enqueue(4)).kept
    clock.advance(0.001)
    anew = await double.enqueue(4)
    assert anew.created
    assert (await double.enqueue(4)).existing
    await drain(app)
    assert (await anew.result(), runs) == (8, [4, 4])
    clock.advance(599)
    assert (await double.enqueue(4)).kept


async def test_a_failure_is_not_cached_and_a_refresh_runs_anew(app: Backbeat) -> None:
    queue = app.queue("sums")
    runs: list[int] = []

    @queue.job(cache=600)
    async def double(n: int) -> int:
        runs.append(n)
        if len(runs) == 1:
            raise Permanent("the first time")
        return 2 * n

    await double.enqueue(4)
    await drain(app)
    assert (await double.enqueue(4)).created
    await drain(app)
    assert (await double.options(on_kept="replace").enqueue(4)).created
    await drain(app)
    assert runs == [4, 4, 4]


async def test_a_rule_gives_each_job_its_priority(app: Backbeat) -> None:
    queue = app.queue("wallets")
    served: list[str] = []

    @queue.job(priority=lambda given, context: 9 if given["wallet"] in context["active"] else 3)
    async def sync(wallet: str) -> None:
        served.append(wallet)

    for wallet in ("quiet", "busy"):
        await sync.options(context={"active": {"busy"}}).enqueue(wallet)
    await sync.options(priority=10).enqueue("first of all")
    await drain(app)
    assert served == ["first of all", "busy", "quiet"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"period": 1, "latest": True}, "period and latest"),
        ({"by": ("a",), "key": "k"}, "by= and key="),
        ({"max_wait": 3}, "debounce"),
        ({"by": "wallet"}, "tuple"),
        ({"until": "monday"}, "until"),
        ({"period": 0}, "1 ms"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidOption, match=words):
        Unique(**options)


async def test_names_that_are_no_arguments_are_refused_at_once(app: Backbeat) -> None:
    queue = app.queue("mail")
    with pytest.raises(ConfigurationError, match="'whom'"):

        @queue.job(unique=Unique(by=("whom",)))
        async def send(to: str) -> None: ...


async def test_an_id_and_a_unique_key_exclude_each_other(app: Backbeat) -> None:
    with pytest.raises(InvalidOption, match="id="):
        await app.queue("mail").add("send", {}, id="a", unique=Unique())
    with pytest.raises(InvalidOption, match="delay="):
        await app.queue("mail").add("send", {}, delay=3, unique=Unique(debounce=1))
    with pytest.raises(InvalidOption, match="cache="):
        await app.queue("mail").add("send", {}, id="a", cache=3)
