"""Jobs of one queue that failed for good, by what they failed of: for async code."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from backbeat.engine.calls import dead as calls
from backbeat.engine.calls.control import MOST_IDS
from backbeat.engine.calls.dead import DeadRow
from backbeat.engine.calls.read import Page, parse_list
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.paging import MOST_LISTED, PartPages
from backbeat.engine.session import Session

Ask = Callable[[str, Sequence[Arg]], Awaitable[Reply]]
Groups = list[DeadRow]


class QueueDead:
    """Reads, retries and removes groups of failures; made by `QueueClient`."""

    def __init__(self, session: Session, ask: Ask) -> None:
        """Send changes through a session, and what may run twice by `ask`."""
        self._session = session
        self._ask = ask

    async def groups(self) -> Groups:
        """Every group, the largest first: at most 1,001, whatever failed."""
        following, rows = calls.parse_groups(await self._ask("dead_groups", calls.groups_args(0)))
        while following:
            reply = await self._ask("dead_groups", calls.groups_args(following))
            following, page = calls.parse_groups(reply)
            rows += page
        return calls.merged(rows)

    async def list(self, fingerprint: str, cursor: str = "", limit: int = 100) -> Page:
        """A page of the jobs of a group, the newest first; see `QueueClient.list`."""
        tail = calls.list_args(fingerprint, cursor, min(limit, MOST_LISTED))
        return parse_list(await self._ask("list_dead", tail))

    async def retry(self, fingerprint: str, *, reset_fails: bool = True) -> int:
        """Let those run again that had failed by now, in steps of 500; how many."""
        total, more, until_ms = 0, True, 0
        while more:
            tail = calls.retry_args(fingerprint, until_ms, MOST_IDS, reset_fails=reset_fails)
            reply = await self._session.run("retry_dead", tail)
            count, more, until_ms = calls.parse_step(reply)
            total += count
        return total

    async def remove(self, fingerprint: str) -> int:
        """Remove those that had failed by now, in steps of 500; how many."""
        total, more, until_ms = 0, True, 0
        while more:
            tail = calls.remove_args(fingerprint, until_ms, MOST_IDS)
            reply = await self._session.run("remove_dead", tail)
            count, more, until_ms = calls.parse_step(reply)
            total += count
        return total


class PartitionedDead:
    """`QueueDead` over the partitions of one queue."""

    def __init__(self, parts: Sequence[QueueDead]) -> None:
        """Ask the partitions, in the order of their numbers."""
        self._parts = parts

    async def groups(self) -> Groups:
        """See `QueueDead.groups`; each group once, with what all partitions have of it."""
        found = await asyncio.gather(*(part.groups() for part in self._parts))
        return calls.merged(row for rows in found for row in rows)

    async def list(self, fingerprint: str, cursor: str = "", limit: int = 100) -> Page:
        """See `QueueDead.list`; one partition after the other."""
        pages = PartPages(len(self._parts), cursor, limit)
        while pages.more:
            part = self._parts[pages.part]
            pages.take(await part.list(fingerprint, pages.inner, pages.room))
        return pages.page

    async def retry(self, fingerprint: str, *, reset_fails: bool = True) -> int:
        """See `QueueDead.retry`."""
        return sum([await part.retry(fingerprint, reset_fails=reset_fails) for part in self._parts])

    async def remove(self, fingerprint: str) -> int:
        """See `QueueDead.remove`."""
        return sum([await part.remove(fingerprint) for part in self._parts])
