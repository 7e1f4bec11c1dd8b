"""How much one identity, and one address, may ask in a time; counted over all gateway processes."""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Literal

from backbeat import Rate
from backbeat.app import Backbeat, Limit
from backbeat.gateway.errors import TooManyRequests

Kind = Literal["read", "write", "costly", "listen", "refused"]

# Names of these limits on the server begin so: they are not the application's.
PREFIX: Final = "gateway:"
_MOST_KNOWN: Final = 4_096


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
    """Counts requests in the store, so that several processes share what is left."""

    def __init__(self, app: Backbeat, rates: Rates) -> None:
        """Count nothing yet."""
        self._app = app
        self._rates = rates
        self._known: OrderedDict[str, Limit] = OrderedDict()

    async def enter(self, kind: Kind, who: str) -> None:
        """Count a request.

        Raises:
            TooManyRequests: It is one too many.
        """
        rate: Rate | None = getattr(self._rates, kind)
        if rate is None:
            return
        wait = await self._limit(f"{PREFIX}{kind}:{who}"[:400], rate).take()
        if wait > 0:
            raise TooManyRequests(wait)

    def _limit(self, name: str, rate: Rate) -> Limit:
        limit = self._known.pop(name, None) or self._app.rate_gate(name, rate=rate)
        self._known[name] = limit
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return limit


def network(address: str | None) -> str:
    """What an address counts as: itself, and of IPv6 the network that one customer gets."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
