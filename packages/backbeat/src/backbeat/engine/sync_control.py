"""The commands of operators on one queue, for code without an event loop."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from backbeat.engine.calls import control as calls
from backbeat.engine.calls import groups
from backbeat.engine.calls.control import MOST_IDS, Cancelled, Moved, Updated
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.control import MOST_PLACED, parts
from backbeat.engine.session import SyncSession
from backbeat.engine.states import State

T = TypeVar("T")


class SyncControl(ABC):
    """`Control`, from any thread."""

    def __init__(self, session: SyncSession) -> None:
        """Send through a session."""
        self._session = session

    def configure(self, **fields: str | int) -> None:
        """See `Control.configure`."""
        self._session.run("configure", calls.configure_args(fields))

    def pause(self) -> None:
        """See `Control.pause`."""
        self.configure(paused=1)

    def resume(self) -> None:
        """See `Control.resume`."""
        self.configure(paused="")

    def pause_worker(self, worker: int, *, paused: bool) -> bool:
        """See `Control.pause_worker`."""
        tail = calls.pause_worker_args(worker, paused=paused)
        return self._run("pause_worker", tail, calls.parse_pause_worker)

    def configure_group(self, group: str, rules: Mapping[str, str | int]) -> None:
        """See `Control.configure_group`."""
        self._session.run("configure_group", groups.configure_group_args(group, rules))

    def configure_groups(self, rules: Mapping[str, str | int]) -> None:
        """See `Control.configure_groups`."""
        if self._run("configure_group", groups.all_groups_args(rules), groups.parse_changed):
            self._refresh_groups()

    def scale(
        self, concurrency: int | None, running: int | None, workers: Sequence[int] = ()
    ) -> int:
        """See `Control.scale`."""
        tail = calls.scale_args(concurrency, running, workers)
        return self._run("scale", tail, calls.parse_count)

    def cancel(self, job_id: str, reason: str = "") -> Cancelled:
        """See `Control.cancel`."""
        return self._run("cancel", calls.cancel_args(job_id, reason), calls.parse_cancel)

    def remove(self, job_ids: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """See `Control.remove`."""
        removed, active = 0, list[str]()
        for part in parts(job_ids):
            count, refused = self._run("remove", calls.ids_args(part), calls.parse_remove)
            removed += count
            active += refused
        return removed, tuple(active)

    def promote(self, job_ids: Sequence[str]) -> int:
        """See `Control.promote`."""
        return self._sum("promote", job_ids, calls.ids_args)

    def retry(self, job_ids: Sequence[str], *, reset_fails: bool = True) -> int:
        """See `Control.retry`."""
        return self._sum(
            "retry", job_ids, lambda part: calls.retry_args(part, reset_fails=reset_fails)
        )

    def reschedule(self, job_id: str, due_ms: int) -> Moved:
        """See `Control.reschedule`."""
        return self._run("reschedule", calls.reschedule_args(job_id, due_ms), calls.parse_moved)

    def set_priority(self, job_id: str, priority: int, *, lifo: bool = False) -> Moved:
        """See `Control.set_priority`."""
        tail = calls.set_priority_args(job_id, priority, lifo=lifo)
        return self._run("set_priority", tail, calls.parse_moved)

    def reprioritise(self, priority: int, job_ids: Sequence[str]) -> int:
        """See `Control.reprioritise`."""
        total = 0
        for start in range(0, len(job_ids), MOST_PLACED):
            tail = calls.reprioritise_args(priority, job_ids[start : start + MOST_PLACED])
            total += self._run("reprioritise", tail, calls.parse_count)
        return total

    def update_data(self, job_id: str, old_body: bytes, new_body: bytes) -> Updated:
        """See `Control.update_data`."""
        tail = calls.update_data_args(job_id, old_body, new_body)
        return self._run("update_data", tail, calls.parse_update_data)

    def drain(self, *, include_delayed: bool = False) -> int:
        """See `Control.drain`."""
        total, first, more = 0, True, True
        while more:
            tail = calls.drain_args(first=first, include_delayed=include_delayed)
            removed, more = self._run("drain", tail, calls.parse_more)
            total, first = total + removed, False
        return total

    def clean(self, state: State, older_than_ms: int = 0, limit: int = 1_000) -> int:
        """See `Control.clean`."""
        total = 0
        while total < limit:
            step = min(MOST_IDS, limit - total)
            tail = calls.clean_args(state, older_than_ms, step)
            removed = self._run("clean", tail, calls.parse_count)
            total += removed
            if removed < step:
                break
        return total

    def obliterate(self, *, force: bool = False) -> bool:
        """See `Control.obliterate`."""
        tail = calls.obliterate_args(force=force)
        while (answer := self._run("obliterate", tail, calls.parse_obliterate)) == "more":
            pass
        return answer == "ok"

    @abstractmethod
    def _refresh_groups(self) -> None:
        """See `Control._refresh_groups`."""

    def _run(self, name: str, tail: list[Arg], parse: Callable[[Reply], T]) -> T:
        return parse(self._session.run(name, tail))

    def _sum(
        self, name: str, job_ids: Sequence[str], args: Callable[[Sequence[str]], list[Arg]]
    ) -> int:
        return sum(self._run(name, args(part), calls.parse_count) for part in parts(job_ids))
