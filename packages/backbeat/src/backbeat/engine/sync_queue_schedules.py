"""The schedules of one queue, for code without an event loop."""

from collections.abc import Callable, Sequence

from backbeat.engine.calls import schedules as calls
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.calls.schedules import Moved, RunEnd, ScheduleSnapshot
from backbeat.engine.keys import QueueKeys
from backbeat.engine.schedule_record import StoredSchedule
from backbeat.engine.session import SyncSession
from backbeat.engine.transport.base import SyncTransport

SyncAsk = Callable[[str, Sequence[Arg]], Reply]


class SyncQueueSchedules:
    """`QueueSchedules` for threads; it does not fire, that is for workers."""

    def __init__(
        self, session: SyncSession, ask: SyncAsk, transport: SyncTransport, keys: QueueKeys
    ) -> None:
        """See `QueueSchedules`."""
        self._session = session
        self._ask = ask
        self._transport = transport
        self._keys = keys

    def get(self, name: str) -> tuple[int, ScheduleSnapshot | None]:
        """See `QueueSchedules.get`."""
        reply = self._ask("schedules", calls.schedules_args(only=name))
        now_ms, found = calls.parse_schedules(reply)
        return now_ms, found[0] if found else None

    def page(self, after: str = "", limit: int = 200) -> list[ScheduleSnapshot]:
        """See `QueueSchedules.page`."""
        reply = self._ask("schedules", calls.schedules_args(after=after, limit=limit))
        return calls.parse_schedules(reply)[1]

    def put(
        self, name: str, stored: StoredSchedule, revision: int, slot: int | None, due_ms: int
    ) -> bool:
        """See `QueueSchedules.put`."""
        tail = calls.put_args(
            name, revision, stored.overlap, stored.limit, slot, due_ms, stored.encode()
        )
        return calls.parse_put(self._session.run("put_schedule", tail)) == "ok"

    def move(
        self, name: str, revision: int, slot: int | None, due_ms: int, *, pause: bool
    ) -> Moved:
        """See `QueueSchedules.move`."""
        tail = calls.move_args(name, revision, slot, due_ms, pause=pause)
        return calls.parse_moved(self._session.run("move_schedule", tail))

    def remove(self, name: str) -> bool:
        """See `QueueSchedules.remove`."""
        return calls.parse_removed(self._session.run("remove_schedule", [name]))

    def run_now(self, name: str, job: NewJob) -> bool:
        """See `QueueSchedules.run_now`."""
        return calls.parse_run(self._session.run("run_schedule", calls.run_args(name, job)))

    def history(self, name: str, count: int) -> list[RunEnd]:
        """See `QueueSchedules.history`."""
        key = self._keys.schedule_history(name)
        return calls.parse_run_ends(self._transport.execute("LRANGE", key, 0, count - 1))
