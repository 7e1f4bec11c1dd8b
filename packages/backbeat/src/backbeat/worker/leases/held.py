"""What a keeper has to do for one worker: renew its lease, or say that it is gone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from backbeat.worker.leases.keeping import Holder, Kept
from backbeat.worker.leases.lease import Registration
from backbeat.worker.leases.lease_times import retry_after
from backbeat.worker.leases.server_time import Ahead

Mode = Literal["give_back", "crashed"]

NEVER: Final = float("inf")


@dataclass(slots=True, eq=False)
class Held:
    """A lease that is renewed, and what is due for it, by the monotonic clock.

    Attributes:
        registration: What to renew.
        holder: Who is told.
        fresh: Whether the work behind it goes on.
        renew_at: When it is renewed next.
        reclaim_at: When the next lease of the same queue is over.
        restart_at: When all leases of the queue are begun anew.
        ahead: What the server's clock is ahead of ours, as it was told last.
        stale: Whether the work behind it has stopped.
        kept: What is extended with it, and who is told when that is lost.
    """

    registration: Registration
    holder: Holder
    fresh: Callable[[], bool]
    renew_at: float
    reclaim_at: float = NEVER
    restart_at: float = NEVER
    ahead: Ahead | None = None
    stale: bool = False
    kept: dict[Kept, Callable[[], None]] = field(default_factory=dict)

    @property
    def restarts(self) -> bool:
        """Whether all leases are to be begun anew, so that none may be taken for over yet."""
        return self.restart_at < NEVER

    @property
    def due(self) -> float:
        """When something is due."""
        return min(self.renew_at, self.restart_at if self.restarts else self.reclaim_at)

    @property
    def retry(self) -> float:
        """Seconds from a failed call to the next try."""
        return retry_after(self.registration.lease_ms / 1000)


@dataclass(slots=True, eq=False)
class Farewell:
    """The end of a registration that is to be told.

    Attributes:
        registration: Of the worker that is gone.
        mode: What that means for its jobs.
        try_at: When it is told, or told again.
        kept: What is given back after its jobs.
    """

    registration: Registration
    mode: Mode
    try_at: float
    kept: list[Kept]

    @property
    def retry(self) -> float:
        """Seconds from a failed call to the next try."""
        return retry_after(self.registration.lease_ms / 1000)
