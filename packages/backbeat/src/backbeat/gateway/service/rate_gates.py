"""Rate gates by name, counted in the store, so that several processes share what is left."""

import ipaddress
from collections import OrderedDict
from typing import Final

from backbeat import Rate
from backbeat.app import Backbeat, Limit
from backbeat.gateway.errors import TooManyRequests

_MOST_KNOWN: Final = 4_096
_LONGEST_NAME: Final = 400


class RateGates:
    """Any number of gates, of which the last 4,096 that were used are kept at hand."""

    def __init__(self, app: Backbeat, prefix: str) -> None:
        """Count nothing yet.

        Args:
            app: The application on whose server it is counted.
            prefix: What the names of these gates begin with there: they are none of its limits.
        """
        self._app = app
        self._prefix = prefix
        self._known: OrderedDict[str, Limit] = OrderedDict()

    async def enter(self, name: str, rate: Rate) -> None:
        """Count something.

        Args:
            name: What is counted, and of whom; longer names are cut to 400 characters.
            rate: How much of it there may be.

        Raises:
            TooManyRequests: It is one too many.
        """
        wait = await self._limit(f"{self._prefix}{name}"[:_LONGEST_NAME], rate).take()
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
