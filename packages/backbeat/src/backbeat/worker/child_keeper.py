"""The keeper of a supervised child: the supervisor, and a thread of its own when that is gone."""

from collections.abc import Callable

from backbeat.worker.control import FromChild, FromParent, Gave, Holds, Lost, Renewed
from backbeat.worker.keeping import Holder, Keeper
from backbeat.worker.lease import Registration


class ChildKeeper:
    """Tells the supervisor which leases to renew. See `Keeper`."""

    def __init__(self, say: Callable[[FromChild], None]) -> None:
        """Know how to talk to the supervisor."""
        self._say = say
        self._own: Keeper | None = None
        self._holders: dict[Registration, Holder] = {}

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
        if self._own is not None:
            self._own.release(registration)
            return
        self._say(Gave(queue=registration.queue, wn=registration.wn))

    def hear(self, message: FromParent) -> None:
        """The supervisor says what became of a lease."""
        match message:
            case Renewed():
                for holder in self._of(message):
                    holder.renewed(message.sent_at, message.active, message.cancels)
            case Lost():
                for holder in self._of(message):
                    holder.lost()

    def take_over(self, own: Keeper) -> None:
        """The supervisor is gone: keep all leases here."""
        self._own = own
        for registration, holder in self._holders.items():
            own.hold(registration, holder)

    def _of(self, message: Renewed | Lost) -> list[Holder]:
        return [
            holder
            for registration, holder in self._holders.items()
            if (registration.queue, registration.wn) == (message.queue, message.wn)
        ]
