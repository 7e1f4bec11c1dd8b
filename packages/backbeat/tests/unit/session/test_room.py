"""Places for what waits in memory."""

import asyncio

import pytest

from backbeat.engine.room import Room


async def turn() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_who_does_not_fit_waits_in_the_order_of_coming() -> None:
    room = Room(3)
    entered: list[str] = []

    async def enter(name: str, places: int) -> None:
        await room.take(places)
        entered.append(name)

    tasks = [asyncio.ensure_future(enter(name, n)) for name, n in (("a", 2), ("b", 2), ("c", 1))]
    await turn()
    # One place is free, but c must not overtake b.
    assert entered == ["a"]
    assert not room.try_take()
    room.give(2)
    await asyncio.gather(*tasks)
    assert entered == ["a", "b", "c"]
    assert room.used == 3


async def test_what_is_larger_than_the_room_enters_when_nobody_else_is_there() -> None:
    room = Room(3)
    await room.take(1)
    large = asyncio.ensure_future(room.take(10))
    await turn()
    assert not large.done()
    room.give(1)
    await large
    assert room.used == 10


@pytest.mark.parametrize("granted", [False, True])
async def test_who_is_cancelled_leaves_no_place_taken(granted: bool) -> None:
    room = Room(1)
    await room.take()
    leaving = asyncio.ensure_future(room.take())
    staying = asyncio.ensure_future(room.take())
    await turn()
    if granted:
        room.give()
    leaving.cancel()
    await turn()
    if not granted:
        room.give()
    await staying
    assert room.used == 1
    assert leaving.cancelled()
