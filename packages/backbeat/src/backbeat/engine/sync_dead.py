"""Jobs of one queue that failed for good, by what they failed of: without an event loop."""

from collections.abc import Callable, Sequence

from backbeat.engine.calls import dead as calls
from backbeat.engine.calls.control import MOST_IDS
from backbeat.engine.calls.dead import DeadRow
from backbeat.engine.calls.read import Page, parse_list
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.paging import MOST_LISTED, PartPages
from backbeat.engine.session import SyncSession

SyncAsk = Callable[[str, Sequence[Arg]], Reply]
Groups = list[DeadRow]


class SyncQueueDead:
    """`QueueDead` for threads."""

    def __init__(self, session: SyncSession, ask: SyncAsk) -> None:
        """Send changes through a session, and what may run twice by `ask`."""
        self._session = session
        self._ask = ask

    def groups(self) -> Groups:
        """See `QueueDead.groups`."""
        following, rows = calls.parse_groups(self._ask("dead_groups", calls.groups_args(0)))
        while following:
            reply = self._ask("dead_groups", calls.groups_args(following))
            following, page = calls.parse_groups(reply)
            rows += page
        return calls.merged(rows)

    def list(self, fingerprint: str, cursor: str = "", limit: int = 100) -> Page:
        """See `QueueDead.list`."""
        tail = calls.list_args(fingerprint, cursor, min(limit, MOST_LISTED))
        return parse_list(self._ask("list_dead", tail))

    def retry(self, fingerprint: str, *, reset_fails: bool = True) -> int:
        """See `QueueDead.retry`."""
        total, more, until_ms = 0, True, 0
        while more:
            tail = calls.retry_args(fingerprint, until_ms, MOST_IDS, reset_fails=reset_fails)
            reply = self._session.run("retry_dead", tail)
            count, more, until_ms = calls.parse_step(reply)
            total += count
        return total

    def remove(self, fingerprint: str) -> int:
        """See `QueueDead.remove`."""
        total, more, until_ms = 0, True, 0
        while more:
            tail = calls.remove_args(fingerprint, until_ms, MOST_IDS)
            reply = self._session.run("remove_dead", tail)
            count, more, until_ms = calls.parse_step(reply)
            total += count
        return total


class SyncPartitionedDead:
    """`SyncQueueDead` over the partitions of one queue."""

    def __init__(self, parts: Sequence[SyncQueueDead]) -> None:
        """Ask the partitions, in the order of their numbers."""
        self._parts = parts

    def groups(self) -> Groups:
        """See `QueueDead.groups`; each group once, with what all partitions have of it."""
        found = [part.groups() for part in self._parts]
        return calls.merged(row for rows in found for row in rows)

    def list(self, fingerprint: str, cursor: str = "", limit: int = 100) -> Page:
        """See `QueueDead.list`; one partition after the other."""
        pages = PartPages(len(self._parts), cursor, limit)
        while pages.more:
            part = self._parts[pages.part]
            pages.take(part.list(fingerprint, pages.inner, pages.room))
        return pages.page

    def retry(self, fingerprint: str, *, reset_fails: bool = True) -> int:
        """See `QueueDead.retry`."""
        return sum(part.retry(fingerprint, reset_fails=reset_fails) for part in self._parts)

    def remove(self, fingerprint: str) -> int:
        """See `QueueDead.remove`."""
        return sum(part.remove(fingerprint) for part in self._parts)
