"""Dead letters: the jobs of a queue that failed for good, grouped by what they failed of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from backbeat.app.commands import Page, read_page
from backbeat.app.info import Failure, read_failure
from backbeat.app.times import moment
from backbeat.engine.calls.dead import DeadRow
from backbeat.engine.states import State

if TYPE_CHECKING:
    from backbeat.app.operations import Operations
    from backbeat.app.sync_operations import SyncOperations


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadGroup:
    """Failed jobs that have a handler, a type of error, its place and its words in common.

    Attributes:
        fingerprint: What names the group: the same for the same failure in every process. It is
            "other" for what came when there were 1,000 groups.
        count: Failed jobs in it that are kept.
        name: Name of the handler of its latest job.
        error: How its latest job failed.
        since: When the group came into being; its first jobs may be gone.
        first_at: When the oldest of its jobs failed.
        last_at: When the latest did.
        sample: Id of the latest.
    """

    fingerprint: str
    count: int
    name: str
    error: Failure
    since: datetime
    first_at: datetime
    last_at: datetime
    sample: str


class QueueDead:
    """The dead letters of a queue; made by `queue.dead`.

    Groups are kept up as jobs fail, are retried, removed, or no longer kept: nothing here looks at
    all failed jobs. All methods raise ServerUnavailable when the server cannot be reached.
    """

    def __init__(self, queue: "Operations") -> None:
        """Ask nothing yet."""
        self._queue = queue

    async def groups(self) -> list[DeadGroup]:
        """Every group, the largest first: at most 1,001, each named by what failed."""
        return _read(await (await self._queue.client()).dead.groups())

    async def list(self, fingerprint: str, *, cursor: str | None = None, limit: int = 50) -> Page:
        """A page of the jobs of a group, the newest first; empty where there is no such group.

        Args:
            fingerprint: The group.
            cursor: That of the page before. Defaults to None: the first page.
            limit: At most so many, and never more than 200. Defaults to 50.
        """
        page = await (await self._queue.client()).dead.list(fingerprint, cursor or "", limit)
        return read_page(self._queue.name, State.FAILED, page)

    async def retry(self, fingerprint: str, *, reset_attempts: bool = True) -> int:
        """Let the jobs of a group run again that have failed by now, in steps of 500.

        Args:
            fingerprint: The group.
            reset_attempts: Whether failures so far are forgotten; see `Queue.retry`.

        Returns:
            How many run again.
        """
        client = await self._queue.client()
        return await client.dead.retry(fingerprint, reset_fails=reset_attempts)

    async def remove(self, fingerprint: str) -> int:
        """Remove the jobs of a group that have failed by now, in steps of 500; how many."""
        return await (await self._queue.client()).dead.remove(fingerprint)


class SyncQueueDead:
    """`QueueDead` for code without an event loop; made by `queue.sync.dead`."""

    def __init__(self, queue: "SyncOperations") -> None:
        """Ask nothing yet."""
        self._queue = queue

    def groups(self) -> list[DeadGroup]:
        """See `QueueDead.groups`."""
        return _read(self._queue.client().dead.groups())

    def list(self, fingerprint: str, *, cursor: str | None = None, limit: int = 50) -> Page:
        """See `QueueDead.list`."""
        page = self._queue.client().dead.list(fingerprint, cursor or "", limit)
        return read_page(self._queue.name, State.FAILED, page)

    def retry(self, fingerprint: str, *, reset_attempts: bool = True) -> int:
        """See `QueueDead.retry`."""
        return self._queue.client().dead.retry(fingerprint, reset_fails=reset_attempts)

    def remove(self, fingerprint: str) -> int:
        """See `QueueDead.remove`."""
        return self._queue.client().dead.remove(fingerprint)


def _read(rows: Iterable[DeadRow]) -> list[DeadGroup]:
    return [
        DeadGroup(
            fingerprint=row.fingerprint,
            count=row.count,
            name=row.name,
            error=read_failure(row.result),
            since=moment(row.since_ms),
            first_at=moment(row.first_ms),
            last_at=moment(row.last_ms),
            sample=row.sample,
        )
        for row in rows
    ]
