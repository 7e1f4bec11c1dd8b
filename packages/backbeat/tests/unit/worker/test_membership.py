"""A worker's place in a queue: given up in time, on every event loop."""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import pytest

from backbeat.engine.calls.tick import Outcomes
from backbeat.worker.lanes.membership import Membership
from backbeat.worker.leases.lease import Lease, Registration
from packages.backbeat.tests.support.loops import new_uvloop

if TYPE_CHECKING:
    from backbeat.worker.lanes.attempts import Attempts
    from backbeat.worker.leases.keeping import Keeper

Loop = Callable[[], asyncio.AbstractEventLoop]


class AttemptsToLose:
    """What runs here, as far as a membership cares."""

    def __init__(self) -> None:
        self.runs = self.stops = self
        self.outcomes = Outcomes()
        self.lost: list[str] = []

    def lose(self, why: str) -> None:
        self.lost.append(why)


class NoKeeper:
    """Renews nothing."""

    def release(self, registration: Registration) -> None:
        """See `Keeper`."""


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, new_uvloop])
@pytest.mark.parametrize("ago", [0.75, 5.0])
def test_news_of_a_renewal_that_come_too_late_end_what_runs(new_loop: Loop, ago: float) -> None:
    """A timer that is due at once is another thing in uvloop than one that is due later."""

    async def told_late() -> None:
        lease = Lease(cast("Any", None), cast("Any", None), lease_ms=1_000, info=b"", clock=None)
        lease.registration = Registration("queue", 1, "session", 1_000)
        attempts, changed = AttemptsToLose(), asyncio.Event()
        membership = Membership(
            "queue", lease, cast("Keeper", NoKeeper()), cast("Attempts", attempts),
            held=lambda: None, on_change=changed.set,
        )  # fmt: skip
        membership.renewed(time.monotonic() - ago, 0, {})
        await asyncio.wait_for(changed.wait(), 10)
        assert lease.abandoned
        assert len(attempts.lost) == 1

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(told_late())
