"""The keeper, for one lease: whatever its registration is by now."""

from collections.abc import Callable

from backbeat.worker.leases.keeping import Keeper, Kept
from backbeat.worker.leases.lease import Lease


class LeaseKeeper:
    """Extends what is held under one lease. See `Keeps`."""

    def __init__(self, keeper: Keeper, lease: Lease) -> None:
        """Extend nothing yet.

        Args:
            keeper: Renews the lease.
            lease: The calls of this worker in one queue.
        """
        self._keeper = keeper
        self._lease = lease

    def keep(self, kept: Kept, lost: Callable[[], None]) -> None:
        """Extend it with the lease from now on."""
        self._keeper.keep(self._lease.registration, kept, lost)

    def drop(self, kept: Kept) -> None:
        """Extend it no more."""
        self._keeper.drop(self._lease.registration, kept)

    def look(self) -> None:
        """Learn again whose lease is over next."""
        self._keeper.look(self._lease.registration)
