"""How much one identity, and one address, may ask in a time; counted over all gateway processes."""

from dataclasses import dataclass
from typing import Final, Literal

from backbeat import Rate
from backbeat.app import Backbeat
from backbeat.gateway.service.rate_gates import RateGates

Kind = Literal["read", "write", "costly", "listen", "refused"]

# Names of these limits on the server begin so: they are not the application's.
PREFIX: Final = "gateway:"

_READ: Final = Rate(50, per=1, burst=200)
_WRITE: Final = Rate(20, per=1, burst=100)
_COSTLY: Final = Rate(2, per=1, burst=20)
_LISTEN: Final = Rate(20, per=1, burst=200)
_REFUSED: Final = Rate(10, per=60, burst=10)


@dataclass(frozen=True, slots=True)
class Rates:
    """What may be asked in a time; None: any number.

    Attributes:
        read: Reads of one identity. Defaults to 50 a second, 200 at once.
        write: Writes of one identity. Defaults to 20 a second, 100 at once.
        costly: Searches, bulk adds and what empties queues. Defaults to 2 a second, 20 at once.
        listen: Sockets and streams that one identity opens. Defaults to 20 a second, 200 at once.
        refused: Requests with wrong credentials from one address. Defaults to 10 a minute.
    """

    read: Rate | None = _READ
    write: Rate | None = _WRITE
    costly: Rate | None = _COSTLY
    listen: Rate | None = _LISTEN
    refused: Rate | None = _REFUSED


class Gates:
    """Counts what one identity, or one address, asks."""

    def __init__(self, app: Backbeat, rates: Rates) -> None:
        """Count nothing yet."""
        self._rates = rates
        self._gates = RateGates(app, PREFIX)

    async def enter(self, kind: Kind, who: str) -> None:
        """Count a request.

        Raises:
            TooManyRequests: It is one too many.
        """
        rate: Rate | None = getattr(self._rates, kind)
        if rate is not None:
            await self._gates.enter(f"{kind}:{who}", rate)
