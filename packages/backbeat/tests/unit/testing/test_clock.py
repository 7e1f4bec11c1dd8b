"""Fake time: where it starts, how it moves, and who hears of it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from backbeat.errors import InvalidOption
from backbeat.testing import FakeClock


def test_it_stands_still_at_a_fixed_moment() -> None:
    clock = FakeClock()
    assert clock.now() == datetime(2030, 1, 1, tzinfo=UTC)
    assert clock() == clock() == 1_893_456_000_000


def test_it_moves_by_seconds_or_by_a_timedelta() -> None:
    clock = FakeClock(datetime(2031, 5, 1, tzinfo=UTC))
    clock.advance(1.5)
    clock.advance(timedelta(minutes=1))
    assert clock.now() == datetime(2031, 5, 1, 0, 1, 1, 500_000, tzinfo=UTC)


def test_a_tenth_of_a_second_is_a_hundred_milliseconds() -> None:
    clock = FakeClock()
    before = clock()
    for _ in range(11):
        clock.advance(0.1)
    assert clock() - before == 1_100


def test_it_moves_to_a_moment_in_any_time_zone() -> None:
    clock = FakeClock()
    clock.move_to(datetime.fromisoformat("2030-01-01T03:00:00+02:00"))
    assert clock.now() == datetime(2030, 1, 1, 1, tzinfo=UTC)


def test_it_never_runs_backwards() -> None:
    clock = FakeClock()
    with pytest.raises(InvalidOption, match="does not run backwards"):
        clock.move_to(datetime(2029, 12, 31, tzinfo=UTC))
    with pytest.raises(InvalidOption, match="between 0 and"):
        clock.advance(-1)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(InvalidOption, match="no time zone"):
        FakeClock(datetime(2030, 1, 1))  # noqa: DTZ001 - what is refused


async def test_a_sleeper_wakes_when_the_clock_was_moved_far_enough() -> None:
    clock = FakeClock()
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    clock.advance(9.999)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.advance(0.001)
    await asyncio.wait_for(sleeper, 5)


def test_who_listens_hears_of_each_move_until_the_block_ends() -> None:
    clock, heard = FakeClock(), list[int]()
    with clock.listened(lambda: heard.append(clock())):
        clock.advance(1)
        clock.advance(2)
    clock.advance(3)
    assert heard == [1_893_456_001_000, 1_893_456_003_000]
