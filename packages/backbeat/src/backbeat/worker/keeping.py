"""Who keeps leases alive, as a lane sees it: a thread of this process, or its supervisor."""

from collections.abc import Mapping
from typing import Protocol

from backbeat.worker.lease import Registration

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


class Keeper(Protocol):
    """Renews leases, wherever it runs."""

    def hold(self, registration: Registration, holder: Holder) -> None:
        """Renew this lease from now on."""

    def release(self, registration: Registration) -> None:
        """Renew this lease no more."""
