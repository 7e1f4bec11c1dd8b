"""What is known of alerts in the store, for people: active ones, silences, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from backbeat.app.application import Backbeat
from backbeat.app.times import moment, whole_ms
from backbeat.engine.alerts.client import AlertClient
from backbeat.errors import InvalidOption
from backbeat.values import Seconds


@dataclass(frozen=True, slots=True)
class ActiveAlert:
    """An alert that is there.

    Attributes:
        key: Tells it from all others: rule, queue, and what of it.
        since: When it was found first.
        seen: When it was found last.
        told: Whether anybody was told; False while it is silenced.
        about: What was found: kind, severity, summary, data.
    """

    key: str
    since: datetime
    seen: datetime
    told: bool
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Silence:
    """Some alerts of which nobody is told.

    Attributes:
        pattern: Key of an alert, name of a rule, or "*" for all.
        until: When it ends.
        reason: Why, and who said so.
    """

    pattern: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to alerts.

    Attributes:
        at: When.
        what: raised, silenced, recovered, delivered, failed, abandoned, dropped, silence or
            unsilenced.
        text: About it: JSON of an alert, words about a delivery.
    """

    at: datetime
    what: str
    text: str


class AlertBook:
    """Reads and steers what the store knows of alerts."""

    def __init__(self, app: Backbeat) -> None:
        """Ask nothing yet."""
        self._app = app

    async def active(self) -> list[ActiveAlert]:
        """The alerts that are there, by key."""
        return [
            ActiveAlert(
                row.key, moment(row.since_ms), moment(row.last_ms), row.told,
                msgspec.json.decode(row.text),
            )
            for row in await (await self.client()).active()
        ]  # fmt: skip

    async def silences(self) -> list[Silence]:
        """The silences that are not over, by pattern."""
        client, connection = await self.client(), await self._app.connections.open()
        return [
            Silence(row.pattern, moment(row.until_ms), row.words)
            for row in await client.silences()
            if row.until_ms > connection.now_ms()
        ]

    async def history(self, count: int = 100) -> list[Happened]:
        """What happened, the newest first; at most so much, and never more than 1,000."""
        rows = await (await self.client()).log(count)
        return [Happened(moment(row.ms), row.what, row.text) for row in rows]

    async def silence(self, pattern: str, duration: Seconds, reason: str = "") -> None:
        """Tell nobody of some alerts for a time. What lasts longer than that is told then.

        Args:
            pattern: Key of an alert, name of a rule, or "*" for all.
            duration: For how long; 0 ends a silence.
            reason: Why, and who says so. Defaults to nothing.

        Raises:
            InvalidOption: The pattern is empty or too long, the time is none, or there are 1,000
                silences.
        """
        if not 1 <= len(pattern) <= 500 or "\n" in pattern:
            raise InvalidOption(
                f"a pattern is the key of an alert, the name of a rule, or *, not {pattern!r:.80}"
            )
        await (await self.client()).silence(pattern, whole_ms(duration), reason[:500])

    async def client(self) -> AlertClient:
        """The engine's room for alerts."""
        connection = await self._app.connections.open()
        return AlertClient(connection.transport, connection.namespace, clock=connection.clock)
