"""Who keeps leases alive, as a lane sees it: a thread of this process, or its supervisor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from backbeat.worker.leases.lease import Registration

# Job id -> ticket of the attempt whose end was asked for, and why.
Cancels = Mapping[str, tuple[int, str]]


class Holder(Protocol):
    """Has a lease, and hears in its event loop what becomes of it."""

    def renewed(self, sent_at: float, active: int, cancels: Cancels) -> None:
        """The lease is renewed.

        Args:
            sent_at: Monotonic time before the call.
            active: Jobs that the server thinks the worker runs.
            cancels: Ids of jobs whose end was asked for, with ticket and reason.
        """

    def lost(self) -> None:
        """The server no longer knows the registration."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A lock, or slots of a limit, that are held under a registration and extended with its lease.

    Attributes:
        name: Name of the lock or limit.
        token: Names the hold.
        waiter: Its name in the line.
        ttl_ms: How long it is held from each extension on.
    """

    name: str
    token: str
    waiter: str
    ttl_ms: int


class Keeper(Protocol):
    """Renews leases, wherever it runs."""

    def hold(self, registration: Registration, holder: Holder) -> None:
        """Renew this lease from now on."""

    def release(self, registration: Registration) -> None:
        """Renew this lease no more."""

    def look(self, registration: Registration) -> None:
        """Renew this lease now, and so learn again whose is over next."""

    def keep(self, registration: Registration, kept: Kept, lost: Callable[[], None]) -> None:
        """Extend this with the lease from now on; it ends with a worker that crashes.

        Args:
            registration: The lease.
            kept: What to extend.
            lost: Called in the event loop of the holder when it is over.
        """

    def drop(self, registration: Registration, kept: Kept) -> None:
        """Extend this no more."""
