"""Opens what the lanes of a worker stand on, and has it closed in the reverse order."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Final

from backbeat.app.application import Backbeat
from backbeat.app.breakers import client_of
from backbeat.app.connections import AsyncConnection
from backbeat.worker.attempt.deadlines import Deadlines
from backbeat.worker.background import Background
from backbeat.worker.expiring import Expirer, Overdue
from backbeat.worker.handlers.gate import Gates
from backbeat.worker.handlers.routine import Pools
from backbeat.worker.handover import into
from backbeat.worker.leases.keeping import Keeper
from backbeat.worker.leases.renewal import KeeperThread
from backbeat.worker.measuring import Measuring, OnCounted
from backbeat.worker.options import WorkerOptions
from backbeat.worker.pools.processes import ProcessPool
from backbeat.worker.pools.threads import ThreadPool
from backbeat.worker.pulse import Pulse
from backbeat.worker.watchdog import Watchdog, Whose

_LAST_WORDS_SECONDS: Final = 0.15


@dataclass(frozen=True, slots=True)
class Parts:
    """Opens the parts of one worker. Belongs to the running event loop.

    Attributes:
        stack: Closes what was opened.
        background: Goes on with what has to.
        app: The application.
        connection: Of this event loop.
        options: The numbers of the worker.
        pulse: Where the loop shows that it turns.
    """

    stack: AsyncExitStack
    background: Background
    app: Backbeat
    connection: AsyncConnection
    options: WorkerOptions
    pulse: Pulse

    def keeper(self) -> Keeper:
        """A thread that renews the leases while the loop turns."""
        keeper = KeeperThread(
            self.app.connections.separate,
            self.connection.keys("any").namespace,
            lease=self.options.lease,
            deliver=into(asyncio.get_running_loop()),
            fresh=lambda: self.pulse.age < self.options.kill_after,
            clock=self.connection.clock,
        )
        keeper.start()
        self.stack.callback(keeper.close)
        return keeper

    def deadlines(self, sweep: Callable[[float], float]) -> Deadlines:
        """The one timer; see `Deadlines`."""
        deadlines = Deadlines(sweep)
        self.stack.callback(deadlines.close)
        return deadlines

    def pools(self, threads: ThreadPool) -> Pools:
        """Where handlers run that are not coroutines: these threads, and processes."""
        pools = Pools(threads, ProcessPool())
        self.stack.callback(pools.threads.close)
        self.stack.push_async_callback(pools.processes.close)
        return pools

    def gates(self) -> Gates:
        """The breakers of handlers."""
        connection = self.connection
        gates = Gates(client_of(connection), hold_ms=round(self.options.lease * 1000))
        self.stack.push_async_callback(_close_gates, gates)
        return gates

    def measuring(self, on_counted: OnCounted) -> Measuring:
        """Writes down what is counted, and tells `on_counted` of it."""
        measuring = Measuring(self.connection.transport, self.connection.clock, on_counted)
        self.stack.push_async_callback(_last_words, measuring.tell)
        self.background.begin(measuring.run(), "backbeat: measuring")
        return measuring

    def watchdog(self, lanes: Sequence[Overdue], whose: Whose) -> Watchdog:
        """Says what blocks the loop, and ends what is overdue in these lanes meanwhile."""
        expirer = Expirer(self.app.connections.separate, self.connection.clock)
        watchdog = Watchdog(
            self.pulse,
            warning=self.options.block_warning,
            whose=whose,
            on_block=lambda: expirer.expire(lanes),
        )
        watchdog.start()
        self.stack.callback(expirer.close)
        self.stack.callback(watchdog.close)
        return watchdog


async def _close_gates(gates: Gates) -> None:
    """Tell what is still to be told, as long as that may take at the end."""
    await _last_words(gates.settled)
    gates.close()


async def _last_words(say: Callable[[], Awaitable[None]]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_LAST_WORDS_SECONDS):
            await say()
