"""What the limits that queues share let one lane claim."""

from collections.abc import Callable, Sequence

from backbeat.engine.calls.tick import Claim
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.permits.limit_calls import LimitTerms
from backbeat.engine.scripts import QueueScripts
from backbeat.worker.attempt.locks import Keeps
from backbeat.worker.lanes.allowance import Allowance
from backbeat.worker.lanes.holding_back import HoldingBack
from backbeat.worker.lanes.slots import Share


class LaneLimits:
    """The limits of one lane; a lane without limits may claim whatever it wants."""

    def __init__(
        self,
        limits: Sequence[LimitTerms],
        scripts: QueueScripts,
        permits: PermitClient,
        keeps: Keeps,
        share: Share,
        *,
        ttl_ms: int,
        worker: str,
        on_lost: Callable[[], None],
    ) -> None:
        """Have nothing of them yet.

        Args:
            limits: Limits that the queue shares with others; may be none.
            scripts: Scripts of the queue.
            permits: Where they are asked.
            keeps: Extends what is held.
            share: What the lane holds of the worker's slots.
            ttl_ms: How long a share is kept for a worker that is silent.
            worker: Name of the worker, for people.
            on_lost: Called when jobs that run here no longer count for a limit: they are to end.
        """
        self._share = share
        self._allowance: Allowance | None = None
        if limits:
            about = {"queue": scripts.keys.queue, "worker": worker}
            self._allowance = Allowance(
                limits, permits, keeps, ttl_ms=ttl_ms, about=about, on_news=self._allowed,
                on_wait=HoldingBack(scripts, permits.transport).until, on_lost=on_lost,
            )  # fmt: skip

    @property
    def declared(self) -> bool:
        """Whether there are any."""
        return self._allowance is not None

    @property
    def budget(self) -> tuple[int, int] | None:
        """What the jobs of a claim may cost; see `Allowance`. None without limits."""
        return None if self._allowance is None else self._allowance.budget

    def claimable(self, want: int) -> int:
        """How many of the `want` jobs may be claimed now, for which slots are reserved."""
        if self._allowance is None or not want:
            return want
        share = self._share
        share.wanted = self._allowance.claimable(want)
        # One that is held back competes for no slots until it is told that it may go on.
        share.hungry = share.wanted > 0
        return share.wanted

    def charge(self, claim: Claim, want: int, in_use: int) -> None:
        """Tell the limits what became of that which they gave.

        Args:
            claim: What the claim gave.
            want: How many jobs were wanted.
            in_use: How many still need their slots.
        """
        if self._allowance is None:
            return
        if want:
            self._share.hungry = self._share.hungry or claim.need > 0
            self._allowance.claimed(claim, hungry=self._share.hungry)
        self._allowance.ended(in_use)

    def lose(self) -> None:
        """The jobs are no longer ours."""
        if self._allowance is not None:
            self._allowance.lose()

    async def close(self) -> None:
        """Give everything back."""
        if self._allowance is not None:
            await self._allowance.close()

    def _allowed(self) -> None:
        """The limits give something."""
        self._share.hungry = True
        self._share.kick()
