"""The commands of operators on one queue, for async code."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from backbeat.engine.calls import control as calls
from backbeat.engine.calls import groups
from backbeat.engine.calls.control import MOST_IDS, Cancelled, Moved, Updated
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.session import Session
from backbeat.engine.states import State

# Each of them is moved: some more work than looking one up.
MOST_PLACED: Final = 200

T = TypeVar("T")


class Control(ABC):
    """Moves, removes and sets up; each command has one effect, whatever is lost on the way.

    Every command raises OutcomeUnknown where it was sent and never answered, and ServerUnavailable
    where it was not sent. A caller that is cancelled does not cancel the command.
    """

    def __init__(self, session: Session) -> None:
        """Send through a session."""
        self._session = session

    async def configure(self, **fields: str | int) -> None:
        """Set up the queue.

        Args:
            **fields: See the script `configure`; an empty text puts the default back.
        """
        await self._session.run("configure", calls.configure_args(fields))

    async def pause(self) -> None:
        """Let workers claim nothing until `resume`; what runs goes on."""
        await self.configure(paused=1)

    async def resume(self) -> None:
        """Let workers claim again, and wake one."""
        await self.configure(paused="")

    async def pause_worker(self, worker: int, *, paused: bool) -> bool:
        """Let one worker claim nothing, or claim again; False if there is none of this number."""
        tail = calls.pause_worker_args(worker, paused=paused)
        return await self._run("pause_worker", tail, calls.parse_pause_worker)

    async def configure_group(self, group: str, rules: Mapping[str, str | int]) -> None:
        """Set rules of a group; an empty text puts that of all groups in place, no rule all."""
        await self._session.run("configure_group", groups.configure_group_args(group, rules))

    async def configure_groups(self, rules: Mapping[str, str | int]) -> None:
        """Set the rules of all groups that have none of their own, and let them hold at once."""
        tail = groups.all_groups_args(rules)
        if await self._run("configure_group", tail, groups.parse_changed):
            await self._refresh_groups()

    async def scale(
        self, concurrency: int | None, running: int | None, workers: Sequence[int] = ()
    ) -> int:
        """Change how many jobs run at once.

        Args:
            concurrency: Jobs of the queue in each worker; 0 as declared, None as it is.
            running: The same over all workers.
            workers: Then `concurrency` is for all jobs of these workers, and is not kept.

        Returns:
            How many workers were told.
        """
        tail = calls.scale_args(concurrency, running, workers)
        return await self._run("scale", tail, calls.parse_count)

    async def cancel(self, job_id: str, reason: str = "") -> Cancelled:
        """Cancel a job: at once where it waits, by its worker where it runs."""
        tail = calls.cancel_args(job_id, reason)
        return await self._run("cancel", tail, calls.parse_cancel)

    async def remove(self, job_ids: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """Remove jobs and everything about them.

        Returns:
            How many were removed, and the ids that were not because they are active.
        """
        removed, active = 0, list[str]()
        for part in parts(job_ids):
            count, refused = await self._run("remove", calls.ids_args(part), calls.parse_remove)
            removed += count
            active += refused
        return removed, tuple(active)

    async def promote(self, job_ids: Sequence[str]) -> int:
        """Let delayed jobs start now; how many there were."""
        return await self._sum("promote", job_ids, calls.ids_args)

    async def retry(self, job_ids: Sequence[str], *, reset_fails: bool = True) -> int:
        """Let ended jobs run again; how many there were."""
        return await self._sum(
            "retry", job_ids, lambda part: calls.retry_args(part, reset_fails=reset_fails)
        )

    async def reschedule(self, job_id: str, due_ms: int) -> Moved:
        """Let a waiting or delayed job start at a time, in ms since 1970."""
        tail = calls.reschedule_args(job_id, due_ms)
        return await self._run("reschedule", tail, calls.parse_moved)

    async def set_priority(self, job_id: str, priority: int, *, lifo: bool = False) -> Moved:
        """Give a waiting or delayed job another place in the order."""
        tail = calls.set_priority_args(job_id, priority, lifo=lifo)
        return await self._run("set_priority", tail, calls.parse_moved)

    async def reprioritise(self, priority: int, job_ids: Sequence[str]) -> int:
        """Give many waiting or delayed jobs another place in the order; how many there were."""
        total = 0
        for start in range(0, len(job_ids), MOST_PLACED):
            tail = calls.reprioritise_args(priority, job_ids[start : start + MOST_PLACED])
            total += await self._run("reprioritise", tail, calls.parse_count)
        return total

    async def update_data(self, job_id: str, old_body: bytes, new_body: bytes) -> Updated:
        """Replace the body of a job that does not run, if it is still the old one."""
        tail = calls.update_data_args(job_id, old_body, new_body)
        return await self._run("update_data", tail, calls.parse_update_data)

    async def drain(self, *, include_delayed: bool = False) -> int:
        """Remove what waits now, however much; how many there were."""
        total, first, more = 0, True, True
        while more:
            tail = calls.drain_args(first=first, include_delayed=include_delayed)
            removed, more = await self._run("drain", tail, calls.parse_more)
            total, first = total + removed, False
        return total

    async def clean(self, state: State, older_than_ms: int = 0, limit: int = 1_000) -> int:
        """Remove the oldest ended jobs of a state; how many there were.

        Args:
            state: A final one.
            older_than_ms: How long ago they ended at least.
            limit: At most so many.
        """
        total = 0
        while total < limit:
            step = min(MOST_IDS, limit - total)
            tail = calls.clean_args(state, older_than_ms, step)
            removed = await self._run("clean", tail, calls.parse_count)
            total += removed
            if removed < step:
                break
        return total

    async def obliterate(self, *, force: bool = False) -> bool:
        """Remove the queue with everything in it; False if jobs are active and nothing forces."""
        tail = calls.obliterate_args(force=force)
        while (answer := await self._run("obliterate", tail, calls.parse_obliterate)) == "more":
            pass
        return answer == "ok"

    @abstractmethod
    async def _refresh_groups(self) -> None:
        """Look at every group anew."""

    async def _run(self, name: str, tail: list[Arg], parse: Callable[[Reply], T]) -> T:
        return parse(await self._session.run(name, tail))

    async def _sum(
        self, name: str, job_ids: Sequence[str], args: Callable[[Sequence[str]], list[Arg]]
    ) -> int:
        total = 0
        for part in parts(job_ids):
            total += await self._run(name, args(part), calls.parse_count)
        return total


def parts(job_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in portions that one call takes."""
    for start in range(0, len(job_ids), MOST_IDS):
        yield job_ids[start : start + MOST_IDS]
