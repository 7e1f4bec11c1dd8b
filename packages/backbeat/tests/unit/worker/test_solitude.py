"""One job with nothing beside it: when it may begin, and for how long others wait."""

import asyncio

from backbeat.worker.lanes.slots import Share, Slots

SUSPECT = "suspect"


def slots_with(*running: str) -> tuple[Slots, Share]:
    slots = Slots(10)
    share = slots.join(Share(list(running), lambda: None))
    return slots, share


async def test_an_empty_worker_is_entered_at_once_and_nothing_is_claimed_meanwhile() -> None:
    slots, share = slots_with(SUSPECT)

    assert await slots.solitude.enter()
    assert slots.reserve(share, 5) == 0
    slots.solitude.leave()
    assert slots.reserve(share, 5) == 5


async def test_it_waits_until_the_others_have_ended() -> None:
    running = [SUSPECT, "other"]
    slots = Slots(10)
    share = slots.join(Share(running, lambda: None))
    entering = asyncio.ensure_future(slots.solitude.enter())
    await asyncio.sleep(0)
    slots.offer(share)
    await asyncio.sleep(0)
    assert not entering.done()

    running.remove("other")
    slots.offer(share)
    assert await entering


async def test_a_second_one_finds_it_taken() -> None:
    slots, _ = slots_with(SUSPECT)
    assert await slots.solitude.enter()

    assert not await slots.solitude.enter()
    slots.solitude.leave()
    assert await slots.solitude.enter()
    slots.solitude.leave()


async def test_nobody_waits_longer_than_the_patience() -> None:
    slots, share = slots_with(SUSPECT, "for hours")
    opened = asyncio.Event()
    share.kick = opened.set
    slots.solitude.patience = 0.01

    assert await slots.solitude.enter()
    assert slots.reserve(share, 1) == 0
    async with asyncio.timeout(10):
        await opened.wait()
    assert slots.reserve(share, 1) == 1
    assert not await slots.solitude.enter()


async def test_who_is_stopped_while_it_waits_lets_the_others_go_on() -> None:
    slots, share = slots_with(SUSPECT, "for hours")
    entering = asyncio.ensure_future(slots.solitude.enter())
    await asyncio.sleep(0)
    entering.cancel()
    await asyncio.wait([entering])

    assert slots.reserve(share, 1) == 1
