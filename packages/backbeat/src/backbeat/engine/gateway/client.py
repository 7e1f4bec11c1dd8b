"""What the gateway keeps, as one event loop sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from backbeat.engine.calls.cursors import checked_entries_cursor
from backbeat.engine.calls.reply import items, number, pairs, raw, text
from backbeat.engine.gateway.keys import GatewayKeys
from backbeat.engine.gateway.scripts import GatewayScripts
from backbeat.engine.session import PATIENCE_S, Clock, Session
from backbeat.engine.transport.base import Reply, Transport
from backbeat.engine.transport.resend import Resend, answered
from backbeat.lua import Arg

# More than a person reads, less than a server notices.
MOST_ENTRIES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the audit log: its id, when it was written, and its JSON."""

    id: str
    at_ms: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """A request that was begun: what it said, by whom, and its answer; empty without one."""

    fingerprint: str
    token: str
    answer: bytes


class AuditClient:
    """The audit log of an installation."""

    def __init__(self, transport: Transport, namespace: str, *, clock: Clock | None = None) -> None:
        """Ask nothing yet."""
        keys = GatewayKeys(namespace, "audit")
        self._transport = transport
        self._log = keys.key("log")
        self._session = Session(transport, GatewayScripts(keys), clock=clock)

    async def note(self, entry: bytes, *, most: int = MOST_ENTRIES) -> str:
        """Append an entry; its id. Written once, whatever is lost on the way, on a full server too.

        Args:
            entry: JSON.
            most: Entries that are kept, about; the oldest go first. Defaults to 100,000.
        """
        return text(items(await self._session.run("note", [most, entry]), 1)[0])

    async def read(self, before: str, count: int) -> list[Entry]:
        """Entries, the newest first.

        Args:
            before: Only those older than the entry of this id; empty: from the newest.
            count: At most so many.

        Raises:
            InvalidOption: There is no such id.
        """
        end = f"({checked_entries_cursor(before)}" if before else "+"
        reply = await self._transport.execute("XREVRANGE", self._log, end, "-", "COUNT", count)
        return list(_entries(reply))


class ApiKeyClient:
    """The API keys of an installation."""

    def __init__(self, transport: Transport, namespace: str) -> None:
        """Ask nothing yet."""
        self._execute = transport.execute
        self._hash = GatewayKeys(namespace, "api-keys").key("api_keys")

    async def put(self, key_id: str, record: bytes) -> None:
        """Keep a key."""
        await self._execute("HSET", self._hash, key_id, record)

    async def get(self, key_id: str) -> bytes | None:
        """A key by its id; None where there is none."""
        reply = await self._execute("HGET", self._hash, key_id)
        return None if reply is None else raw(reply)

    async def all(self) -> list[tuple[str, bytes]]:
        """Every key, by id."""
        return sorted(pairs(items(await self._execute("HGETALL", self._hash), 0)))

    async def remove(self, key_id: str) -> None:
        """Forget a key."""
        await self._execute("HDEL", self._hash, key_id)


class ReplyClient:
    """The answers of requests that may be sent again. Every call here may be repeated."""

    def __init__(self, transport: Transport, namespace: str, *, clock: Clock | None = None) -> None:
        """Ask nothing yet."""
        self._transport = transport
        self._namespace = namespace
        self._clock = clock

    async def claim(self, name: str, token: str, fingerprint: str, ms: int) -> Claimed:
        """Begin a request, or learn what became of it; see `claim.lua`."""
        reply = await self._run(name, "claim", [token, fingerprint, ms])
        known, by, answer = items(reply, 3)
        return Claimed(text(known), text(by), raw(answer))

    async def settle(self, name: str, token: str, answer: bytes, ms: int) -> bool:
        """Keep the answer, or with an empty one forget the request; whether it was still ours."""
        return number(await self._run(name, "settle", [token, ms, answer])) == 1

    async def _run(self, name: str, script: str, args: list[Arg]) -> Reply:
        scripts = GatewayScripts(GatewayKeys(self._namespace, name))
        now_ms = 0 if self._clock is None else self._clock()
        known, line = scripts.script(script), scripts.command(script, [now_ms, *args])
        return await answered(lambda: self._transport.script(known, line), Resend(PATIENCE_S))


def _entries(reply: Reply) -> Iterator[Entry]:
    for each in items(reply, 0):
        entry_id, fields = items(each, 2)
        known = dict(pairs(items(fields, 4)))
        yield Entry(text(entry_id), int(known["at"]), known["entry"])
