"""The leases of child processes: kept while they live, ended the moment they do not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from backbeat.worker.leases.held import Mode
from backbeat.worker.leases.keeping import Cancels, Kept
from backbeat.worker.leases.lease import Registration
from backbeat.worker.leases.renewal import KeeperThread
from backbeat.worker.supervising.child_options import STOPPED, WORN
from backbeat.worker.supervising.control import (
    Dropped,
    Gave,
    Holds,
    Keeps,
    LockGone,
    Looks,
    Lost,
    Renewed,
)
from backbeat.worker.supervising.offspring import Offspring


@dataclass(frozen=True, slots=True)
class _Relay:
    """Tells a child what became of one of its leases."""

    child: Offspring
    registration: Registration

    def renewed(self, sent_at: float, active: int, cancels: Cancels) -> None:
        held = self.registration
        self.child.say(Renewed(held.queue, held.wn, sent_at, active, dict(cancels)))

    def lost(self) -> None:
        self.child.say(Lost(self.registration.queue, self.registration.wn))


class ChildLeases:
    """The leases that the children of one supervisor hold. Belongs to its main thread."""

    def __init__(self, keeper: KeeperThread, fresh: Callable[[Offspring], bool]) -> None:
        """Keep nothing yet.

        Args:
            keeper: Renews them.
            fresh: Whether the work of a child goes on; while not, its leases are not renewed.
        """
        self._keeper = keeper
        self._fresh = fresh
        self._leases: dict[Registration, Offspring] = {}

    def all(self) -> list[Registration]:
        """What they hold now; may be asked from any thread."""
        return list(self._leases)

    def hear(self, child: Offspring, message: Holds | Gave | Looks | Keeps | Dropped) -> None:
        """A child says something of a lease of its own."""
        if isinstance(message, Holds):
            self._hold(child, message)
            return
        for held in self._held_by(child, message.queue, message.wn):
            match message:
                case Gave():
                    self._keeper.release(held)
                    del self._leases[held]
                case Looks():
                    self._keeper.look(held)
                case Keeps() | Dropped():
                    self._keep(child, held, message)

    def bring_back(self, child: Offspring, status: int) -> None:
        """A child has ended: end what it still held.

        Args:
            child: The child.
            status: How it ended.
        """
        mode = mode_of_end(status, stopping=child.stopping, killed=child.killed)
        for held in [held for held, owner in self._leases.items() if owner is child]:
            del self._leases[held]
            self._keeper.end(held, mode)

    def _hold(self, child: Offspring, message: Holds) -> None:
        held = Registration(message.queue, message.wn, message.sid, message.lease_ms)
        self._leases[held] = child
        self._keeper.hold(held, _Relay(child, held), partial(self._fresh, child))

    def _keep(self, child: Offspring, held: Registration, message: Keeps | Dropped) -> None:
        kept = Kept(message.name, message.token, message.waiter, message.ttl_ms)
        if isinstance(message, Keeps):
            gone = LockGone(queue=held.queue, wn=held.wn, token=kept.token)
            self._keeper.keep(held, kept, partial(child.say, gone))
        else:
            self._keeper.drop(held, kept)

    def _held_by(self, child: Offspring, queue: str, wn: int) -> list[Registration]:
        return [
            held
            for held, owner in self._leases.items()
            if owner is child and (held.queue, held.wn) == (queue, wn)
        ]


def mode_of_end(status: int, *, stopping: bool, killed: bool) -> Mode:
    """Whether what a child still held counts as crashed.

    Args:
        status: How it ended.
        stopping: Whether it was to end.
        killed: Whether we ended it by force.
    """
    # It may have ended in good order and not have reached the server in its last moments.
    in_order = stopping and (killed or status in (STOPPED, WORN))
    return "give_back" if in_order else "crashed"
