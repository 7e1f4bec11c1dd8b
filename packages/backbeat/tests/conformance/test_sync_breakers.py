"""Circuit breakers looked at, opened and closed without an event loop: on every store."""

import asyncio
from datetime import timedelta

import pytest

from backbeat import Backbeat, Breaker, InvalidOption
from backbeat.testing import FakeClock, drain


async def test_a_breaker_is_looked_at_opened_and_closed(app: Backbeat, clock: FakeClock) -> None:
    @app.queue("payments").job(breaker=Breaker("stripe", min_calls=3))
    async def charge() -> None: ...

    breaker = app.sync.breaker("stripe")
    assert (await asyncio.to_thread(breaker.info)).declared is None

    await asyncio.to_thread(breaker.open, 60)
    held = await charge.enqueue()
    assert await drain(app) == []
    info = await asyncio.to_thread(breaker.info)
    assert (info.state, info.until) == ("open", clock.now() + timedelta(seconds=60))
    assert info == await app.breaker("stripe").info()
    assert (await held.info()).reason == "breaker"

    await asyncio.to_thread(breaker.close)
    assert (await asyncio.to_thread(breaker.info)).state == "closed"
    clock.advance(60)
    assert len(await drain(app)) == 1


async def test_opened_without_a_time_it_stays_open(app: Backbeat, clock: FakeClock) -> None:
    await asyncio.to_thread(app.sync.breaker("stripe").open)
    clock.advance(86_400)
    info = await asyncio.to_thread(app.sync.breaker("stripe").info)
    assert (info.state, info.until) == ("open", None)


async def test_all_breakers_are_listed(app: Backbeat) -> None:
    assert await asyncio.to_thread(app.sync.breakers) == []
    for name in ("stripe", "bank"):
        await asyncio.to_thread(app.sync.breaker(name).open)
    listed = await asyncio.to_thread(app.sync.breakers)
    assert [(each.name, each.state) for each in listed] == [("bank", "open"), ("stripe", "open")]
    assert listed == await app.breakers()
    with pytest.raises(InvalidOption, match="breaker"):
        app.sync.breaker("no such name")
