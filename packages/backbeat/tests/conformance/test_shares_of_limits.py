"""What a worker does with its share of a limit: fully settled, taken anew when it is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from backbeat import Backbeat
from backbeat.engine.calls.tick import Claim
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.permits.limit_calls import LimitTerms, take_args
from backbeat.testing import FakeClock
from backbeat.worker.lanes.allowance import Allowance
from backbeat.worker.leases.keeping import Kept

TTL_MS = 30_000
NOTHING = Claim(ticket=1, fence=1, wake_ms=0, now_ms=1, lost=(), jobs=[])


@dataclass
class Keeping:
    """Notes what is to be extended, and says what is not."""

    lost: dict[Kept, Callable[[], None]] = field(default_factory=dict)

    def keep(self, kept: Kept, lost: Callable[[], None]) -> None:
        self.lost[kept] = lost

    def drop(self, kept: Kept) -> None:
        self.lost.pop(kept, None)

    def say_gone(self) -> None:
        """What a keeper says of all that it could not extend."""
        for kept in list(self.lost):
            self.lost.pop(kept)()


@dataclass
class Desk:
    """One worker's share, beside others."""

    permits: PermitClient
    terms: LimitTerms
    keeping: Keeping = field(default_factory=Keeping)
    losses: int = 0

    def __post_init__(self) -> None:
        self.allowance = Allowance(
            [self.terms], self.permits, self.keeping, ttl_ms=TTL_MS, about={},
            on_news=lambda: None, on_wait=lambda ms: None, on_lost=self.note_loss,
        )  # fmt: skip

    def note_loss(self) -> None:
        self.losses += 1

    async def ask(self, want: int) -> int:
        """How many jobs may be claimed, when the limit has answered."""
        if not self.allowance.claimable(want):
            await self.allowance.asked()
        return self.allowance.claimable(want)

    async def others_take(self, units: int, slots: int = 0) -> int:
        """What another worker gets of it; sweeps what is over."""
        args = take_args(
            self.terms, f"other{units}", want=units, need=1, slots=slots, pending=False,
            stay=False, ttl_ms=TTL_MS, who="{}",
        )  # fmt: skip
        session = self.permits.session(self.terms.name)
        return (await self.permits.take(session, self.terms.name, args)).units


@pytest.fixture
async def permits(app: Backbeat) -> AsyncIterator[PermitClient]:
    yield (await app.connections.open()).permits
    await app.close()


async def test_units_of_a_share_that_ran_out_are_not_used(
    permits: PermitClient, clock: FakeClock
) -> None:
    """They count as used when it ran out: used later, a true window would have them twice."""
    desk = Desk(permits, LimitTerms("api", rate=10, per_us=1_000_000))
    assert await desk.ask(4) == 4
    clock.advance(TTL_MS / 1000 + 1)
    assert await desk.others_take(5) == 5
    desk.keeping.say_gone()
    await desk.allowance.asked()
    assert desk.losses == 0
    # 4 that ran out now and 5 of the other: one is left in this window.
    assert desk.allowance.budget[0] == 1
    await desk.allowance.close()


async def test_slots_of_a_share_that_ran_out_are_a_loss(
    permits: PermitClient, clock: FakeClock
) -> None:
    desk = Desk(permits, LimitTerms("gpu", slots=3))
    assert await desk.ask(2) == 2
    clock.advance(TTL_MS / 1000 + 1)
    assert await desk.others_take(1, slots=3) == 1
    desk.keeping.say_gone()
    await desk.allowance.asked()
    assert desk.losses == 1
    desk.allowance.lose()
    await desk.allowance.close()


async def test_an_empty_share_that_is_not_extended_is_no_loss(permits: PermitClient) -> None:
    """And neither is one that was empty when the keeper looked, and is not now."""
    desk = Desk(permits, LimitTerms("gpu", slots=3))
    assert await desk.ask(2) == 2
    desk.allowance.claimed(NOTHING, hungry=False)
    await desk.allowance.asked()
    assert (await permits.look("gpu")).holders == ()
    assert await desk.ask(2) == 2
    desk.keeping.say_gone()
    await desk.allowance.asked()
    assert desk.losses == 0
    assert len(desk.keeping.lost) == 1
    [holder] = (await permits.look("gpu")).holders
    assert holder.slots == 2
    await desk.allowance.close()
    assert (await permits.look("gpu")).holders == ()


async def test_a_share_that_is_lost_leaves_nothing_behind(permits: PermitClient) -> None:
    desk = Desk(permits, LimitTerms("gpu", slots=3))
    assert await desk.ask(2) == 2
    desk.allowance.lose()
    # Asked while the old share is still being given back: the answer comes after that.
    assert await asyncio.wait_for(desk.ask(3), 5) == 3
    [holder] = (await permits.look("gpu")).holders
    assert holder.slots == 3
    await desk.allowance.close()
