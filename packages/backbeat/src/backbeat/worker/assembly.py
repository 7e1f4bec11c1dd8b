"""Puts the parts of a worker together."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from backbeat.app.application import Backbeat
from backbeat.app.connections import AsyncConnection
from backbeat.app.queue import Queue
from backbeat.engine.scripts import QueueScripts
from backbeat.worker.attempt.deadlines import Deadlines
from backbeat.worker.attempt.tally import Tally
from backbeat.worker.clock import ServerClock
from backbeat.worker.handlers.gate import Gates
from backbeat.worker.handlers.routine import Pools
from backbeat.worker.lanes.attempts import Attempts
from backbeat.worker.lanes.lane import Lane
from backbeat.worker.lanes.lane_terms import LaneTerms
from backbeat.worker.lanes.postman import Postman
from backbeat.worker.lanes.rest import Rest
from backbeat.worker.lanes.scheduler import Scheduler
from backbeat.worker.lanes.slots import Slots
from backbeat.worker.lanes.waiter import Waiter
from backbeat.worker.leases.keeping import Keeper
from backbeat.worker.leases.lease import Lease
from backbeat.worker.leases.lease_keeper import LeaseKeeper
from backbeat.worker.measuring import Measuring
from backbeat.worker.options import WorkerOptions


@dataclass(frozen=True, slots=True)
class Assembly:
    """What the lanes of one worker share.

    Attributes:
        app: The application.
        connection: Of this event loop.
        options: The numbers of the worker.
        name: Name of the worker.
        keeper: Renews the leases.
        slots: Shared by all lanes.
        waiter: Waits for all lanes, where one command may name keys of several queues.
        deadlines: The one timer.
        pools: Where handlers run that are not coroutines.
        gates: The breakers of handlers.
        state: What the application's lifespan made.
        on_zombie: Called when a handler has yet to end, although its run is over.
        measuring: Writes down what is counted; None where nothing is.
    """

    app: Backbeat
    connection: AsyncConnection
    options: WorkerOptions
    name: str
    keeper: Keeper
    slots: Slots
    waiter: Waiter
    deadlines: Deadlines
    pools: Pools
    gates: Gates
    state: Any
    on_zombie: Callable[[], None]
    measuring: Measuring | None

    def lane(self, queue: Queue, part: str, terms: LaneTerms) -> Lane:
        """The lane of a queue, or of one of its partitions.

        Args:
            queue: The queue.
            part: One of its parts.
            terms: How it stands to the other lanes.
        """
        scripts = QueueScripts(self.connection.keys(part))
        clock = ServerClock(self.connection.clock)
        lease, rest = self._lease(scripts), Rest()
        keeps = LeaseKeeper(self.keeper, lease)
        return Lane(
            scripts,
            lease,
            self.keeper,
            clock,
            self.slots,
            self._attempts(queue, scripts, lease, keeps, clock, rest),
            rest,
            keeps,
            self._waiter(terms),
            Scheduler(part, self.connection.client(part).schedules),
            Postman(self.connection.relay, scripts.keys.queue),
            self.connection.permits,
            name=self.name,
            limits=queue.limits,
            terms=terms,
        )

    def _waiter(self, terms: LaneTerms) -> Waiter:
        """The one of all lanes; in a cluster each needs its own."""
        transport = self.connection.transport
        return Waiter(transport, terms.wait) if transport.one_slot else self.waiter

    def _lease(self, scripts: QueueScripts) -> Lease:
        info = {
            "name": self.name,
            "host": platform.node(),
            "pid": os.getpid(),
            "concurrency": self.options.concurrency,
        }
        return Lease(
            self.connection.transport,
            scripts,
            lease_ms=round(self.options.lease * 1000),
            info=msgspec.json.encode(info),
            clock=self.connection.clock,
        )

    def _attempts(
        self,
        queue: Queue,
        scripts: QueueScripts,
        lease: Lease,
        keeps: LeaseKeeper,
        clock: ServerClock,
        rest: Rest,
    ) -> Attempts:
        return Attempts(
            queue,
            scripts.keys.queue,
            lease,
            self.connection.permits,
            keeps,
            worker=self.name,
            clock=clock,
            deadlines=self.deadlines,
            cancel_grace=self.options.cancel_grace,
            pools=self.pools,
            gates=self.gates,
            state=self.state,
            tally=self._tally(queue, scripts),
            solitude=self.slots.solitude,
            on_outcome=rest.kick,
            on_zombie=self.on_zombie,
        )

    def _tally(self, queue: Queue, scripts: QueueScripts) -> Tally | None:
        if self.measuring is None:
            return None
        return self.measuring.tally(queue.name, scripts, queue.handlers)
