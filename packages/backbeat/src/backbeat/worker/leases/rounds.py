"""What a keeper does, and when: renewals, farewells, jobs of the vanished. It has no thread.

A turn makes one try of each thing that is due and returns, so that nothing that fails or takes many
steps keeps leases from being renewed.
"""

import logging
import random
import time
from collections import deque
from collections.abc import Callable
from functools import partial

from backbeat.engine.calls.reply import text
from backbeat.engine.calls.worker import (
    leave_args,
    parse_leave,
    parse_reclaim,
    parse_renew,
    reclaim_args,
    renew_args,
)
from backbeat.errors import BackbeatError, LeaseLost
from backbeat.worker.leases.held import NEVER, Farewell, Held, Mode
from backbeat.worker.leases.keeper_calls import KeeperCalls
from backbeat.worker.leases.keeping import Holder, Kept
from backbeat.worker.leases.lease import Registration
from backbeat.worker.leases.lease_times import reclaim_at, renew_after
from backbeat.worker.leases.server_time import Ahead
from backbeat.worker.throttle import Throttle

logger = logging.getLogger("backbeat.worker.renewal")

Deliver = Callable[[Callable[[], None]], None]


class Rounds:
    """The leases of one process, or of all children of a supervisor, and what is due for them.

    One thread takes the turns; everything else is called from any, one at a time.
    """

    def __init__(
        self,
        calls: KeeperCalls,
        *,
        deliver: Deliver,
        true_time: bool = True,
        now: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """Keep nothing yet.

        Args:
            calls: Makes the calls.
            deliver: Runs a call where holders want to be told.
            true_time: Whether the server's clock should go as ours does. Defaults to True; a
                test's clock jumps, and means it.
            now: A monotonic clock in seconds.
            draw: Gives a number in [0, 1).
        """
        self._calls = calls
        self._deliver = deliver
        self._true_time = true_time
        self._now = now
        self._draw = draw
        self._held: dict[Registration, Held] = {}
        self._farewells: deque[Farewell] = deque()
        self._may_log = Throttle()

    @property
    def told(self) -> bool:
        """Whether all farewells are told."""
        return not self._farewells

    def hold(self, registration: Registration, holder: Holder, fresh: Callable[[], bool]) -> None:
        """Renew this lease from now on; see `KeeperThread.hold`."""
        self._held[registration] = Held(registration, holder, fresh, self._now())

    def release(self, registration: Registration) -> None:
        """Renew this lease no more."""
        self._held.pop(registration, None)

    def look(self, registration: Registration) -> None:
        """Renew this lease now; see `Keeper.look`."""
        if (held := self._held.get(registration)) is not None:
            held.renew_at = min(held.renew_at, self._now())

    def keep(self, registration: Registration, kept: Kept, lost: Callable[[], None]) -> None:
        """Extend this with the lease from now on; see `Keeper.keep`."""
        if (held := self._held.get(registration)) is not None:
            held.kept[kept] = lost

    def drop(self, registration: Registration, kept: Kept) -> None:
        """Extend this no more."""
        if (held := self._held.get(registration)) is not None:
            held.kept.pop(kept, None)

    def end(self, registration: Registration, mode: Mode) -> None:
        """End this registration; see `KeeperThread.end`."""
        held = self._held.pop(registration, None)
        kept = [] if held is None else list(held.kept)
        self._farewells.append(Farewell(registration, mode, self._now(), kept))

    def next_due(self) -> float:
        """When something is to be done, by the monotonic clock."""
        moments = [held.due for held in self._held.values()]
        moments += [farewell.try_at for farewell in self._farewells]
        return min(moments, default=NEVER)

    def turn(self) -> None:
        """Try once everything that is due; what has further steps is due again at once."""
        held = list(self._held.values())
        for each in held:
            if each.renew_at <= self._now():
                self._safely(self._renew, each)
        for _ in range(len(self._farewells)):
            self._say_next_farewell()
        for each in held:
            if each.restart_at <= self._now():
                self._safely(self._restart, each)
        for each in held:
            if each.reclaim_at <= self._now() and not each.restarts:
                self._safely(self._reclaim, each)

    def _safely(self, act: Callable[[Held], None], held: Held) -> None:
        try:
            act(held)
        except Exception:
            # A keeper that dies of a bug would take down every worker it keeps.
            logger.exception("keeping a lease of %s failed", held.registration.queue)

    def _renew(self, held: Held) -> None:
        registration, sent_at = held.registration, self._now()
        held.renew_at = sent_at + held.retry
        if not self._goes_on(held):
            return
        # Nobody may believe in a lease whose locks and slots are over: these come first.
        extended = self._extend(held)
        args = renew_args(registration.lease_ms)
        try:
            renewal = parse_renew(self._calls.of_worker(registration, "renew", args))
        except LeaseLost:
            held.renew_at = NEVER
            self._deliver(partial(self._tell, held, held.holder.lost))
        except BackbeatError as error:
            self._warn("a lease of %s was not renewed: %s", registration.queue, error)
        else:
            idle = registration.is_of_partition and not renewal.active
            pause = renew_after(registration.lease_ms / 1000, self._draw(), idle=idle)
            held.renew_at = sent_at + (pause if extended else held.retry)
            self._look_at_the_clock(held, renewal.now_ms, sent_at)
            held.reclaim_at = self._when_over(renewal.next_lease_ms, held)
            news = partial(held.holder.renewed, sent_at, renewal.active, renewal.cancels)
            self._deliver(partial(self._tell, held, news))

    def _extend(self, held: Held) -> bool:
        """Hold on to what is held under a lease; False where that has to be tried again soon."""
        for kept, lost in list(held.kept.items()):
            try:
                ours = self._calls.extend(kept)
            except BackbeatError as error:
                self._warn("%s was not extended: %s", kept.name, error)
                return False
            if not ours and held.kept.pop(kept, None) is not None:
                self._deliver(partial(self._tell, held, lost))
        return True

    def _tell(self, held: Held, news: Callable[[], None]) -> None:
        # It may have been released while the news were on their way: its holder has another lease
        # by now, of which they are not true.
        if self._held.get(held.registration) is held:
            news()

    def _goes_on(self, held: Held) -> bool:
        fresh = held.fresh()
        if not fresh and not held.stale:
            logger.critical(
                "the event loop behind a lease of %s is dead: it is not renewed any more",
                held.registration.queue,
            )
        held.stale = not fresh
        return fresh

    def _say_next_farewell(self) -> None:
        """Try the first farewell; it goes to the end of the line unless it was told."""
        farewell = self._farewells[0]
        if farewell.try_at <= self._now():
            farewell.try_at = self._now() + farewell.retry
            try:
                told = self._say(farewell)
            except Exception:
                logger.exception("ending a worker of %s failed", farewell.registration.queue)
                told = False
            if told:
                self._farewells.popleft()
                return
        self._farewells.rotate(-1)

    def _say(self, farewell: Farewell) -> bool:
        held = farewell.registration
        try:
            left = parse_leave(self._calls.of_worker(held, "leave", leave_args(farewell.mode)))
            if left.more:
                farewell.try_at = self._now()
                return False
        except LeaseLost:
            pass
        except BackbeatError as error:
            self._warn("the jobs of a worker of %s wait: %s", held.queue, error)
            return False
        return self._give_back(farewell)

    def _give_back(self, farewell: Farewell) -> bool:
        """The jobs are back; now their locks."""
        try:
            while farewell.kept:
                self._calls.release(farewell.kept[0])
                del farewell.kept[0]
        except BackbeatError as error:
            self._warn("%s is not given back yet: %s", farewell.kept[0].name, error)
            return False
        return True

    def _reclaim(self, held: Held) -> None:
        queue, sent_at = held.registration.queue, self._now()
        held.reclaim_at = sent_at + held.retry
        believed_ms = held.ahead.believed_ms(sent_at) if held.ahead and self._true_time else 0
        try:
            reply = self._calls.on_queue(queue, "reclaim", reclaim_args(believed_ms))
            found = parse_reclaim(reply)
        except BackbeatError as error:
            self._warn("the vanished workers of %s wait: %s", queue, error)
            return
        self._look_at_the_clock(held, found.now_ms, sent_at)
        # Most leases have been renewed by the time we look: then we look again.
        later = self._when_over(found.next_lease_ms, held)
        if found.more:
            held.reclaim_at = self._now()
        elif later > sent_at:
            held.reclaim_at = later
        if found.moved or found.failed:
            logger.warning(
                "a worker of %s vanished: %d jobs go back, %d failed",
                queue, found.moved, found.failed,
            )  # fmt: skip

    def _look_at_the_clock(self, held: Held, server_ms: int, sent_at: float) -> None:
        before = held.ahead
        held.ahead = Ahead.told(server_ms, sent_at=sent_at, heard_at=self._now())
        if self._true_time and before is not None and held.ahead.stepped_from(before):
            step = (held.ahead.most - before.most) / 1000
            logger.warning(
                "the server's clock was set by %+.1f s: nothing of %s is reclaimed for one lease",
                step, held.registration.queue,
            )  # fmt: skip
            held.restart_at = self._now()

    def _restart(self, held: Held) -> None:
        """Begin all leases of a queue anew: who is alive cannot be told from their ends."""
        queue, held.restart_at = held.registration.queue, self._now() + held.retry
        cursor = "0"
        try:
            while True:
                cursor = text(self._calls.on_queue(queue, "clock_was_set", [cursor]))
                if cursor == "0":
                    break
        except BackbeatError as error:
            self._warn("the leases of %s are not begun anew yet: %s", queue, error)
            return
        held.restart_at = NEVER
        # When the next one is over is told with the next renewal.
        held.reclaim_at = NEVER
        held.renew_at = min(held.renew_at, self._now() + held.retry)

    def _when_over(self, deadline_ms: int, held: Held) -> float:
        if not deadline_ms:
            return NEVER
        ahead = held.ahead.most if held.ahead else 0.0
        return reclaim_at(deadline_ms, ahead, self._draw())

    def _warn(self, text: str, queue: str, error: Exception) -> None:
        if self._may_log():
            logger.warning(text, queue, error)
