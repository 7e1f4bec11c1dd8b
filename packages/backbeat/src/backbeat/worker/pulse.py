"""When an event loop last turned, readable from other threads and from another process."""

import asyncio
import struct
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_FORMAT: Final = struct.Struct("<d")

# What a supervisor reserves for each child.
PULSE_BYTES: Final = _FORMAT.size


class Pulse:
    """The time of the loop's last turn, by the monotonic clock that all processes share."""

    def __init__(self, memory: "WriteableBuffer | None" = None, offset: int = 0) -> None:
        """Start with a beat.

        Args:
            memory: Where the time is kept, such as an mmap that two processes share. Defaults to
                memory of this process.
            offset: Where in it, in bytes; a multiple of 8, so that no half-written time is read.
        """
        self._memory: WriteableBuffer = bytearray(PULSE_BYTES) if memory is None else memory
        self._offset = offset
        self._timer: asyncio.TimerHandle | None = None
        self.beat()

    def beat(self) -> None:
        """The loop turns now."""
        _FORMAT.pack_into(self._memory, self._offset, time.monotonic())

    @property
    def age(self) -> float:
        """Seconds since the last beat."""
        return time.monotonic() - float(_FORMAT.unpack_from(self._memory, self._offset)[0])

    def start(self, every: float) -> None:
        """Beat from the running event loop, every so many seconds."""
        self.beat()
        self._timer = asyncio.get_running_loop().call_later(every, self.start, every)

    def close(self) -> None:
        """Stop beating."""
        if self._timer is not None:
            self._timer.cancel()
