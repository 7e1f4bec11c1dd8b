"""Groups: turns, limits, order and rules, as an application sees them."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from backbeat import (
    Backbeat,
    ConfigurationError,
    GroupFull,
    Groups,
    InvalidOption,
    Queue,
    QueueFull,
    Rate,
    Retry,
    State,
)
from backbeat.testing import FakeClock, drain


async def test_groups_take_turns(app: Backbeat) -> None:
    order, do = _recorder(app.queue("work"))
    for n in range(4):
        await do.options(group="big").enqueue(f"b{n}")
    await do.options(group="small").enqueue("s0")
    await do.enqueue("plain")
    await drain(app)

    assert order == ["b0", "s0", "b1", "b2", "b3", "plain"]


@pytest.mark.parametrize(
    ("options", "cost"),
    [
        ({"rate": Rate(1, per=10)}, 1),
        ({"rate": Rate(5, per=10)}, 3),
        ({"limits": ["partner"]}, 1),
        ({"limits": ["partner"]}, 3),
    ],
    ids=["rate", "rate and cost", "shared limit", "shared limit and cost"],
)
async def test_groups_take_turns_however_little_may_start(
    app: Backbeat, clock: FakeClock, options: dict[str, Any], cost: int
) -> None:
    app.limit("partner", rate=Rate(1 if cost == 1 else 5, per=10))
    queue = app.queue("work", **options)
    order: list[str] = []

    @queue.job(cost=cost, group="{tenant}")
    async def do(tenant: str) -> None:
        order.append(tenant)

    for _ in range(3):
        for tenant in "abc":
            await do.enqueue(tenant)
    for _ in range(9):
        # More slots than may start: what is claimed in vain keeps its turn.
        await drain(app, concurrency=8)
        clock.advance(10)

    assert "".join(order) == "abcabcabc"


async def test_a_handler_names_the_group_by_its_arguments(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(group="{tenant}:{region}")
    async def by_text(tenant: str, region: str = "eu") -> None: ...

    @queue.job(group=lambda arguments: arguments["tenant"].lower())
    async def by_function(tenant: str) -> None: ...

    first = await by_text.enqueue("acme")
    second = await by_function.enqueue("ACME")
    third = await queue.add("by_text", {"tenant": "acme", "region": "us"})
    bulk = await queue.add_many([("by_text", {"tenant": "x"}), by_function.call("Y")])
    none = await by_text.options(group="").enqueue("acme")
    own = await by_text.options(group="own").enqueue("acme")

    groups = [(await handle.info()).group for handle in (first, second, third, *bulk, none, own)]
    assert groups == ["acme:eu", "acme", "acme:us", "x:eu", "y", "", "own"]
    assert (await queue.groups.get("acme:eu")).waiting == 1


async def test_a_group_by_an_unknown_argument_is_refused_at_declaration(app: Backbeat) -> None:
    queue = app.queue("work")

    with pytest.raises(ConfigurationError, match="'tenant'"):

        @queue.job(group="{tenant}")
        async def do(customer: str) -> None: ...


@pytest.mark.parametrize("name", ["a;b", "a|b", "*", "", "x" * 129])
async def test_a_name_that_is_none_is_refused(app: Backbeat, name: str) -> None:
    queue = app.queue("work")
    if name:
        with pytest.raises(InvalidOption, match="group"):
            await queue.add("do", {}, group=name)
    with pytest.raises(InvalidOption, match="group"):
        await queue.groups.pause(name)


async def test_no_more_jobs_of_a_group_run_at_once_than_declared(app: Backbeat) -> None:
    queue = app.queue("work", groups=Groups(concurrency=2))
    running, most, go_on = Counter[str](), Counter[str](), asyncio.Event()

    @queue.job(group="{tenant}")
    async def do(tenant: str) -> None:
        running[tenant] += 1
        most[tenant] = max(most[tenant], running[tenant])
        if sum(running.values()) == 4:
            go_on.set()
        await go_on.wait()
        running[tenant] -= 1

    await queue.add_many([do.call(tenant) for tenant in "aaaaabb"])
    assert len(await drain(app, concurrency=10)) == 7
    assert most == {"a": 2, "b": 2}


async def test_rules_can_be_changed_while_the_queue_works(app: Backbeat) -> None:
    queue = app.queue("work", groups=Groups(concurrency=4, max_waiting=50))
    await queue.configure()
    await queue.groups.configure("acme", weight=3, concurrency=None, rate=Rate(10, per=2.0))
    info = await queue.groups.get("acme")

    assert (info.weight, info.concurrency, info.max_waiting) == (3, None, 50)
    assert info.rate == Rate(10, per=2.0)
    assert info.own == ("weight", "concurrency", "rate")
    await queue.groups.configure("acme", rate=None, priority=7)
    assert (await queue.groups.get("acme")).rate is None
    await queue.groups.reset("acme")
    assert (await queue.groups.get("acme")).concurrency == 4
    assert (await queue.groups.get("acme")).own == ()


async def test_declared_rules_replace_those_of_an_earlier_declaration(app: Backbeat) -> None:
    queue = app.queue("work", groups=Groups(concurrency=4, max_waiting=50))
    await queue.configure()
    queue.options = app.queue("other", groups=Groups(weight=2)).options
    await queue.configure()
    info = await queue.groups.get("any")
    assert (info.concurrency, info.max_waiting, info.weight) == (None, None, 2)
    queue.options = app.queue("third").options
    await queue.configure()
    assert (await queue.groups.get("any")).weight == 1


async def test_a_paused_group_waits_until_it_is_resumed(app: Backbeat) -> None:
    queue = app.queue("work")
    order, do = _recorder(queue)
    await queue.groups.pause("acme")
    handle = await do.options(group="acme").enqueue("a")
    await do.options(group="other").enqueue("b")
    await drain(app)
    assert order == ["b"]
    assert (await handle.info()).reason == "group"
    assert (await queue.groups.get("acme")).held == "paused"
    await queue.groups.resume("acme")
    await drain(app)
    assert order == ["b", "a"]


async def test_a_full_group_refuses_only_its_own(app: Backbeat) -> None:
    queue = app.queue("work", groups=Groups(max_waiting=2))
    await queue.configure()
    answers = await asyncio.gather(
        *(queue.add("do", {"n": n}, group="ab"[n % 2]) for n in range(8)),
        *(queue.add("do", {"n": n}) for n in range(3)),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, GroupFull)]
    assert Counter(each.group for each in refused) == {"a": 2, "b": 2}
    assert all("max_waiting" in str(each) for each in refused)
    assert (await queue.counts()).waiting == 7


async def test_a_bulk_for_a_full_group_adds_nothing(app: Backbeat) -> None:
    queue = app.queue("work", groups=Groups(max_waiting=2))
    await queue.configure()
    with pytest.raises(QueueFull, match="group a of queue work"):
        await queue.add_many([("do", {"n": n}) for n in range(3)], group="a")
    assert (await queue.counts()).waiting == 0


async def test_a_rate_holds_back_and_lets_go_in_time(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work", groups=Groups(rate=Rate(2, per=10)))
    starts: list[float] = []

    @queue.job(group="{tenant}")
    async def do(tenant: str) -> None:
        starts.append(clock.now().timestamp())

    began = clock.now().timestamp()
    await queue.add_many([do.call("a") for _ in range(5)])
    await drain(app)
    assert len(starts) == 2
    await drain(app, delayed=True)
    assert [start - began for start in starts] == [0, 0, 10, 10, 20]


async def test_an_ordered_group_keeps_the_order_through_retries(app: Backbeat) -> None:
    queue = app.queue("work", groups=Groups(ordered=True), retry=Retry.fixed(attempts=3, delay=5))
    order: list[str] = []

    @queue.job(group="{account}")
    async def apply(account: str, entry: str) -> None:
        order.append(entry)
        if order.count(entry) < 3 and entry == "first":
            raise RuntimeError(entry)

    for entry in ("first", "second", "third"):
        await apply.enqueue("account-7", entry)
    await drain(app, concurrency=5, delayed=True)
    assert order == ["first"] * 3 + ["second", "third"]


async def test_groups_are_listed_by_name_page_by_page(app: Backbeat) -> None:
    queue = app.queue("work")
    await queue.groups.configure("m", priority=3)
    for name in "qbxa":
        await queue.add("do", {}, group=name)
    first = await queue.groups.list(limit=3)
    second = await queue.groups.list(cursor=first.cursor, limit=3)

    assert [group.name for group in first.groups] == ["a", "b", "m"]
    assert ([group.name for group in second.groups], second.cursor) == (["q", "x"], None)
    assert [group.waiting for group in first.groups] == [1, 1, 0]


async def test_operators_find_jobs_of_groups_like_any_others(app: Backbeat) -> None:
    queue = app.queue("work")
    handles = [await queue.add("do", {"n": n}, group="g", id=f"j{n}") for n in range(5)]
    await queue.set_priority("j4", 9)
    await queue.reschedule("j3", delay=60)
    assert (await queue.remove("j1")).count == 1
    assert await queue.cancel("j2") == "cancelled"
    page = await queue.list(State.WAITING)
    assert [job.id for job in page.jobs] == ["j4", "j0"]
    assert page.jobs[0].group == "g"
    assert await queue.promote("j3") == 1
    assert await queue.retry("j2") == 1
    assert (await handles[3].info()).state is State.WAITING
    assert await queue.drain() == 4
    assert (await queue.groups.list()).groups == []


async def test_obliterating_takes_groups_and_rules_along(app: Backbeat) -> None:
    queue = app.queue("work")
    await queue.add("do", {}, group="g")
    await queue.groups.configure("g", weight=7)
    await queue.obliterate()
    await queue.add("do", {})

    assert (await queue.groups.get("g")).weight == 1
    assert (await queue.counts()).waiting == 1


@pytest.mark.parametrize(
    ("rules", "word"),
    [
        ({"weight": 0}, "weight"),
        ({"weight": 101}, "weight"),
        ({"concurrency": 0}, "concurrency"),
        ({"max_waiting": -1}, "max_waiting"),
        ({"priority": 11}, "priority"),
        ({"rate": Rate(5, per=1, burst=9)}, "burst"),
    ],
)
async def test_rules_that_make_no_sense_are_refused(
    app: Backbeat, rules: dict[str, Any], word: str
) -> None:
    with pytest.raises(InvalidOption, match=word):
        await app.queue("work").groups.configure("g", **rules)
    if word != "priority":
        with pytest.raises(InvalidOption, match=word):
            Groups(**rules)


def test_ordered_groups_run_one_job_at_a_time() -> None:
    with pytest.raises(InvalidOption, match="ordered"):
        Groups(ordered=True, concurrency=2)


async def test_an_unknown_rule_is_refused(app: Backbeat) -> None:
    with pytest.raises(TypeError, match="'speed'"):
        await app.queue("work").groups.configure("g", speed=1)  # type: ignore[call-arg] # the case


async def test_the_sync_face_does_the_same(app: Backbeat) -> None:
    queue = app.queue("work", groups=Groups(concurrency=3))

    def work() -> None:
        sync = queue.sync
        sync.configure()
        sync.groups.configure("g", weight=2)
        sync.groups.pause("g")
        sync.add("do", {}, group="g")
        assert sync.groups.get("g").held == "paused"
        sync.groups.resume("g")
        assert [group.name for group in sync.groups.list().groups] == ["g"]
        assert sync.groups.get("g").concurrency == 3
        sync.groups.reset("g")
        assert sync.groups.get("g").own == ()

    await asyncio.to_thread(work)


async def test_groups_stay_whole_over_partitions(app: Backbeat) -> None:
    queue = app.queue(
        "work", partitions=4, partition_by="group", groups=Groups(concurrency=2, max_waiting=3)
    )
    running, most, go_on = Counter[str](), Counter[str](), asyncio.Event()

    @queue.job(group="{tenant}")
    async def do(tenant: str) -> None:
        running[tenant] += 1
        most[tenant] = max(most[tenant], running[tenant])
        await go_on.wait()
        running[tenant] -= 1

    await queue.configure()
    await queue.add_many([do.call(tenant) for tenant in "aaabbbcccddd"])
    with pytest.raises(GroupFull, match="group a"):
        await do.enqueue("a")
    await queue.groups.configure("b", weight=4)
    await queue.groups.pause("d")
    first = await queue.groups.list(limit=3)
    rest = await queue.groups.list(cursor=first.cursor, limit=3)
    assert [group.name for group in first.groups] == ["a", "b", "c"]
    assert ([group.name for group in rest.groups], rest.cursor) == (["d"], None)
    assert [group.waiting for group in (*first.groups, *rest.groups)] == [3] * 4
    assert (await queue.groups.get("b")).weight == 4
    assert (await queue.groups.get("d")).held == "paused"
    await queue.groups.resume("d")
    go_on.set()
    assert len(await drain(app, concurrency=20)) == 12
    assert max(most.values()) <= 2


async def test_a_job_of_a_group_with_an_id_of_its_own_is_found_over_partitions(
    app: Backbeat,
) -> None:
    queue = app.queue("work", partitions=4, partition_by="group")
    for tenant in "abcdef":
        await queue.add("do", {}, id=f"job-{tenant}", group=tenant)
    assert [(await queue.get(f"job-{tenant}")).group for tenant in "abcdef"] == list("abcdef")


async def test_partitions_that_would_tear_groups_apart_refuse_them(app: Backbeat) -> None:
    queue = app.queue("work", partitions=4)
    await queue.add("do", {})
    with pytest.raises(InvalidOption, match='partition_by="group"'):
        await queue.add("do", {}, group="acme")


def _recorder(queue: Queue) -> tuple[list[str], Any]:
    """A handler that writes down what it ran."""
    order: list[str] = []

    @queue.job()
    async def do(name: str) -> None:
        order.append(name)

    return order, do
