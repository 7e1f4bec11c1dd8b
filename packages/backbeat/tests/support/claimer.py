"""A worker that takes jobs and is never heard of again."""

from backbeat import Backbeat
from backbeat.engine.calls.tick import Claim, Outcomes, parse_tick, tick_args
from backbeat.engine.calls.worker import reclaim_args
from backbeat.engine.scripts import QueueScripts
from backbeat.testing import FakeClock
from backbeat.worker.leases.lease import Lease


class Claimer:
    """Takes jobs of a queue and does nothing with them."""

    lease: Lease

    def __init__(self, app: Backbeat, queue: str, clock: FakeClock | None = None) -> None:
        """Take nothing yet."""
        self._app = app
        self._queue = queue
        self._clock = clock

    async def claim(self, count: int, *, lease_ms: int = 30_000) -> Claim:
        """Take so many jobs."""
        connection = await self._app.connections.open()
        self._transport = connection.transport
        self._scripts = QueueScripts(connection.keys(self._queue))
        self.lease = Lease(
            self._transport, self._scripts, lease_ms=lease_ms, info=b"{}", clock=self._clock
        )
        await self.lease.register()
        return parse_tick(await self.lease.call("tick", [1, *tick_args(count, Outcomes())]))

    async def is_lost(self) -> None:
        """Its lease is over, and another worker gives its jobs back: by the clock of the test."""
        assert self._clock is not None
        self._clock.advance(31)
        line = self._scripts.command("reclaim", [self._clock(), *reclaim_args(0)])
        await self._transport.script(self._scripts.script("reclaim"), line)
