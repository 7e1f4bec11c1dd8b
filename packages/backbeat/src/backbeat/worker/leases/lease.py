"""A worker's registration in one queue, and the calls that prove it."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from backbeat.engine.calls.tick import Claim, Outcomes, parse_tick, tick_args
from backbeat.engine.calls.worker import (
    Report,
    leave_args,
    parse_leave,
    parse_register,
    register_args,
    report_args,
)
from backbeat.engine.codes import BadCall, StaleCall
from backbeat.engine.ids import new_session
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.transport.base import Reply, Transport
from backbeat.engine.transport.resend import Backoff
from backbeat.errors import LeaseLost, ProtocolError, ServerUnavailable
from backbeat.lua import Arg
from backbeat.worker.throttle import Throttle

logger = logging.getLogger("backbeat.worker.lease")

# A ticket is the worker's number and, in its lower 32 bits, that of the tick. Some numbers are left
# for its last words.
_MOST_TICKS: Final = 2**32 - 1_000


@dataclass(frozen=True, slots=True)
class Registration:
    """What the server knows this worker by, in one queue.

    Attributes:
        queue: Name of the queue.
        wn: Number of the worker; never given twice while its jobs are active.
        sid: Session of the worker.
        lease_ms: How long it may stay silent.
    """

    queue: str
    wn: int
    sid: str
    lease_ms: int

    @property
    def is_of_partition(self) -> bool:
        """Whether it is one of many that the worker has in the same queue."""
        return "/" in self.queue


class Lease:
    """Calls of one worker on one queue. They are sent until answered: none is ever skipped.

    Attributes:
        registration: As of the last `register()`.
        renewed_at: Monotonic time before the call that last renewed it.
        abandoned: Whether this worker has given up its registration by itself.
        lease_ms: How long the worker may stay silent.
    """

    registration: Registration

    def __init__(
        self,
        transport: Transport,
        scripts: QueueScripts,
        *,
        lease_ms: int,
        info: bytes,
        clock: Callable[[], int] | None,
    ) -> None:
        """Register nothing yet.

        Args:
            transport: Where calls go.
            scripts: The scripts of the queue.
            lease_ms: How long the worker may stay silent.
            info: JSON about the worker, for people.
            clock: Milliseconds since 1970, for tests; None leaves the time to the server.
        """
        self.renewed_at = 0.0
        self.abandoned = False
        self._transport = transport
        self._scripts = scripts
        self.lease_ms = lease_ms
        self._info = info
        self._clock = clock
        self._may_log = Throttle()
        self._number = self._reports = 0
        self._unanswered: list[Arg] | None = None

    async def register(self) -> Registration:
        """Get a number and a lease; waits for a server that is not there."""
        sid = new_session()
        args = [sid, *register_args(self.lease_ms, self._info)]
        reply = await self._persist("register", args, even_if_abandoned=True, renews=True)
        self.abandoned = False
        self._number = self._reports = 0
        self._unanswered = None
        queue = self._scripts.keys.queue
        self.registration = Registration(queue, parse_register(reply), sid, self.lease_ms)
        return self.registration

    async def tick(self, args: Sequence[Arg]) -> Claim:
        """The next tick; the same one is sent until it is answered.

        Raises:
            LeaseLost: The registration is over.
        """
        if self._number >= _MOST_TICKS:
            # What is given back now would else be claimed with the tickets of the next worker.
            self.abandoned = True
            raise LeaseLost("its tickets are used up")
        self._number += 1
        self._unanswered = [self._number, *args]
        reply = await self.call("tick", self._unanswered)
        self._unanswered = None
        return parse_tick(reply)

    async def report(self, reports: Sequence[Report]) -> None:
        """Tell what jobs have said; once, also where the reply is lost.

        Raises:
            LeaseLost: The registration is over.
        """
        self._reports += 1
        await self.call("report", report_args(reports, self._reports))

    async def call(self, name: str, args: Sequence[Arg]) -> Reply:
        """A call with the number and session of this worker.

        Raises:
            LeaseLost: The registration is over.
        """
        held = self.registration
        return await self._persist(name, [held.wn, held.sid, *args])

    async def say_last(self, outcomes: Outcomes) -> None:
        """Tell what is still unsaid, under a registration that this worker has given up by itself.

        The server may know it still, as nobody was there to take it back: then what ended here has
        ended. Waits for a server that is not there.

        Args:
            outcomes: Is emptied. What the last tick told is told again before, if it was not
                answered.

        Raises:
            LeaseLost: The registration is over.
        """
        if self._unanswered is not None:
            await self._call_last("tick", self._unanswered)
        while len(outcomes):
            self._number += 1
            self._unanswered = [self._number, *tick_args(0, outcomes.take())]
            await self._call_last("tick", self._unanswered)
        self._unanswered = None

    async def scaled(self) -> int:
        """How many jobs of the queue are to run at once here; 0 is as declared.

        Waits for a server that is not there.
        """
        backoff = Backoff()
        while True:
            try:
                meta = self._scripts.keys.key("meta")
                reply = await self._transport.execute("HGET", meta, "concurrency")
            except ServerUnavailable as error:
                logger.info("%s may have been scaled: %s", self._scripts.keys.queue, error)
                await asyncio.sleep(backoff.next())
            else:
                return int(reply) if isinstance(reply, bytes) else 0

    async def leave(self) -> None:
        """End the registration; jobs it still has go back to the head. One try."""
        held = self.registration
        more = True
        while more:
            args = [held.wn, held.sid, *leave_args("give_back")]
            more = parse_leave(await self._once("leave", args)).more

    async def _call_last(self, name: str, args: Sequence[Arg]) -> Reply:
        held = self.registration
        return await self._persist(name, [held.wn, held.sid, *args], even_if_abandoned=True)

    async def _persist(
        self,
        name: str,
        args: Sequence[Arg],
        *,
        even_if_abandoned: bool = False,
        renews: bool = False,
    ) -> Reply:
        backoff = Backoff()
        while even_if_abandoned or not self.abandoned:
            if renews:
                # The lease counts from the try that was answered.
                self.renewed_at = time.monotonic()
            try:
                return await self._once(name, args)
            except StaleCall as error:
                raise LeaseLost(str(error)) from error
            except BadCall as error:
                # Never to be answered: what is held here would stay active for ever.
                logger.critical("a bug in Backbeat: %s of this worker is refused: %s", name, error)
                self.abandoned = True
                raise LeaseLost(str(error)) from error
            except (ServerUnavailable, ProtocolError) as error:
                if self._may_log():
                    logger.warning("%s of %s waits: %s", name, self._scripts.keys.queue, error)
            await asyncio.sleep(backoff.next())
        raise LeaseLost(f"the lease of {self._scripts.keys.queue} was not renewed in time")

    async def _once(self, name: str, args: Sequence[Arg]) -> Reply:
        now_ms = 0 if self._clock is None else self._clock()
        command = self._scripts.command(name, (now_ms, *args))
        return await self._transport.script(self._scripts.script(name), command)
