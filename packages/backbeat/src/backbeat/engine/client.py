"""Everything that can be asked of one queue, for async code."""

from collections.abc import Sequence
from typing import Final

from typing_extensions import override

from backbeat.engine.calls import groups
from backbeat.engine.calls import read as calls
from backbeat.engine.calls.enqueue import Added, NewJob
from backbeat.engine.calls.groups import GroupRow
from backbeat.engine.calls.measure import Per, Row, read_table, tables, totals_of
from backbeat.engine.calls.read import Counts, LoadPart, Page, Snapshot
from backbeat.engine.calls.reply import Arg, Reply, items, raw
from backbeat.engine.checks import QueueChecks
from backbeat.engine.dead import QueueDead
from backbeat.engine.events import Event, Events, recent
from backbeat.engine.flow_control import FlowControl
from backbeat.engine.joining import MAX_PENDING, Joiner
from backbeat.engine.keys import QueueKeys
from backbeat.engine.paging import MOST_LISTED
from backbeat.engine.queue_schedules import QueueSchedules
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import PATIENCE_S, Clock, Session
from backbeat.engine.states import State
from backbeat.engine.transport.base import Transport
from backbeat.engine.transport.resend import Resend, answered
from backbeat.engine.watch import Watch
from backbeat.engine.watcher import Watcher

MOST_LOG_LINES: Final = 1_000

# Inside the class below `list` is the command.
list_of = list
Lines = list[bytes]
Groups = tuple[str, list[GroupRow]]


class QueueClient(FlowControl):
    """Adds to, reads and controls one queue; see `Control` for the commands of operators.

    `FlowControl` has the calls of flows.

    Belongs to one event loop and one transport, which several clients may share. Nothing is sent
    before its first use.

    Attributes:
        keys: The keys of the queue.
        checks: Finds what is wrong with it.
        dead: Its jobs that failed for good.
        schedules: Its schedules.
    """

    def __init__(
        self,
        transport: Transport,
        keys: QueueKeys,
        *,
        clock: Clock | None = None,
        patience: float = PATIENCE_S,
        max_pending: int = MAX_PENDING,
    ) -> None:
        """Connect nothing yet.

        Args:
            transport: Where calls go; the client does not close it.
            keys: The keys of the queue.
            clock: Milliseconds since 1970, for tests. Defaults to None: the server's time.
            patience: Seconds for which a call is sent again until answered. Defaults to 60.
            max_pending: Adds that may wait in memory; further callers wait. Defaults to 100,000.
        """
        self.keys = keys
        self._transport = transport
        self._scripts = QueueScripts(keys)
        self._clock = clock
        self._patience = patience
        session = Session(transport, self._scripts, clock=clock, patience=patience)
        super().__init__(session)
        self._joiner = Joiner(session, patience=patience, max_pending=max_pending)
        self._watcher = Watcher(transport, keys, self._ask)
        self.checks = QueueChecks(session, self._ask, transport, keys)
        self.dead = QueueDead(session, self._ask)
        self.schedules = QueueSchedules(session, self._ask, transport, keys)

    @property
    def reply_session(self) -> str:
        """Whom the record of a job has to name so that `expect` hears of its end."""
        return self._watcher.sid

    async def add(self, job: NewJob) -> Added:
        """Add one job. Adds of one turn of the loop, and those that gather meanwhile, share a call.

        A caller that is cancelled takes its job back if it was not sent yet; else the add goes on.

        Raises:
            QueueFull: The queue holds as many jobs as it may.
            QueueClosed: The queue takes no jobs.
            OutcomeUnknown: Sent, and never answered. Repeating it with the same id is safe.
            ServerUnavailable: Not sent within the patience, or refused for good.
        """
        return await self._joiner.add(job)

    async def add_many(self, jobs: Sequence[NewJob]) -> list[Added]:
        """Add jobs, in calls of at most 500 jobs and 1 MiB.

        Returns:
            What became of each, in their order.

        Raises:
            BackbeatError: As `add`; its `bulk` says what became of each. Repeating the same jobs is
                safe.
        """
        return await self._joiner.add_many(jobs)

    async def get(self, job_id: str) -> Snapshot | None:
        """Everything about one job; None if there is none of this id."""
        return calls.parse_get(await self._ask("get", calls.get_args(job_id)))

    async def list(self, state: State, cursor: str = "", limit: int = 100) -> Page:
        """A page of the jobs in a state.

        Args:
            state: The state.
            cursor: That of the page before; empty for the first.
            limit: At most so many, and never more than 200.
        """
        args = calls.list_args(state, cursor, min(limit, MOST_LISTED))
        return calls.parse_list(await self._ask("list", args))

    async def counts(self) -> Counts:
        """How many jobs are in each state; the cost does not grow with them."""
        return calls.parse_counts(await self._ask("counts", []))

    async def get_group(self, group: str) -> GroupRow:
        """What is known of one group."""
        return groups.parse_group(await self._ask("get_group", [group]))

    async def list_groups(self, cursor: str = "", limit: int = 100) -> Groups:
        """A page of groups by name, and the cursor of the next one; empty at the end."""
        reply = await self._ask("list_groups", [cursor, min(limit, MOST_LISTED)])
        return groups.parse_groups(reply)

    async def load(self, first: int) -> Sequence[LoadPart]:
        """What is to know of its load, with so many of the jobs that are next."""
        page = await self.list(State.WAITING, "", first)
        log = await self._transport.execute("LRANGE", self.keys.key("load_log"), 0, -1)
        return [LoadPart(await self.counts(), page.jobs, log)]

    async def measured(self, per: Per, first_ms: int, last_ms: int) -> Sequence[Row]:
        """What was counted in each minute or hour of a time; see `Row`."""
        rows: list[Row] = []
        for table in tables(self.keys, per, first_ms, last_ms):
            rows += read_table(await self._transport.execute("HGETALL", table.key), table)
        return rows

    async def totals(self) -> Sequence[Row]:
        """What was counted ever."""
        table = totals_of(self.keys)
        return read_table(await self._transport.execute("HGETALL", table.key), table)

    async def logs(self, job_id: str, start: int = 0, count: int = MOST_LOG_LINES) -> Lines:
        """Log lines of a job, the oldest first.

        Args:
            job_id: The job.
            start: Lines to leave out; negative counts from the end.
            count: At most so many, and never more than 1,000.
        """
        reply = await self._transport.execute(*log_command(self.keys, job_id, start, count))
        return [raw(line) for line in items(reply, 0)]

    async def workers(self) -> Sequence[tuple[Reply, Reply]]:
        """What the workers say of themselves, and their leases; see `read_workers`."""
        info = await self._transport.execute("HGETALL", self.keys.key("worker_info"))
        leases = await self._transport.execute(
            "ZRANGE", self.keys.key("leases"), 0, -1, "WITHSCORES"
        )
        return [(info, leases)]

    async def watch(self, job_id: str) -> Watch:
        """Hear of the end of a job, also of one that has ended, and of its progress."""
        return await self._watcher.watch(job_id)

    def expect(self, job_id: str) -> Watch:
        """Hear of a job that is about to be added with `reply_session` in its record.

        Asks the server nothing. Set `expected` of the watch to False when the job is added.
        """
        return self._watcher.expect(job_id)

    def events(self, since: str | None = None) -> Events:
        """What happens in the queue.

        Args:
            since: Id of the last event that was read, `events.OLDEST` for all that are kept, None
                for those from now on.
        """
        return Events(self._transport, self.keys, since)

    async def recent_events(self, since_ms: int) -> list_of[Event]:
        """What has happened since then; at most the newest 500 entries."""
        return await recent(self._transport, self.keys, since_ms)

    async def close(self) -> None:
        """Wait for the adds under way and end all watches; the transport stays open."""
        await self._joiner.flush()
        await self._watcher.close()

    @override
    async def _refresh_groups(self) -> None:
        after = groups.parse_refresh(await self._ask("refresh_groups", [""]))
        while after:
            after = groups.parse_refresh(await self._ask("refresh_groups", [after]))

    @override
    async def _ask(self, name: str, tail: Sequence[Arg]) -> Reply:
        """A call that may run twice, until it is answered."""
        script = self._scripts.script(name)
        command = self._scripts.command(name, (self._clock() if self._clock else 0, *tail))
        resend = Resend(self._patience)
        return await answered(lambda: self._transport.script(script, command), resend)


def log_command(keys: QueueKeys, job_id: str, start: int, count: int) -> tuple[Arg, ...]:
    """The command that reads log lines."""
    stop = start + min(count, MOST_LOG_LINES) - 1
    # Counted from the end, a stop of 0 or more would be counted from the beginning.
    return ("LRANGE", keys.log(job_id), start, min(stop, -1) if start < 0 else stop)
