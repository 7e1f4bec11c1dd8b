"""What waits for one client: bounded, and the newest progress in place of the one before it."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

from backbeat.gateway.live.message import Message
from backbeat.gateway.live.ring import Place

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parcel(Generic[T]):
    """A message for a client.

    Attributes:
        message: The message.
        sender: What it was put in by.
        place: Where the sender is once it is taken.
    """

    message: Message
    sender: T
    place: Place


class Outbox(Generic[T]):
    """Parcels in the order in which they were put in."""

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        """Empty.

        Args:
            max_messages: Parcels that fit in.
            max_bytes: Size of all in all; one alone may be larger.
        """
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._bytes = 0
        self._number = 0
        self._parcels: OrderedDict[str | int, Parcel[T]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._parcels)

    def put(self, parcel: Parcel[T], *, anyway: bool = False) -> bool:
        """Put one in; False if there is no room for it, and nothing was changed.

        Args:
            parcel: The parcel.
            anyway: Whether to make room where there is none. Defaults to False.
        """
        size = len(parcel.message.json)
        key = parcel.message.replaces
        old = None if key is None else self._parcels.get(key)
        freed = 0 if old is None else len(old.message.json)
        if (
            self._parcels
            and not anyway
            and (
                len(self._parcels) - (old is not None) >= self._max_messages
                or self._bytes - freed + size > self._max_bytes
            )
        ):
            return False
        if key is not None and old is not None:
            # To the end, not in its place: sequences that a client sees only grow.
            del self._parcels[key]
        self._number += 1
        self._parcels[self._number if key is None else key] = parcel
        self._bytes += size - freed
        return True

    def take(self, limit: int) -> list[Parcel[T]]:
        """Take out the oldest, at most so many."""
        taken = [self._parcels.popitem(last=False)[1] for _ in range(min(limit, len(self)))]
        self._bytes -= sum(len(parcel.message.json) for parcel in taken)
        return taken

    def clear(self) -> list[Parcel[T]]:
        """Take out all."""
        return self.take(len(self))
