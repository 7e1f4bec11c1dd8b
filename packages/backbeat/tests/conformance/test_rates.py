"""The rate of a queue: how much starts in a time, over all workers, and nothing lost by waiting."""

from typing import Any

import pytest

from backbeat import Backbeat, InvalidOption, Rate
from backbeat.testing import FakeClock, drain


async def test_no_more_start_in_a_window_than_the_rate_allows(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("bids", rate=Rate(3, per=1))
    starts: list[float] = []

    @queue.job()
    async def bid(n: int) -> None:
        starts.append(clock.now().timestamp())

    await queue.add_many([bid.call(n) for n in range(8)])
    assert len(await drain(app, concurrency=8)) == 3
    clock.advance(0.999)
    assert await drain(app) == []
    clock.advance(0.001)
    assert len(await drain(app, concurrency=8)) == 3
    clock.advance(1)
    assert len(await drain(app)) == 2


async def test_what_is_held_back_says_so_and_has_used_no_attempt(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("bids", rate=Rate(1, per=60))

    @queue.job()
    async def bid() -> None: ...

    await bid.enqueue()
    held = await bid.enqueue()
    await drain(app)
    info = await held.info()
    assert (info.state, info.reason, info.attempts) == ("waiting", "limit", 0)
    clock.advance(60)
    await drain(app)
    assert (await held.info()).attempts == 1


async def test_a_bucket_lets_a_burst_through_and_then_drips(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("bids", rate=Rate(2, per=1, burst=4))

    @queue.job()
    async def bid(n: int) -> None: ...

    await queue.add_many([bid.call(n) for n in range(20)])
    ran = []
    for _ in range(6):
        ran.append(len(await drain(app, concurrency=20)))
        clock.advance(0.5)
    assert ran == [4, 1, 1, 1, 1, 1]
    clock.advance(60)
    assert len(await drain(app, concurrency=20)) == 4


async def test_a_job_counts_with_its_cost_and_keeps_its_turn(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("tokens", rate=Rate(10, per=1))
    served: list[str] = []

    @queue.job(cost=lambda given: given["tokens"])
    async def ask(what: str, tokens: int) -> None:
        served.append(what)

    for what, tokens in (("a", 6), ("big", 9), ("b", 1)):
        await ask.enqueue(what, tokens)
    await drain(app)
    assert served == ["a"]
    clock.advance(1)
    await drain(app)
    assert served == ["a", "big", "b"]


async def test_a_job_that_costs_more_than_the_rate_has_the_whole_window(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("tokens", rate=Rate(10, per=1))
    served: list[int] = []

    @queue.job()
    async def ask(n: int) -> None:
        served.append(n)

    await ask.enqueue(1)
    await ask.options(cost=50).enqueue(2)
    await ask.enqueue(3)
    await drain(app)
    assert served == [1]
    clock.advance(1)
    await drain(app)
    assert served == [1, 2]
    clock.advance(1)
    await drain(app)
    assert served == [1, 2, 3]


async def test_the_rate_can_be_changed_and_taken_away(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("bids", rate=Rate(1, per=60))

    @queue.job()
    async def bid(n: int) -> None: ...

    await queue.add_many([bid.call(n) for n in range(5)])
    assert len(await drain(app)) == 1
    client = await queue.client()
    await client.configure(rate="", rate_ms="", rate_burst="")
    assert (await queue.counts()).waiting == 4


@pytest.mark.parametrize(
    "wrong", [{"count": 0}, {"count": 1, "per": 0}, {"count": 1, "burst": 0}, {"count": 2**60}]
)
def test_a_rate_that_cannot_be_kept_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match="Rate"):
        Rate(**wrong)


async def test_a_cost_below_one_is_refused(app: Backbeat) -> None:
    with pytest.raises(InvalidOption, match="cost"):
        await app.queue("tokens").add("ask", {}, cost=0)
