"""Everything that can be asked of one queue, for code without an event loop."""

from collections.abc import Sequence

from typing_extensions import override

from backbeat.engine.batches import cut, fill
from backbeat.engine.bulk import tell_progress
from backbeat.engine.calls import groups
from backbeat.engine.calls import read as calls
from backbeat.engine.calls.enqueue import Added, NewJob, enqueue_args, parse_enqueue
from backbeat.engine.calls.groups import GroupRow
from backbeat.engine.calls.measure import Per, Row, read_table, tables
from backbeat.engine.calls.read import Counts, LoadPart, Page, Snapshot
from backbeat.engine.calls.reply import Arg, Reply, items, raw
from backbeat.engine.client import MOST_LOG_LINES, Groups, Lines, log_command
from backbeat.engine.keys import QueueKeys
from backbeat.engine.leading import Leading
from backbeat.engine.paging import MOST_LISTED
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import PATIENCE_S, Clock, SyncSession
from backbeat.engine.states import State
from backbeat.engine.sync_checks import SyncQueueChecks
from backbeat.engine.sync_dead import SyncQueueDead
from backbeat.engine.sync_flow_control import SyncFlowControl
from backbeat.engine.sync_queue_schedules import SyncQueueSchedules
from backbeat.engine.transport.base import SyncTransport
from backbeat.engine.transport.resend import Resend, answered_sync
from backbeat.errors import BackbeatError, QueueFull

Answers = list[Added]
Outcomes = list[Added | QueueFull]


class SyncQueueClient(SyncFlowControl):
    """`QueueClient` for threads: safe to share between them.

    Adds of several threads at a time are joined: one of them brings those of the others.

    Attributes:
        keys: The keys of the queue.
        checks: Finds what is wrong with it.
        dead: Its jobs that failed for good.
        schedules: Its schedules.
    """

    def __init__(
        self,
        transport: SyncTransport,
        keys: QueueKeys,
        *,
        clock: Clock | None = None,
        patience: float = PATIENCE_S,
    ) -> None:
        """Connect nothing yet; see `QueueClient` for the arguments."""
        self.keys = keys
        self._transport = transport
        self._scripts = QueueScripts(keys)
        self._clock = clock
        self._patience = patience
        session = SyncSession(transport, self._scripts, clock=clock, patience=patience)
        super().__init__(session)
        self._leading = Leading(self._fill, session.abandon)
        self.checks = SyncQueueChecks(session, self._ask, transport, keys)
        self.dead = SyncQueueDead(session, self._ask)
        self.schedules = SyncQueueSchedules(session, self._ask, transport, keys)

    def add(self, job: NewJob) -> Added:
        """See `QueueClient.add`."""
        return self._leading.add(job)

    def add_many(self, jobs: Sequence[NewJob]) -> Answers:
        """See `QueueClient.add_many`."""
        answers: Answers = []
        part: Sequence[NewJob] = ()
        try:
            for part in cut(jobs):
                answers += self._enqueue(part)
        except BackbeatError as error:
            tell_progress(error, jobs, answered=len(answers), under_way=len(part))
            raise
        return answers

    def get(self, job_id: str) -> Snapshot | None:
        """See `QueueClient.get`."""
        return calls.parse_get(self._ask("get", calls.get_args(job_id)))

    def list(self, state: State, cursor: str = "", limit: int = 100) -> Page:
        """See `QueueClient.list`."""
        args = calls.list_args(state, cursor, min(limit, MOST_LISTED))
        return calls.parse_list(self._ask("list", args))

    def counts(self) -> Counts:
        """See `QueueClient.counts`."""
        return calls.parse_counts(self._ask("counts", []))

    def get_group(self, group: str) -> GroupRow:
        """See `QueueClient.get_group`."""
        return groups.parse_group(self._ask("get_group", [group]))

    def list_groups(self, cursor: str = "", limit: int = 100) -> Groups:
        """See `QueueClient.list_groups`."""
        return groups.parse_groups(self._ask("list_groups", [cursor, min(limit, MOST_LISTED)]))

    def load(self, first: int) -> Sequence[LoadPart]:
        """See `QueueClient.load`."""
        page = self.list(State.WAITING, "", first)
        log = self._transport.execute("LRANGE", self.keys.key("load_log"), 0, -1)
        return [LoadPart(self.counts(), page.jobs, log)]

    def measured(self, per: Per, first_ms: int, last_ms: int) -> Sequence[Row]:
        """See `QueueClient.measured`."""
        rows: list[Row] = []
        for table in tables(self.keys, per, first_ms, last_ms):
            rows += read_table(self._transport.execute("HGETALL", table.key), table)
        return rows

    def logs(self, job_id: str, start: int = 0, count: int = MOST_LOG_LINES) -> Lines:
        """See `QueueClient.logs`."""
        reply = self._transport.execute(*log_command(self.keys, job_id, start, count))
        return [raw(line) for line in items(reply, 0)]

    def workers(self) -> Sequence[tuple[Reply, Reply]]:
        """See `QueueClient.workers`."""
        info = self._transport.execute("HGETALL", self.keys.key("worker_info"))
        leases = self._transport.execute("ZRANGE", self.keys.key("leases"), 0, -1, "WITHSCORES")
        return [(info, leases)]

    def close(self) -> None:
        """Nothing is left open: the transport belongs to others."""

    def _enqueue(self, jobs: Sequence[NewJob], deadline: float | None = None) -> Answers:
        reply = self._session.run("enqueue", enqueue_args(jobs), deadline=deadline)
        return parse_enqueue(reply, jobs)

    def _fill(self, jobs: Sequence[NewJob], since: float) -> Outcomes:
        steps = fill(jobs)
        part = next(steps)
        while True:
            try:
                outcome: Answers | QueueFull = self._enqueue(part, since + self._patience)
            except QueueFull as error:
                outcome = error
            try:
                part = steps.send(outcome)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return] # as `fill` declares it

    @override
    def _refresh_groups(self) -> None:
        after = groups.parse_refresh(self._ask("refresh_groups", [""]))
        while after:
            after = groups.parse_refresh(self._ask("refresh_groups", [after]))

    @override
    def _ask(self, name: str, tail: Sequence[Arg]) -> Reply:
        """A call that may run twice, until it is answered."""
        script = self._scripts.script(name)
        command = self._scripts.command(name, (self._clock() if self._clock else 0, *tail))
        resend = Resend(self._patience)
        return answered_sync(lambda: self._transport.script(script, command), resend)
