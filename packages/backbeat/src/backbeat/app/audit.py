"""The audit log: who asked for what, when, and what it was before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec

from backbeat.app.connections import AsyncConnection, Connections
from backbeat.app.times import moment
from backbeat.engine.gateway.client import MOST_ENTRIES, AuditClient, Entry

# What one entry may say of a value, in bytes of JSON; more is cut off.
MOST_BYTES: Final = 16_384


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody asked for.

    Attributes:
        who: Name of who asked.
        action: The permission that it needed, such as "retry".
        what: The operation, such as "jobs.retry".
        queue: The queue; None where it concerns none.
        subjects: What it was done to: ids of jobs, names; at most 100 of them.
        count: How many subjects there were.
        old: What was there before, as far as it was asked.
        new: What was asked for.
        refused: Code of the error that ended it; None for what was asked for and not refused.
        of: Id of the entry that this one tells the end of.
        request_id: The request, as its answer named it.
        id: Its id; rises.
        at: When it was written, by the server's clock.
    """

    who: str
    action: str
    what: str
    queue: str | None = None
    subjects: tuple[str, ...] = ()
    count: int = 0
    old: Any = None
    new: Any = None
    refused: str | None = None
    of: str | None = None
    request_id: str | None = None
    id: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the audit log, the newest first, and the cursor of the next; None at the end."""

    entries: list[AuditEntry]
    cursor: str | None


class AuditLog:
    """The audit log of an application: it can be added to and read, never changed.

    The newest 100,000 entries are kept, about.
    """

    def __init__(self, connections: Connections, *, most: int = MOST_ENTRIES) -> None:
        """Ask nothing yet.

        Args:
            connections: The way to the server, `app.connections`.
            most: Entries that are kept. Defaults to 100,000.
        """
        self._connections = connections
        self._most = most
        self._clients: WeakKeyDictionary[AsyncConnection, AuditClient] = WeakKeyDictionary()

    async def append(self, entry: AuditEntry) -> str:
        """Write an entry, once, whatever is lost on the way; also on a full server. Gives its id.

        Raises:
            ServerUnavailable: The server cannot be reached or refuses.
        """
        bounded = msgspec.structs.replace(
            entry,
            subjects=entry.subjects[:100],
            count=entry.count or len(entry.subjects),
            old=_bounded(entry.old),
            new=_bounded(entry.new),
        )
        return await (await self._client()).note(msgspec.json.encode(bounded), most=self._most)

    async def page(self, *, cursor: str | None = None, limit: int = 50) -> AuditPage:
        """A page of entries, the newest first.

        Args:
            cursor: That of the page before. Defaults to None: the first page.
            limit: At most so many, and never more than 200. Defaults to 50.

        Raises:
            InvalidOption: The cursor is none.
        """
        count = max(1, min(limit, 200))
        found = await (await self._client()).read(cursor or "", count)
        after = found[-1].id if len(found) == count else None
        return AuditPage([_read(each) for each in found], after)

    async def _client(self) -> AuditClient:
        connection = await self._connections.open()
        client = self._clients.get(connection)
        if client is None:
            client = AuditClient(connection.transport, connection.namespace, clock=connection.clock)
            self._clients[connection] = client
        return client


def _bounded(value: Any) -> Any:
    encoded = msgspec.json.encode(value)
    return value if len(encoded) <= MOST_BYTES else f"{len(encoded):,} bytes of JSON"


def _read(entry: Entry) -> AuditEntry:
    read = msgspec.json.decode(entry.text, type=AuditEntry)
    return msgspec.structs.replace(read, id=entry.id, at=moment(entry.at_ms))
