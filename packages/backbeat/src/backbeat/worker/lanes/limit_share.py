"""One worker's share of one limit: what it has of it, and what is to be settled."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from backbeat.engine.ids import JobIds
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.permits.limit_calls import LimitTerms, Settled, Taken, take_args
from backbeat.errors import BackbeatError
from backbeat.lua import Arg
from backbeat.worker.attempt.locks import Keeps
from backbeat.worker.leases.keeping import Kept

logger = logging.getLogger("backbeat.worker.limits")

_tokens: Final = JobIds()


class LimitShare:
    """One worker's share of one limit, under a token of its own.

    Attributes:
        terms: What the limit allows.
        slots: Slots that it has.
        asked: Whether a call was not answered: what it gave and settled is not known then.
    """

    def __init__(
        self,
        terms: LimitTerms,
        permits: PermitClient,
        keeps: Keeps,
        *,
        ttl_ms: int,
        who: str,
        on_gone: "Callable[[LimitShare], None]",
    ) -> None:
        """Have nothing yet.

        Args:
            terms: What the limit allows.
            permits: Where it is asked.
            keeps: Extends what is held.
            ttl_ms: How long it is kept for a worker that is silent.
            who: About the worker; JSON.
            on_gone: Called when it was to be extended, and was not there.
        """
        self.terms = terms
        self.slots = 0
        self.asked = False
        self._permits = permits
        self._keeps = keeps
        self._ttl_ms = ttl_ms
        self._who = who
        self._on_gone = on_gone
        self._session = permits.session(terms.name)
        self._token = _tokens.new()
        self._kept: Kept | None = None
        self._pending = 0
        self._spent = self._unspent = self._freed = 0

    @property
    def empty(self) -> bool:
        """Whether nothing of the limit is here, and nothing is to be told of what was."""
        return not (self.slots or self._pending)

    @property
    def unsettled(self) -> bool:
        """Whether the next call has something to settle."""
        return self._spent + self._unspent + self._freed > 0

    def spend(self, units: int) -> None:
        """So many units were used."""
        self._spent += units

    def give_back(self, jobs: int, units: int) -> None:
        """Nobody needs these: they go back with the next call."""
        self._unspent += units
        if self.terms.slots:
            self._freed += jobs

    def free_all_but(self, in_use: int) -> None:
        """So many slots are still needed: the others go back with the next call."""
        if self.terms.slots:
            self._freed = max(self.slots - in_use, self._freed)

    async def take(self, jobs: int, units: int, need: int) -> Taken:
        """Settle, and ask for units and slots; joins the line where there is nothing.

        Args:
            jobs: The most slots to take.
            units: The most units to take.
            need: The fewest units that are of use.
        """
        most = self.terms.most or units
        args = take_args(
            self.terms, self._token, settled=self._settle(), want=min(units, most),
            need=min(need, most), slots=jobs if self.terms.slots else 0, pending=True, stay=True,
            ttl_ms=self._ttl_ms, who=self._who,
        )  # fmt: skip
        taken = await self._call(args)
        self.slots += taken.slots if self.terms.slots else 0
        self._pending += taken.units
        if self._kept is None and taken.units:
            self._keep()
        return taken

    async def settle(self) -> None:
        """Settle what there is to settle, and take nothing."""
        if self.unsettled:
            await self._call(take_args(self.terms, self._token, settled=self._settle()))

    async def turn(self, seconds: float) -> None:
        """Wait for the turn in the line, or so long."""
        await self._permits.turn(self.terms.name, self._token, seconds)

    async def leave_line(self) -> None:
        """Wait in the line no more."""
        await self._permits.release(self.terms.name, "", self._token)

    async def still_there(self) -> bool:
        """Whether it is, although it was not extended; it is again from now on, then."""
        hold = await self._permits.extend(self.terms.name, self._token, self._ttl_ms)
        if hold.ours:
            self._keep()
        return hold.ours

    async def leave(self) -> None:
        """Give back what is held under the token, which is used no more."""
        if self._kept is not None:
            self._keeps.drop(self._kept)
        if self.empty:
            return
        name, token = self.terms.name, self._token
        try:
            args = take_args(self.terms, token, settled=self._settle())
            await self._permits.take(self._session, name, args)
            await self._permits.release(name, token, token)
        except BackbeatError as error:
            logger.info("%s is left to run out: %s", name, error)

    def _settle(self) -> Settled:
        """What the next call settles; from now on it is settled."""
        settled = Settled(self._spent, self._unspent, self._freed)
        self.slots -= self._freed
        self._pending -= min(self._spent + self._unspent, self._pending)
        self._spent = self._unspent = self._freed = 0
        return settled

    async def _call(self, args: Sequence[Arg]) -> Taken:
        self.asked = True
        taken = await self._permits.take(self._session, self.terms.name, args)
        self.asked = False
        return taken

    def _keep(self) -> None:
        self._kept = Kept(self.terms.name, self._token, self._token, self._ttl_ms)
        self._keeps.keep(self._kept, self._gone)

    def _gone(self) -> None:
        self._kept = None
        self._on_gone(self)
