"""The schedules of one queue, for async code."""

from collections.abc import Awaitable, Callable, Sequence

from backbeat.engine.calls import schedules as calls
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.calls.schedules import Fired, Firing, Moved, RunEnd, ScheduleSnapshot
from backbeat.engine.keys import QueueKeys
from backbeat.engine.schedule_record import StoredSchedule
from backbeat.engine.session import Session
from backbeat.engine.transport.base import Transport

Ask = Callable[[str, Sequence[Arg]], Awaitable[Reply]]
Page = list[ScheduleSnapshot]


class QueueSchedules:
    """Reads, changes and fires the schedules of one queue; made by `QueueClient`."""

    def __init__(self, session: Session, ask: Ask, transport: Transport, keys: QueueKeys) -> None:
        """Send changes through a session, and what may run twice by `ask`."""
        self._session = session
        self._ask = ask
        self._transport = transport
        self._keys = keys

    async def get(self, name: str) -> tuple[int, ScheduleSnapshot | None]:
        """The server's time, and a schedule; None if there is none of this name."""
        reply = await self._ask("schedules", calls.schedules_args(only=name))
        now_ms, found = calls.parse_schedules(reply)
        return now_ms, found[0] if found else None

    async def page(self, after: str = "", limit: int = 200) -> Page:
        """At most so many schedules by name, after the last one of the page before."""
        reply = await self._ask("schedules", calls.schedules_args(after=after, limit=limit))
        return calls.parse_schedules(reply)[1]

    async def put(
        self, name: str, stored: StoredSchedule, revision: int, slot: int | None, due_ms: int
    ) -> bool:
        """Make or change a schedule; False if somebody else was faster.

        Args:
            name: Its name.
            stored: What it shall be.
            revision: The one that it has; 0 where there is none.
            slot: Its next slot; None for none.
            due_ms: When that falls due.
        """
        tail = calls.put_args(
            name, revision, stored.overlap, stored.limit, slot, due_ms, stored.encode()
        )
        return calls.parse_put(await self._session.run("put_schedule", tail)) == "ok"

    async def move(
        self, name: str, revision: int, slot: int | None, due_ms: int, *, pause: bool
    ) -> Moved:
        """Pause a schedule, or let it go on from a slot."""
        tail = calls.move_args(name, revision, slot, due_ms, pause=pause)
        return calls.parse_moved(await self._session.run("move_schedule", tail))

    async def remove(self, name: str) -> bool:
        """Remove a schedule with its history; whether there was one."""
        return calls.parse_removed(await self._session.run("remove_schedule", [name]))

    async def run_now(self, name: str, job: NewJob) -> bool:
        """Make a job of a schedule beside its slots; False if there is no such schedule."""
        return calls.parse_run(await self._session.run("run_schedule", calls.run_args(name, job)))

    async def history(self, name: str, count: int) -> list[RunEnd]:
        """The last runs of a schedule, the newest first."""
        key = self._keys.schedule_history(name)
        return calls.parse_run_ends(await self._transport.execute("LRANGE", key, 0, count - 1))

    async def due(self) -> tuple[int, Page]:
        """The server's time, and schedules that are due, at most 100."""
        return calls.parse_schedules(await self._ask("due_schedules", []))

    async def fire(self, firing: Firing) -> tuple[Fired, int]:
        """Fire slots of a schedule, unless somebody was faster; how many jobs were made."""
        return calls.parse_fired(await self._ask("fire", calls.fire_args(firing)))
