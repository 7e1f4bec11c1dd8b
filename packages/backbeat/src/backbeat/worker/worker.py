"""The worker: runs the jobs of some queues in the running event loop."""

import asyncio
import logging
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from backbeat.app.application import Backbeat
from backbeat.engine.keys import vitals as vitals_key
from backbeat.values import Adaptive
from backbeat.worker.assembly import Assembly
from backbeat.worker.attempt.deadlines import NEVER
from backbeat.worker.background import Background
from backbeat.worker.lanes.adapting import Adapting
from backbeat.worker.lanes.relay_duty import RelayDuty
from backbeat.worker.lanes.slots import Slots
from backbeat.worker.lanes.stopping import wind_down
from backbeat.worker.lanes.waiter import Waiter
from backbeat.worker.lanes.zombies import ZombieCount
from backbeat.worker.leases.keeping import Keeper
from backbeat.worker.measuring import OnCounted
from backbeat.worker.options import WorkerOptions, check_reserved, fixed_part, queue_weights
from backbeat.worker.parts import Parts
from backbeat.worker.pools.threads import ThreadPool
from backbeat.worker.pulse import Pulse
from backbeat.worker.serving import begin_lanes
from backbeat.worker.vitals import VitalsReader

if TYPE_CHECKING:
    from backbeat.worker.lanes.lane import Lane

logger = logging.getLogger("backbeat.worker")


class Worker:
    """Runs jobs until it is stopped. Belongs to one event loop; several workers may share it.

    Guarantees: a job is claimed only when a slot is free for it; its outcome is taken from the
    attempt that the server knows and from no other; what still runs when the worker has to end
    goes back to the head of its queue without having lost an attempt.

    `backbeat worker` is better where nothing else has to live in the process: its supervisor keeps
    the leases, and brings a crashed worker's jobs back at once.

    Attributes:
        name: How history and logs call this worker.
        options: The numbers it runs by.
    """

    def __init__(
        self,
        app: Backbeat,
        *,
        queues: Mapping[str, int] | Sequence[str] | None = None,
        pool: str | None = None,
        concurrency: int | Adaptive = 100,
        grace: float | None = None,
        lease: float | None = None,
        keeper: Keeper | Literal["thread"] = "thread",
        max_zombies: int = 4,
        block_warning: float = 1.0,
        kill_after: float = 60.0,
        cancel_grace: float = 5.0,
        pulse: Pulse | None = None,
        on_worn: Callable[[str], None] | None = None,
        history: bool = True,
        on_counted: OnCounted = lambda queue, rows: None,
    ) -> None:
        """Start nothing yet.

        Args:
            app: The application, with its queues and handlers.
            queues: Names, or names with weights that override the queues' own. Defaults to all.
            pool: Take the queues of this pool instead. Defaults to none.
            concurrency: Jobs at once, over all queues; `Adaptive(low=4, high=200)` follows what
                the worker can bear. Defaults to 100.
            grace: Seconds that running jobs have when the worker stops. Defaults to the settings'.
            lease: Seconds that the worker may stay silent before its jobs are given to others.
                Defaults to the settings'.
            keeper: Who renews the lease. Defaults to a thread of this process.
            max_zombies: Handlers that may ignore their end before the worker takes no more jobs.
                Defaults to 4.
            block_warning: Seconds after which a blocked event loop is logged. Defaults to 1.
            kill_after: Seconds after which a blocked event loop counts as dead: its lease is not
                renewed any more. Defaults to 60.
            cancel_grace: Seconds that a handler has to end after it was told to. Defaults to 5.
            pulse: Where the loop shows that it turns. Defaults to memory of this process.
            on_worn: Called once when the process should be replaced. Defaults to taking no more
                jobs and saying so in the log.
            history: Whether to count what its jobs do, for `queue.history()` and metrics. Defaults
                to True.
            on_counted: Is told of that, too, queue by queue. Defaults to nobody.

        Raises:
            ConfigurationError: A queue is not declared, or there is none, or they have reserved
                more slots than there are.
            InvalidOption: A number does not make sense.
        """
        settings = app.settings
        self.name = f"{platform.node()}-{os.getpid()}"
        self.options = WorkerOptions(
            concurrency=fixed_part(concurrency),
            adaptive=concurrency if isinstance(concurrency, Adaptive) else None,
            grace=settings.grace if grace is None else grace,
            lease=settings.lease if lease is None else lease,
            max_zombies=max_zombies,
            block_warning=block_warning,
            kill_after=kill_after,
            cancel_grace=cancel_grace,
        )
        self._app = app
        self._weights = queue_weights(app, queues, pool)
        check_reserved(app, self._weights, self.options.concurrency)
        self._keeper = keeper
        self._pulse = pulse or Pulse()
        self._history, self._on_counted = history, on_counted
        self._slots: Slots | None = None
        self._lanes: list[Lane] = []
        self._threads = ThreadPool("backbeat-job", on_zombie=lambda _: self._zombies.count())
        self._zombies = ZombieCount(
            self._threads,
            self._lanes,
            most=max_zombies,
            grace=cancel_grace,
            matters=lambda: self._stopping is None,
            on_worn=on_worn or self._retire,
        )
        self._background = Background(self.name, self._failed)
        self._stack = AsyncExitStack()
        self._turn = asyncio.Lock()
        self._over = asyncio.Event()
        self._hurry = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None
        self._error: BaseException | None = None

    async def run(self) -> None:
        """Run until `stop()`. Cancelling it stops the worker, too; once more ends it at once.

        Raises:
            ConfigurationError: The application or its settings do not fit.
        """
        await self.start()
        try:
            await self._over.wait()
        except asyncio.CancelledError:
            await self.stop()
            raise
        if self._error is not None:
            raise self._error

    async def start(self) -> None:
        """Begin to take jobs, in the background, once. Does not wait for the server.

        Raises:
            ConfigurationError: The application or its settings do not fit.
        """
        async with self._turn:
            if self._stopping is not None:
                return
            try:
                await self._start()
            except BaseException:
                await self._end_parts()
                raise
        logger.info("worker %s takes jobs of %s", self.name, ", ".join(self._weights))

    async def ready(self) -> None:
        """Wait until the server knows this worker in all its queues."""
        await asyncio.gather(*(lane.registered.wait() for lane in self._lanes))

    async def stop(self, grace: float | None = None) -> None:
        """Take no more jobs, wait for the running ones, give the rest back.

        Takes at most the grace and one second. A further call with a grace of 0 ends the grace.

        Args:
            grace: Seconds to wait. Defaults to the worker's.
        """
        if grace is not None and grace <= 0:
            self._hurry.set()
        if self._stopping is None:
            allowed = self.options.grace if grace is None else grace
            self._stopping = asyncio.create_task(self._stop(allowed), name="backbeat: stop")
        try:
            await asyncio.shield(self._stopping)
        except asyncio.CancelledError:
            self._hurry.set()
            raise

    def quiet(self) -> None:
        """Take no more jobs, for good; the running ones go on."""
        for lane in self._lanes:
            lane.quiet()

    def pause(self) -> None:
        """Take no more jobs until `resume()`; other workers go on."""
        for lane in self._lanes:
            lane.pause()

    def resume(self) -> None:
        """Take jobs again."""
        for lane in self._lanes:
            lane.resume()

    def scale(self, concurrency: int) -> None:
        """Run so many jobs at once from now on, over all queues; what runs goes on.

        Raises:
            InvalidOption: The number is below 1.
        """
        self.options = replace(self.options, concurrency=concurrency)
        if self._slots is not None:
            self._slots.resize(concurrency)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _start(self) -> None:
        connection = await self._app.connections.open()
        lifespan = self._app.lifespan
        state = None if lifespan is None else await self._stack.enter_async_context(lifespan())
        parts = Parts(
            self._stack, self._background, self._app, connection, self.options, self._pulse
        )
        self._slots = Slots(self.options.concurrency)
        assembly = Assembly(
            app=self._app,
            connection=connection,
            options=self.options,
            name=self.name,
            keeper=parts.keeper() if self._keeper == "thread" else self._keeper,
            slots=self._slots,
            waiter=Waiter(connection.transport),
            deadlines=parts.deadlines(self._sweep),
            pools=parts.pools(self._threads),
            gates=parts.gates(),
            state=state,
            on_zombie=self._zombies.count,
            measuring=parts.measuring(self._on_counted) if self._history else None,
        )
        watchdog = parts.watchdog(self._lanes, self._whose)
        if assembly.measuring is not None:
            reader = VitalsReader(watchdog)
            assembly.measuring.report(vitals_key(connection.namespace, self.name), reader.read)
        if (rule := self.options.adaptive) is not None:
            adapting = Adapting(rule, self._slots, self.scale)
            self._background.begin(adapting.run(), "backbeat: adapting")
        self._background.begin(RelayDuty(connection).run(), "backbeat: relay")
        for name, weight in self._weights.items():
            for lane in begin_lanes(assembly, self._app.queue(name), weight, self._background):
                self._lanes.append(lane)

    def _failed(self, error: BaseException) -> None:
        self._error = self._error or error
        self._stopping = self._stopping or asyncio.create_task(self._stop(0))

    async def _stop(self, grace: float) -> None:
        logger.info("worker %s stops", self.name)
        try:
            async with self._turn:  # a start that is under way comes to its end first
                await wind_down(self._lanes, grace, self._hurry)
        finally:
            await self._end_parts()
            self._zombies.close()
            self._over.set()
        logger.info("worker %s has stopped", self.name)

    async def _end_parts(self) -> None:
        await self._background.end()
        for lane in self._lanes:
            await lane.close()
        await self._stack.aclose()

    def _sweep(self, now: float) -> float:
        return min((lane.attempts.stops.sweep(now) for lane in self._lanes), default=NEVER)

    def _whose(self, task: "asyncio.Task[Any]") -> str | None:
        for lane in self._lanes:
            for run in [*lane.runs.running.values(), *lane.runs.zombies]:
                if run.task is task:
                    return run.label
        return None

    def _retire(self, reason: str) -> None:
        logger.critical("worker %s takes no more jobs, replace its process: %s", self.name, reason)
        self.quiet()
