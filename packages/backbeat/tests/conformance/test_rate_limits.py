"""Rates: so many in a time, by the server's clock, over everyone who asks."""

import pytest

from backbeat import Backbeat, ConfigurationError, InvalidOption, NotGranted, Rate
from backbeat.testing import FakeClock


async def test_a_sliding_window_gives_its_units_and_no_more(
    app: Backbeat, clock: FakeClock
) -> None:
    gates = [app.rate_gate("stripe", rate=Rate(3, per=1)) for _ in range(2)]
    assert [await gate.try_take() for gate in gates * 2] == [True, True, True, False]
    clock.advance(0.999)
    assert not await gates[0].try_take()
    clock.advance(0.001)
    assert [await gate.try_take() for gate in gates * 2] == [True, True, True, False]


async def test_units_come_back_one_by_one_as_they_were_taken(
    app: Backbeat, clock: FakeClock
) -> None:
    gate = app.rate_gate("stripe", rate=Rate(2, per=1))
    assert await gate.try_take()
    clock.advance(0.4)
    assert await gate.try_take()
    clock.advance(0.6)
    assert [await gate.try_take(), await gate.try_take()] == [True, False]
    clock.advance(0.4)
    assert await gate.try_take()


async def test_a_bucket_gives_its_burst_and_then_evenly(app: Backbeat, clock: FakeClock) -> None:
    gate = app.rate_gate("stripe", rate=Rate(10, per=1, burst=3))
    assert [await gate.try_take() for _ in range(4)] == [True, True, True, False]
    clock.advance(0.1)
    assert [await gate.try_take(), await gate.try_take()] == [True, False]
    clock.advance(10)
    assert [await gate.try_take() for _ in range(4)] == [True, True, True, False]


async def test_a_cost_takes_as_many_units(app: Backbeat, clock: FakeClock) -> None:
    gate = app.rate_gate("stripe", rate=Rate(10, per=1))
    assert await gate.try_take(7)
    assert not await gate.try_take(4)
    assert await gate.try_take(3)
    with pytest.raises(InvalidOption, match="from 1 to 10"):
        await gate.try_take(11)


async def test_a_wait_ends_when_its_time_is_over_and_says_when_to_come_again(
    app: Backbeat,
) -> None:
    gate = app.rate_gate("stripe", rate=Rate(1, per=5))
    await gate.wait()
    with pytest.raises(NotGranted) as refusal:
        await gate.wait(timeout=0)
    assert refusal.value.retry_after == 5
    assert (await gate.look()).waiting == 0


async def test_a_pause_holds_up_everyone_and_a_longer_one_stays(
    app: Backbeat, clock: FakeClock
) -> None:
    gate, other = (app.rate_gate("stripe", rate=Rate(5, per=1)) for _ in range(2))
    ends = await gate.pause(30)
    assert ends == await other.pause(10)
    assert not await other.try_take()
    assert (await other.look()).paused_until == ends
    clock.advance(29.999)
    assert not await other.try_take()
    clock.advance(0.001)
    assert await other.try_take()
    await gate.pause(30)
    await other.resume()
    assert await gate.try_take()


async def test_another_kind_forgets_nothing(app: Backbeat, clock: FakeClock) -> None:
    sliding = app.rate_gate("stripe", rate=Rate(5, per=1))
    bucket = app.rate_gate("stripe", rate=Rate(5, per=1, burst=5))
    assert [await sliding.try_take() for _ in range(5)] == [True] * 5
    assert not await bucket.try_take()
    clock.advance(0.2)
    assert [await bucket.try_take(), await bucket.try_take()] == [True, False]
    assert not await sliding.try_take()
    clock.advance(1)
    assert await sliding.try_take()


def test_code_without_a_loop_has_gates_too(app: Backbeat) -> None:
    gate = app.sync.rate_gate("stripe", rate=Rate(1, per=60))
    gate.wait()
    assert not gate.try_take()
    with pytest.raises(NotGranted):
        gate.wait(timeout=0)
    assert gate.pause(10) is not None
    gate.resume()


async def test_a_limit_is_declared_once(app: Backbeat) -> None:
    limit = app.limit("openai", rate=Rate(500, per=60), max_running=3)
    assert app.limit("openai") is limit
    assert app.limit("openai", rate=Rate(500, per=60), max_running=3) is limit
    with pytest.raises(ConfigurationError, match="other numbers"):
        app.limit("openai", rate=Rate(5))
    with pytest.raises(ConfigurationError, match="not declared"):
        app.limit("unknown")


@pytest.mark.parametrize(
    "make",
    [
        lambda app: app.rate_gate("a", rate=Rate(0)),
        lambda app: app.rate_gate("a", rate=Rate(1, per=0)),
        lambda app: app.rate_gate("a", rate=Rate(1_000_001)),
        lambda app: app.rate_gate("", rate=Rate(1)),
        lambda app: app.limit("a", max_running=0),
    ],
)
async def test_what_makes_no_sense_is_refused(app: Backbeat, make: object) -> None:
    with pytest.raises(InvalidOption):
        make(app)  # type: ignore[operator] # each is a function of the application
