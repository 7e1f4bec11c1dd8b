"""The alerts of an installation, as one event loop sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from backbeat.engine.alerts.keys import AlertKeys
from backbeat.engine.alerts.scripts import AlertScripts
from backbeat.engine.calls.reply import Arg, Reply, items, pairs, text, text_or_none
from backbeat.engine.session import PATIENCE_S, Clock
from backbeat.engine.transport.base import Transport
from backbeat.engine.transport.resend import Resend, answered
from backbeat.errors import InvalidOption

Raised = Literal["raised", "known", "cooling", "silenced", "full"]

MOST_LOGGED: Final = 1_000


@dataclass(frozen=True, slots=True)
class ActiveRow:
    """An alert that is there: its key, since when, last seen, whether anybody was told, JSON."""

    key: str
    since_ms: int
    last_ms: int
    told: bool
    text: str


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """A silence: of what, until when, and why."""

    pattern: str
    until_ms: int
    words: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """What happened: when, what, and text about it."""

    ms: int
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way: its id, the attempts made, who is to bring it, and JSON."""

    id: str
    attempts: int
    channel: str
    text: str


class AlertClient:
    """Asks and tells. Every call may be sent again: doing it twice leaves what once leaves.

    Only the log may say twice that somebody silenced something.
    """

    def __init__(self, transport: Transport, namespace: str, *, clock: Clock | None = None) -> None:
        """Ask nothing yet.

        Args:
            transport: Where calls go; the client does not close it.
            namespace: Prefix of the keys.
            clock: Milliseconds since 1970, for tests. Defaults to None: the server's time.
        """
        self._transport = transport
        self._clock = clock
        self._keys = AlertKeys(namespace)
        self._scripts = AlertScripts(self._keys)

    async def raised(
        self, alert_id: str, key: str, *, lasting: bool, cooldown_ms: int,
        channels: Sequence[str], body: str,
    ) -> Raised:  # fmt: skip
        """An alert is there; see `raise.lua`."""
        args: list[Arg] = [alert_id, key, int(lasting), cooldown_ms, ",".join(channels), body]
        return cast("Raised", text(await self._ask("raise", args)))

    async def recovered(
        self, alert_id: str, key: str, *, cooldown_ms: int, channels: Sequence[str], body: str
    ) -> bool:
        """An alert is over; whether it was there."""
        args: list[Arg] = [alert_id, key, cooldown_ms, ",".join(channels), body]
        return await self._ask("recover", args) == b"recovered"

    async def silence(self, pattern: str, ms: int, words: str) -> int:
        """Tell nobody of some alerts for so long, 0 ends it; until when, in ms since 1970.

        Raises:
            InvalidOption: There are 1,000 silences.
        """
        said = text(await self._ask("silence", [pattern, ms, words]))
        if said == "full":
            raise InvalidOption("there are 1,000 silences: end some, or silence whole rules")
        return int(said)

    async def take(self, limit: int, lease_ms: int) -> list[Delivery]:
        """Notices that are to be delivered now, which nobody else gets for so long."""
        found = []
        for delivery_id, row in pairs(items(await self._ask("take", [limit, lease_ms]), 0)):
            attempts, channel, body = row.decode().split("|", 2)
            found.append(Delivery(delivery_id, int(attempts), channel, body))
        return found

    async def settle(self, delivery: Delivery, wait_ms: int, what: str, words: str) -> None:
        """What became of one more attempt; -1: there is no further one."""
        await self._ask("settle", [delivery.id, delivery.attempts + 1, wait_ms, what, words])

    async def active(self) -> list[ActiveRow]:
        """The alerts that are there, by key."""
        rows = []
        for key, row in sorted(await self._all("active")):
            since, last, told, body = row.decode().split("|", 3)
            rows.append(ActiveRow(key, int(since), int(last), told == "1", body))
        return rows

    async def silences(self) -> list[SilenceRow]:
        """The silences, those that are over among them, by pattern."""
        rows = []
        for pattern, row in sorted(await self._all("silences")):
            until, _, words = row.decode().partition("|")
            rows.append(SilenceRow(pattern, int(until), words))
        return rows

    async def log(self, count: int) -> list[LogRow]:
        """What happened, the newest first."""
        stop = min(count, MOST_LOGGED) - 1
        reply = await self._transport.execute("LRANGE", self._keys.key("log"), 0, stop)
        rows = [text(row).split("|", 2) for row in items(reply, 0)]
        return [LogRow(int(ms), what, body) for ms, what, body in rows]

    async def recall(self, name: str) -> str | None:
        """What a rule remembers."""
        key = self._keys.key("memory")
        return text_or_none(await self._transport.execute("HGET", key, name))

    async def remember(self, name: str, value: str) -> None:
        """Let a rule remember something."""
        await self._transport.execute("HSET", self._keys.key("memory"), name, value)

    async def _all(self, name: str) -> list[tuple[str, bytes]]:
        return pairs(items(await self._transport.execute("HGETALL", self._keys.key(name)), 0))

    async def _ask(self, name: str, tail: Sequence[Arg]) -> Reply:
        script = self._scripts.script(name)
        line = self._scripts.command(name, [self._clock() if self._clock else 0, *tail])
        return await answered(lambda: self._transport.script(script, line), Resend(PATIENCE_S))
