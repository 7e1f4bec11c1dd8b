"""Limits: how many in a time, and how many at once, over all processes and queues."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from typing_extensions import override

from backbeat.app.holding import Waiting, new_token
from backbeat.app.home import Home
from backbeat.app.limit_terms import check_cost
from backbeat.app.sync_limits import SyncLimit
from backbeat.app.times import moment, whole_ms
from backbeat.engine.permits.limit_calls import (
    LimitTerms,
    Taken,
    parse_pause,
    pause_args,
    take_args,
)
from backbeat.engine.session import Session
from backbeat.values import Seconds

if TYPE_CHECKING:
    from backbeat.engine.permits.client import PermitClient


@dataclass(frozen=True, slots=True)
class LimitInfo:
    """What is known about a limit.

    Attributes:
        name: Its name.
        free: Units that could be taken now; None where there is no rate.
        running: Slots that are taken.
        max_running: Slots that there are; None: no limit.
        waiting: How many wait in line.
        paused_until: Until when nothing is given; None: it is not paused.
    """

    name: str
    free: int | None
    running: int
    max_running: int | None
    waiting: int
    paused_until: datetime | None


class Limit:
    """How many in a time, and how many at once; made by `app.limit` and `app.rate_gate`.

    Guarantees: by the server's clock a sliding window never has more than its units in any time of
    its length, a bucket never gives more than `rate * t + burst` in a time `t`; whatever dies.

    Attributes:
        name: Its name.
        terms: What it allows.
        sync: The same for code without an event loop.
    """

    def __init__(self, home: Home, terms: LimitTerms) -> None:
        """Ask for nothing yet."""
        self.name = terms.name
        self.terms = terms
        self._home = home
        self._sessions: WeakKeyDictionary[PermitClient, Session] = WeakKeyDictionary()

    @property
    def sync(self) -> SyncLimit:
        """The same for code without an event loop."""
        return SyncLimit(self._home, self.terms)

    async def wait(self, cost: int = 1, timeout: Seconds | None = None) -> None:  # noqa: ASYNC109 - the field's word
        """Wait until so many units are free and take them, in the order of coming.

        Args:
            cost: Units to take. Defaults to 1.
            timeout: Longest wait. Defaults to ever.

        Raises:
            NotGranted: They were not free in time.
            InvalidOption: It is more than can ever be free.
        """
        waiting, token = Waiting(self.name, timeout), new_token()
        try:
            while True:
                taken = await self._take(token, cost, waiting.since_ms, stay=True)
                if taken.units:
                    return
                await asyncio.sleep(waiting.pause(taken.again_ms, taken.now_ms))
        except BaseException:
            # Whoever is behind in the line must not wait for one that has left.
            client = (await self._home.connections.open()).permits
            await client.release(self.name, token, token)
            raise

    async def try_take(self, cost: int = 1) -> bool:
        """Take units if they are free now; says whether they were."""
        return (await self._take(new_token(), cost, 0, stay=False)).units > 0

    async def take(self, cost: int = 1) -> float:
        """Take units if they are free now, else say when they may be. Nobody joins the line.

        Returns:
            0.0 where they were taken; otherwise seconds after which to ask again.

        Raises:
            InvalidOption: It is more than can ever be free.
        """
        taken = await self._take(new_token(), cost, 0, stay=False)
        return 0.0 if taken.units else max(1, taken.again_ms - taken.now_ms) / 1000

    async def pause(self, time: Seconds) -> datetime:
        """Give nothing to anyone for so long: what a 429 with Retry-After asks for.

        Returns:
            When it ends; later, if it was paused for longer already.
        """
        session = await self._opened()
        return moment(parse_pause(await session.run("pause", pause_args(whole_ms(time))))[0])

    async def resume(self) -> None:
        """End a pause."""
        await (await self._opened()).run("pause", pause_args(0))

    async def look(self) -> LimitInfo:
        """How much is free, who waits, and whether it is paused."""
        seen = await (await self._home.connections.open()).permits.look(self.name)
        return LimitInfo(
            name=self.name,
            free=seen.free if seen.rate else self.terms.most or None,
            running=sum(share.slots for share in seen.holders),
            max_running=self.terms.slots or None,
            waiting=seen.in_line,
            paused_until=moment(seen.paused_ms) if seen.paused_ms > seen.now_ms else None,
        )

    @override
    def __repr__(self) -> str:
        return f"<Limit {self.name!r}>"

    async def _take(self, token: str, cost: int, since_ms: int, *, stay: bool) -> Taken:
        check_cost(self.terms, cost)
        args = take_args(self.terms, token, want=cost, need=cost, stay=stay, since_ms=since_ms)
        session = await self._opened()
        return await (await self._home.connections.open()).permits.take(session, self.name, args)

    async def _opened(self) -> Session:
        permits = (await self._home.connections.open()).permits
        session = self._sessions.get(permits)
        if session is None:
            session = self._sessions[permits] = permits.session(self.name)
        return session
