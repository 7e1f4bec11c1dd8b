"""The keeper of a supervised child: the supervisor, and a thread of its own when that is gone."""

from collections.abc import Callable

from backbeat.worker.leases.keeping import Holder, Keeper, Kept
from backbeat.worker.leases.lease import Registration
from backbeat.worker.supervising.control import (
    Dropped,
    FromChild,
    FromParent,
    Gave,
    Holds,
    Keeps,
    LockGone,
    Looks,
    Lost,
    Renewed,
)


class ChildKeeper:
    """Tells the supervisor which leases to renew. See `Keeper`."""

    def __init__(self, say: Callable[[FromChild], None]) -> None:
        """Know how to talk to the supervisor."""
        self._say = say
        self._own: Keeper | None = None
        self._holders: dict[Registration, Holder] = {}
        self._kept: dict[Kept, tuple[Registration, Callable[[], None]]] = {}

    def hold(self, registration: Registration, holder: Holder) -> None:
        """Have this lease renewed from now on."""
        self._holders[registration] = holder
        if self._own is not None:
            self._own.hold(registration, holder)
            return
        held = registration
        self._say(Holds(queue=held.queue, wn=held.wn, sid=held.sid, lease_ms=held.lease_ms))

    def release(self, registration: Registration) -> None:
        """Have this lease renewed no more."""
        self._holders.pop(registration, None)
        for kept in [each for each, (under, _) in self._kept.items() if under == registration]:
            del self._kept[kept]
        if self._own is not None:
            self._own.release(registration)
            return
        self._say(Gave(queue=registration.queue, wn=registration.wn))

    def look(self, registration: Registration) -> None:
        """Have this lease renewed now."""
        if self._own is not None:
            self._own.look(registration)
            return
        self._say(Looks(queue=registration.queue, wn=registration.wn))

    def keep(self, registration: Registration, kept: Kept, lost: Callable[[], None]) -> None:
        """Have this extended with the lease from now on."""
        self._kept[kept] = (registration, lost)
        if self._own is not None:
            self._own.keep(registration, kept, lost)
            return
        self._say(_message(Keeps, registration, kept))

    def drop(self, registration: Registration, kept: Kept) -> None:
        """Have this extended no more."""
        if self._kept.pop(kept, None) is None:
            return
        if self._own is not None:
            self._own.drop(registration, kept)
            return
        self._say(_message(Dropped, registration, kept))

    def hear(self, message: FromParent) -> None:
        """The supervisor says what became of a lease."""
        match message:
            case Renewed():
                for holder in self._of(message):
                    holder.renewed(message.sent_at, message.active, message.cancels)
            case Lost():
                for holder in self._of(message):
                    holder.lost()
            case LockGone():
                for kept in [each for each in self._kept if each.token == message.token]:
                    _, lost = self._kept.pop(kept)
                    lost()

    def take_over(self, own: Keeper) -> None:
        """The supervisor is gone: keep all leases here."""
        self._own = own
        for registration, holder in self._holders.items():
            own.hold(registration, holder)
        for kept, (registration, lost) in self._kept.items():
            own.keep(registration, kept, lost)

    def _of(self, message: Renewed | Lost) -> list[Holder]:
        return [
            holder
            for registration, holder in self._holders.items()
            if (registration.queue, registration.wn) == (message.queue, message.wn)
        ]


def _message(
    kind: type[Keeps] | type[Dropped], registration: Registration, kept: Kept
) -> Keeps | Dropped:
    return kind(
        queue=registration.queue, wn=registration.wn,
        name=kept.name, token=kept.token, waiter=kept.waiter, ttl_ms=kept.ttl_ms,
    )  # fmt: skip
