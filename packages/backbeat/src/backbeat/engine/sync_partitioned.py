"""Everything that can be asked of a queue with partitions, for code without an event loop."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from backbeat.engine.calls.control import Cancelled, Moved, Updated
from backbeat.engine.calls.groups import GroupRow
from backbeat.engine.calls.measure import Per, Row
from backbeat.engine.calls.read import Counts, LoadPart, Page, Snapshot
from backbeat.engine.calls.reply import Reply
from backbeat.engine.client import MOST_LOG_LINES, Groups, Lines
from backbeat.engine.paging import MOST_LISTED, PartPages
from backbeat.engine.partitioned import (
    by_partition,
    first_found,
    merged_groups,
    merged_pages,
    same_worker,
    summed,
)
from backbeat.engine.partitions import Partitioning
from backbeat.engine.states import State
from backbeat.engine.sync_checks import SyncPartitionedChecks
from backbeat.engine.sync_client import SyncQueueClient
from backbeat.engine.sync_dead import SyncPartitionedDead

T = TypeVar("T")


class SyncPartitionedClient:
    """`PartitionedClient` for threads: safe to share between them.

    Attributes:
        checks: Finds what is wrong with it.
        dead: Its jobs that failed for good.
    """

    def __init__(self, parts: Sequence[SyncQueueClient], partitioning: Partitioning) -> None:
        """Ask through the clients of the partitions, in the order of their numbers."""
        self._parts = parts
        self._partitioning = partitioning
        self.checks = SyncPartitionedChecks([part.checks for part in parts])
        self.dead = SyncPartitionedDead([part.dead for part in parts])

    def get(self, job_id: str) -> Snapshot | None:
        """See `QueueClient.get`."""
        return first_found(self._each(job_id, lambda part: part.get(job_id)), None)

    def list(self, state: State, cursor: str = "", limit: int = 100) -> Page:
        """A page of the jobs in a state: one partition after the other; see `QueueClient.list`."""
        pages = PartPages(len(self._parts), cursor, limit)
        while pages.more:
            part = self._parts[pages.part]
            pages.take(part.list(state, pages.inner, pages.room))
        return pages.page

    def counts(self) -> Counts:
        """See `QueueClient.counts`; the sum over all partitions."""
        return summed(self._all(lambda part: part.counts()))

    def logs(self, job_id: str, start: int = 0, count: int = MOST_LOG_LINES) -> Lines:
        """See `QueueClient.logs`."""
        found = self._each(job_id, lambda part: part.logs(job_id, start, count))
        return first_found(found, [])

    def workers(self) -> Sequence[tuple[Reply, Reply]]:
        """See `QueueClient.workers`."""
        return [each for found in self._all(lambda part: part.workers()) for each in found]

    def holder(self, job_id: str) -> SyncQueueClient:
        """The client of the partition that has a job; of any one where none has it."""
        part, *others = self._candidates(job_id)
        if not others:
            return part
        having = (each for each in (part, *others) if each.get(job_id) is not None)
        return next(having, part)

    def configure(self, **fields: str | int) -> None:
        """See `Control.configure`."""
        self._all(lambda part: part.configure(**fields))

    def configure_group(self, group: str, rules: Mapping[str, str | int]) -> None:
        """See `Control.configure_group`."""
        self._all(lambda part: part.configure_group(group, rules))

    def configure_groups(self, rules: Mapping[str, str | int]) -> None:
        """See `Control.configure_groups`."""
        self._all(lambda part: part.configure_groups(rules))

    def get_group(self, group: str) -> GroupRow:
        """See `QueueClient.get_group`; the sum over all partitions."""
        return merged_groups(self._all(lambda part: part.get_group(group)))[0]

    def list_groups(self, cursor: str = "", limit: int = 100) -> Groups:
        """See `QueueClient.list_groups`; each group once, with what all partitions have of it."""
        pages = self._all(lambda part: part.list_groups(cursor, limit))
        return merged_pages(pages, min(limit, MOST_LISTED))

    def pause(self) -> None:
        """See `Control.pause`."""
        self._all(lambda part: part.pause())

    def resume(self) -> None:
        """See `Control.resume`."""
        self._all(lambda part: part.resume())

    def pause_worker(self, worker: int, *, paused: bool) -> bool:
        """See `Control.pause_worker`; it has a number of its own in each partition."""
        numbers = same_worker(self._all(lambda part: part.workers()), worker)
        answers = [
            part.pause_worker(number, paused=paused)
            for part, number in zip(self._parts, numbers, strict=True)
            if number is not None
        ]
        return any(answers)

    def scale(
        self, concurrency: int | None, running: int | None, workers: Sequence[int] = ()
    ) -> int:
        """See `PartitionedClient.scale`."""
        if not workers:
            return max(self._all(lambda part: part.scale(concurrency, running)))
        found = self._all(lambda part: part.workers())
        for worker in workers:
            for part, number in zip(self._parts, same_worker(found, worker), strict=True):
                if number is not None:
                    part.scale(concurrency, None, [number])
        return len(workers)

    def measured(self, per: Per, first_ms: int, last_ms: int) -> Sequence[Row]:
        """See `PartitionedClient.measured`."""
        found = self._all(lambda part: part.measured(per, first_ms, last_ms))
        return [row for rows in found for row in rows]

    def load(self, first: int) -> Sequence[LoadPart]:
        """See `QueueClient.load`."""
        return [each for found in self._all(lambda part: part.load(first)) for each in found]

    def cancel(self, job_id: str, reason: str = "") -> Cancelled:
        """See `Control.cancel`."""
        answers = self._each(job_id, lambda part: part.cancel(job_id, reason))
        return first_found(answers, "unknown")

    def remove(self, job_ids: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """See `Control.remove`."""
        answers = self._sorted(job_ids, lambda part, ids: part.remove(ids))
        active = tuple(job_id for _, refused in answers for job_id in refused)
        return sum(count for count, _ in answers), active

    def promote(self, job_ids: Sequence[str]) -> int:
        """See `Control.promote`."""
        return sum(self._sorted(job_ids, lambda part, ids: part.promote(ids)))

    def retry(self, job_ids: Sequence[str], *, reset_fails: bool = True) -> int:
        """See `Control.retry`."""
        return sum(
            self._sorted(job_ids, lambda part, ids: part.retry(ids, reset_fails=reset_fails))
        )

    def reschedule(self, job_id: str, due_ms: int) -> Moved:
        """See `Control.reschedule`."""
        answers = self._each(job_id, lambda part: part.reschedule(job_id, due_ms))
        return first_found(answers, "unknown")

    def set_priority(self, job_id: str, priority: int, *, lifo: bool = False) -> Moved:
        """See `Control.set_priority`."""
        answers = self._each(job_id, lambda part: part.set_priority(job_id, priority, lifo=lifo))
        return first_found(answers, "unknown")

    def reprioritise(self, priority: int, job_ids: Sequence[str]) -> int:
        """See `Control.reprioritise`."""
        return sum(self._sorted(job_ids, lambda part, ids: part.reprioritise(priority, ids)))

    def update_data(self, job_id: str, old_body: bytes, new_body: bytes) -> Updated:
        """See `Control.update_data`."""
        answers = self._each(job_id, lambda part: part.update_data(job_id, old_body, new_body))
        return first_found(answers, "unknown")

    def drain(self, *, include_delayed: bool = False) -> int:
        """See `Control.drain`."""
        return sum(self._all(lambda part: part.drain(include_delayed=include_delayed)))

    def clean(self, state: State, older_than_ms: int = 0, limit: int = 1_000) -> int:
        """See `Control.clean`; the oldest of one partition after the other."""
        total = 0
        for part in self._parts:
            if total < limit:
                total += part.clean(state, older_than_ms, limit - total)
        return total

    def obliterate(self, *, force: bool = False) -> bool:
        """See `Control.obliterate`; where jobs are active, no partition is touched."""
        if not force and (self.counts()).active:
            return False
        return all(self._all(lambda part: part.obliterate(force=force)))

    def _candidates(self, job_id: str) -> Sequence[SyncQueueClient]:
        where = self._partitioning.where(job_id)
        return self._parts if where is None else [self._parts[where]]

    def _all(self, ask: Callable[[SyncQueueClient], T]) -> Sequence[T]:
        return [ask(part) for part in self._parts]

    def _each(self, job_id: str, ask: Callable[[SyncQueueClient], T]) -> Sequence[T]:
        """The answers of the partitions that may have the job."""
        return [ask(part) for part in self._candidates(job_id)]

    def _sorted(
        self,
        job_ids: Sequence[str],
        ask: Callable[[SyncQueueClient, Sequence[str]], T],
    ) -> Sequence[T]:
        """The answers of the partitions, each asked for the ids that it may have."""
        shares = by_partition(job_ids, self._partitioning)
        return [ask(self._parts[each], ids) for each, ids in shares]


def holder_of(client: SyncQueueClient | SyncPartitionedClient, job_id: str) -> SyncQueueClient:
    """The client of the one queue of the engine that has a job."""
    return client if isinstance(client, SyncQueueClient) else client.holder(job_id)
