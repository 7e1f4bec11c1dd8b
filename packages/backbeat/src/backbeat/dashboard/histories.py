"""What was counted of queues by minute or hour, read once for all pages of a process."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from backbeat.app import HistoryPoint
from backbeat.errors import BackbeatError
from backbeat.gateway.service import Caller, Service

# Workers write down what they count every 15 seconds: nothing newer is missed by much.
FRESH_S: Final = 10.0
_MOST_KNOWN: Final = 500


@dataclass(frozen=True, slots=True)
class Span:
    """How far back, and in which steps.

    Attributes:
        words: What it is called.
        seconds: How far back.
        per: The step.
        step: The step in seconds.
    """

    words: str
    seconds: float
    per: Literal["minute", "hour"]
    step: int


SPANS: Final[Mapping[str, Span]] = {
    "hour": Span("1 hour", 3_600.0, "minute", 60),
    "day": Span("1 day", 86_400.0, "hour", 3_600),
    "month": Span("30 days", 2_592_000.0, "hour", 3_600),
}

History = Sequence[HistoryPoint]


class Histories:
    """Reads the history of queues, each no more often than every ten seconds."""

    def __init__(self, service: Service, who: Caller) -> None:
        """Read nothing yet.

        Args:
            service: What it asks.
            who: In whose name; pages show a queue to whom may see it.
        """
        self._service, self._who = service, who
        self._known: OrderedDict[tuple[str, Span], tuple[float, History]] = OrderedDict()

    async def of(self, queues: Iterable[str], span: Span) -> dict[str, History]:
        """The history of queues by name; of one that cannot be read it is empty."""
        names = list(queues)
        found = await asyncio.gather(*(self._of(name, span) for name in names))
        return dict(zip(names, found, strict=True))

    async def _of(self, name: str, span: Span) -> History:
        read_at, known = self._known.get((name, span), (float("-inf"), ()))
        if time.monotonic() - read_at < FRESH_S:
            return known
        with suppress(BackbeatError):
            known = await self._service.queues.history(self._who, name, span.seconds, span.per)
        self._known[name, span] = (time.monotonic(), known)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return known
