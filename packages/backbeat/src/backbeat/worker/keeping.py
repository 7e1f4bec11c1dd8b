"""Who keeps leases alive, as a lane sees it: a thread of this process, or its supervisor."""

from collections.abc import Mapping
from typing import Protocol

from backbeat.worker.lease import Registration


class Holder(Protocol):
    """Has a lease, and hears in its event loop what becomes of it."""

    def renewed(self, sent_at: float, active: int, cancels: Mapping[str, str]) -> None:
        """The lease is renewed.

        Args:
            sent_at: Monotonic time before the call.
            active: Jobs that the server thinks the worker runs.
            cancels: Id and reason of jobs whose end was asked for.
        """

    def lost(self) -> None:
        """The server no longer knows the registration."""


class Keeper(Protocol):
    """Renews leases, wherever it runs."""

    def hold(self, registration: Registration, holder: Holder) -> None:
        """Renew this lease from now on."""

    def release(self, registration: Registration) -> None:
        """Renew this lease no more."""
