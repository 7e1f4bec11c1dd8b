"""Everything that can be asked of a queue with partitions, for async code."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from backbeat.engine.calls.control import Cancelled, Moved, Updated
from backbeat.engine.calls.groups import GroupRow
from backbeat.engine.calls.measure import Per, Row
from backbeat.engine.calls.read import Counts, LoadPart, Page, Snapshot
from backbeat.engine.calls.reply import Reply, items, pairs
from backbeat.engine.checks import PartitionedChecks
from backbeat.engine.client import MOST_LOG_LINES, Groups, Lines, QueueClient
from backbeat.engine.dead import PartitionedDead
from backbeat.engine.events import OLDEST, Event
from backbeat.engine.merged_events import MergedEvents, places
from backbeat.engine.paging import MOST_LISTED, PartPages
from backbeat.engine.partitions import Partitioning
from backbeat.engine.states import State
from backbeat.engine.watch import Watch

T = TypeVar("T")


class PartitionedClient:
    """`QueueClient` over the partitions of one queue. Jobs are added to the partitions themselves.

    What concerns one job goes to its partition where the id tells it, else to all of them at once.
    What concerns the queue goes to all: not in one step, so a count may be of slightly different
    moments, and a command that fails half-way has to be repeated.

    Attributes:
        checks: Finds what is wrong with it.
        dead: Its jobs that failed for good.
    """

    def __init__(self, parts: Sequence[QueueClient], partitioning: Partitioning) -> None:
        """Ask through the clients of the partitions, in the order of their numbers."""
        self._parts = parts
        self._partitioning = partitioning
        self.checks = PartitionedChecks([part.checks for part in parts])
        self.dead = PartitionedDead([part.dead for part in parts])

    async def get(self, job_id: str) -> Snapshot | None:
        """See `QueueClient.get`."""
        return first_found(await self._each(job_id, lambda part: part.get(job_id)), None)

    async def list(self, state: State, cursor: str = "", limit: int = 100) -> Page:
        """A page of the jobs in a state: one partition after the other; see `QueueClient.list`."""
        pages = PartPages(len(self._parts), cursor, limit)
        while pages.more:
            part = self._parts[pages.part]
            pages.take(await part.list(state, pages.inner, pages.room))
        return pages.page

    async def counts(self) -> Counts:
        """See `QueueClient.counts`; the sum over all partitions."""
        return summed(await self._all(lambda part: part.counts()))

    async def logs(self, job_id: str, start: int = 0, count: int = MOST_LOG_LINES) -> Lines:
        """See `QueueClient.logs`."""
        found = await self._each(job_id, lambda part: part.logs(job_id, start, count))
        return first_found(found, [])

    async def workers(self) -> Sequence[tuple[Reply, Reply]]:
        """See `QueueClient.workers`."""
        return [each for found in await self._all(lambda part: part.workers()) for each in found]

    async def watch(self, job_id: str) -> Watch:
        """See `QueueClient.watch`."""
        part, *others = self._candidates(job_id)
        if others:
            found = await asyncio.gather(*(each.get(job_id) for each in (part, *others)))
            holders = zip((part, *others), found, strict=True)
            part = next((each for each, snapshot in holders if snapshot is not None), part)
        return await part.watch(job_id)

    def events(self, since: str | None = None) -> MergedEvents:
        """See `QueueClient.events`; in order within each partition."""
        starts = places(since, len(self._parts))
        parts = [part.events(start) for part, start in zip(self._parts, starts, strict=True)]
        return MergedEvents(parts, since or OLDEST)

    async def recent_events(self, since_ms: int) -> Sequence[Event]:
        """See `QueueClient.recent_events`; of one partition after the other."""
        found = await self._all(lambda part: part.recent_events(since_ms))
        return [event for events in found for event in events]

    async def configure(self, **fields: str | int) -> None:
        """See `Control.configure`."""
        await self._all(lambda part: part.configure(**fields))

    async def configure_group(self, group: str, rules: Mapping[str, str | int]) -> None:
        """See `Control.configure_group`."""
        await self._all(lambda part: part.configure_group(group, rules))

    async def configure_groups(self, rules: Mapping[str, str | int]) -> None:
        """See `Control.configure_groups`."""
        await self._all(lambda part: part.configure_groups(rules))

    async def get_group(self, group: str) -> GroupRow:
        """See `QueueClient.get_group`; the sum over all partitions."""
        return merged_groups(await self._all(lambda part: part.get_group(group)))[0]

    async def list_groups(self, cursor: str = "", limit: int = 100) -> Groups:
        """See `QueueClient.list_groups`; each group once, with what all partitions have of it."""
        pages = await self._all(lambda part: part.list_groups(cursor, limit))
        return merged_pages(pages, min(limit, MOST_LISTED))

    async def pause(self) -> None:
        """See `Control.pause`."""
        await self._all(lambda part: part.pause())

    async def resume(self) -> None:
        """See `Control.resume`."""
        await self._all(lambda part: part.resume())

    async def pause_worker(self, worker: int, *, paused: bool) -> bool:
        """See `Control.pause_worker`; it has a number of its own in each partition."""
        numbers = same_worker(await self._all(lambda part: part.workers()), worker)
        answers = await asyncio.gather(
            *(
                part.pause_worker(number, paused=paused)
                for part, number in zip(self._parts, numbers, strict=True)
                if number is not None
            )
        )
        return any(answers)

    async def scale(
        self, concurrency: int | None, running: int | None, workers: Sequence[int] = ()
    ) -> int:
        """See `Control.scale`; `running` is for each partition."""
        if not workers:
            return max(await self._all(lambda part: part.scale(concurrency, running)))
        found = await self._all(lambda part: part.workers())
        for worker in workers:
            for part, number in zip(self._parts, same_worker(found, worker), strict=True):
                if number is not None:
                    await part.scale(concurrency, None, [number])
        return len(workers)

    async def load(self, first: int) -> Sequence[LoadPart]:
        """See `QueueClient.load`."""
        return [each for found in await self._all(lambda part: part.load(first)) for each in found]

    async def measured(self, per: Per, first_ms: int, last_ms: int) -> Sequence[Row]:
        """See `QueueClient.measured`; the rows of all partitions."""
        found = await self._all(lambda part: part.measured(per, first_ms, last_ms))
        return [row for rows in found for row in rows]

    async def totals(self) -> Sequence[Row]:
        """See `QueueClient.totals`; the rows of all partitions."""
        return [row for rows in await self._all(lambda part: part.totals()) for row in rows]

    async def cancel(self, job_id: str, reason: str = "") -> Cancelled:
        """See `Control.cancel`."""
        answers = await self._each(job_id, lambda part: part.cancel(job_id, reason))
        return first_found(answers, "unknown")

    async def remove(self, job_ids: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """See `Control.remove`."""
        answers = await self._sorted(job_ids, lambda part, ids: part.remove(ids))
        active = tuple(job_id for _, refused in answers for job_id in refused)
        return sum(count for count, _ in answers), active

    async def promote(self, job_ids: Sequence[str]) -> int:
        """See `Control.promote`."""
        return sum(await self._sorted(job_ids, lambda part, ids: part.promote(ids)))

    async def retry(self, job_ids: Sequence[str], *, reset_fails: bool = True) -> int:
        """See `Control.retry`."""
        return sum(
            await self._sorted(job_ids, lambda part, ids: part.retry(ids, reset_fails=reset_fails))
        )

    async def reschedule(self, job_id: str, due_ms: int) -> Moved:
        """See `Control.reschedule`."""
        answers = await self._each(job_id, lambda part: part.reschedule(job_id, due_ms))
        return first_found(answers, "unknown")

    async def set_priority(self, job_id: str, priority: int, *, lifo: bool = False) -> Moved:
        """See `Control.set_priority`."""
        answers = await self._each(
            job_id, lambda part: part.set_priority(job_id, priority, lifo=lifo)
        )
        return first_found(answers, "unknown")

    async def reprioritise(self, priority: int, job_ids: Sequence[str]) -> int:
        """See `Control.reprioritise`."""
        return sum(await self._sorted(job_ids, lambda part, ids: part.reprioritise(priority, ids)))

    async def update_data(self, job_id: str, old_body: bytes, new_body: bytes) -> Updated:
        """See `Control.update_data`."""
        answers = await self._each(
            job_id, lambda part: part.update_data(job_id, old_body, new_body)
        )
        return first_found(answers, "unknown")

    async def drain(self, *, include_delayed: bool = False) -> int:
        """See `Control.drain`."""
        return sum(await self._all(lambda part: part.drain(include_delayed=include_delayed)))

    async def clean(self, state: State, older_than_ms: int = 0, limit: int = 1_000) -> int:
        """See `Control.clean`; the oldest of one partition after the other."""
        total = 0
        for part in self._parts:
            if total < limit:
                total += await part.clean(state, older_than_ms, limit - total)
        return total

    async def obliterate(self, *, force: bool = False) -> bool:
        """See `Control.obliterate`; where jobs are active, no partition is touched."""
        if not force and (await self.counts()).active:
            return False
        return all(await self._all(lambda part: part.obliterate(force=force)))

    def _candidates(self, job_id: str) -> Sequence[QueueClient]:
        where = self._partitioning.where(job_id)
        return self._parts if where is None else [self._parts[where]]

    async def _all(self, ask: Callable[[QueueClient], Awaitable[T]]) -> Sequence[T]:
        return await asyncio.gather(*map(ask, self._parts))

    async def _each(self, job_id: str, ask: Callable[[QueueClient], Awaitable[T]]) -> Sequence[T]:
        """The answers of the partitions that may have the job."""
        return await asyncio.gather(*map(ask, self._candidates(job_id)))

    async def _sorted(
        self,
        job_ids: Sequence[str],
        ask: Callable[[QueueClient, Sequence[str]], Awaitable[T]],
    ) -> Sequence[T]:
        """The answers of the partitions, each asked for the ids that it may have."""
        shares = by_partition(job_ids, self._partitioning)
        return await asyncio.gather(*(ask(self._parts[each], ids) for each, ids in shares))


def by_partition(job_ids: Sequence[str], partitioning: Partitioning) -> list[tuple[int, list[str]]]:
    """Which partition has to be asked for which ids, in their order."""
    shares: dict[int, list[str]] = {}
    for job_id in job_ids:
        where = partitioning.where(job_id)
        for number in range(partitioning.count) if where is None else (where,):
            shares.setdefault(number, []).append(job_id)
    return sorted(shares.items())


def same_worker(replies: Sequence[Sequence[tuple[Reply, Reply]]], worker: int) -> list[int | None]:
    """The numbers of one worker in each partition; None where it has none.

    Workers are told apart by what they say of themselves, those that say the same by their order.

    Args:
        replies: Of `workers`, for each partition.
        worker: Its number in the first partition that has it.
    """
    known = [_numbered(found) for found in replies]
    wanted = next((about[worker] for about in known if worker in about), None)
    return [next((n for n, who in about.items() if who == wanted), None) for about in known]


def _numbered(replies: Sequence[tuple[Reply, Reply]]) -> dict[int, tuple[bytes, int]]:
    """Each worker's number, with what it says and how many before it say the same."""
    found: dict[int, tuple[bytes, int]] = {}
    alike: Counter[bytes] = Counter()
    for info, _ in replies:
        for number, about in sorted(pairs(items(info, 0)), key=lambda pair: int(pair[0])):
            found[int(number)] = about, alike[about]
            alike[about] += 1
    return found


def first_found(answers: Iterable[T], nothing: T) -> T:
    """The first answer that is not that of a partition without the job."""
    return next((answer for answer in answers if answer != nothing), nothing)


def summed(parts: Sequence[Counts]) -> Counts:
    """The counts of a queue: paused where every partition is, at the latest of the times."""
    numbers = {
        each.name: sum(getattr(part, each.name) for part in parts) for each in fields(Counts)
    }
    numbers |= {
        "paused": all(part.paused for part in parts),
        "now_ms": max(part.now_ms for part in parts),
    }
    return Counts(**numbers)


def merged_groups(rows: Iterable[GroupRow]) -> list[GroupRow]:
    """Each group once, by name: its jobs summed up, its rules those of any partition."""
    found: dict[str, GroupRow] = {}
    for row in rows:
        known = found.get(row.name)
        found[row.name] = (
            row
            if known is None
            else replace(
                known,
                active=known.active + row.active,
                waiting=known.waiting + row.waiting,
                held=known.held or row.held,
            )
        )
    return [found[name] for name in sorted(found)]


def merged_pages(pages: Sequence[Groups], limit: int) -> Groups:
    """One page out of the same page of each partition, and its cursor."""
    merged = merged_groups(row for _, rows in pages for row in rows)
    groups, more = merged[:limit], merged[limit:] or any(cursor for cursor, _ in pages)
    return groups[-1].name if more else "", groups
