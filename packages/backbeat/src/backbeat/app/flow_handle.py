"""A flow from outside: how far it is, its jobs, and commands for it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from typing_extensions import override

from backbeat.app.flow_nodes import RULES, UNDOES, Sending, node_of
from backbeat.app.flow_post import announce, bring
from backbeat.app.handle import JobHandle
from backbeat.app.home import Home
from backbeat.app.intake import Intake
from backbeat.app.kin import Call, FlowJob, queue_name
from backbeat.app.policy import in_seconds
from backbeat.app.times import moment
from backbeat.engine.calls.flow import FlowLine, FlowNode, FlowRecord, Ref
from backbeat.engine.ids import new_session
from backbeat.errors import (
    BackbeatError,
    FlowActive,
    FlowNotFound,
    InvalidOption,
    JobError,
    JobNotFound,
)
from backbeat.values import OnFailure, Seconds

R = TypeVar("R")
QueueOf = Callable[[str], Intake]

# Each retry that came in between changes what is to be retried.
_TRIES: Final = 5
_FIRST_LOOK_S: Final = 0.01
_LAST_LOOK_S: Final = 1.0


class FlowInfo(msgspec.Struct, frozen=True, kw_only=True):
    """How far a flow is.

    Attributes:
        id: Its id.
        home: The queue that keeps its record.
        total: Its jobs, those that were added while it ran included.
        open: Jobs that have not ended.
        completed: Jobs that ended well.
        failed: Jobs that failed, by themselves or because of their children.
        cancelled: Jobs that were cancelled.
        removed: Jobs that were removed before they ended.
        undone: Completed jobs that were undone afterwards.
        share: Part of the jobs that have ended, 0 to 1.
        started_at: When it was started.
        ended_at: When its last job ended; None while one is open. The record stays for a week
            from then on.
    """

    id: str
    home: str
    total: int
    open: int
    completed: int
    failed: int
    cancelled: int
    removed: int
    undone: int
    share: float
    started_at: datetime
    ended_at: datetime | None


class FlowEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A job in a flow.

    Attributes:
        id: Its id.
        queue: Its queue.
        name: Name of its handler.
        state: Where it is now; once it ended how, also if it is not kept: completed, failed,
            cancelled, removed or undone; "sent" while it is on its way to its queue.
        parents: Queue and id of the jobs that wait for it.
    """

    id: str
    queue: str
    name: str
    state: str
    parents: tuple[tuple[str, str], ...]


class FlowHandle:
    """A flow that was started; made by `flow.start()` or `app.flow_of(id)`.

    Attributes:
        id: Its id.
        home: The queue that keeps its record.
        existing: Whether there was a flow of this id when it should have been started.
    """

    def __init__(
        self, app: Home, queue_of: QueueOf, home: str, flow_id: str, *, existing: bool = False
    ) -> None:
        """Asks nobody."""
        self._app = app
        self.id = flow_id
        self.home = home
        self.existing = existing
        self._queue_of = queue_of

    async def info(self) -> FlowInfo:
        """How far it is; the cost does not grow with its jobs.

        Raises:
            FlowNotFound: There is no flow of this id (any more).
        """
        record = await self._record(limit=0)
        return read_flow(self.home, self.id, record)

    async def ended(self, timeout: Seconds | None = None) -> FlowInfo:  # noqa: ASYNC109 - the field's word
        """Wait for the end of its last job; asks now and then, once a second at most.

        For the result of one job `handle.job(...)` is better: that one is told.

        Args:
            timeout: Longest wait; the flow goes on. Defaults to ever.

        Raises:
            TimeoutError: It has not ended in time.
            FlowNotFound: There is no flow of this id (any more).
        """
        pause = _FIRST_LOOK_S
        async with asyncio.timeout(in_seconds(timeout)):
            while (info := await self.info()).ended_at is None:
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LAST_LOOK_S)
        return info

    async def jobs(self) -> AsyncIterator[FlowEntry]:
        """Its jobs, those that wait before those that they wait for; read 500 at a time.

        Raises:
            FlowNotFound: There is no flow of this id (any more).
        """
        async for page in self._pages():
            states = await self._states(page)
            for node in page:
                yield _entry(node, states)

    def job(self, job: FlowJob[R]) -> JobHandle[R]:
        """The handle of a job of this flow. Asks nobody."""
        return JobHandle(self._queue_of(job.call.queue), job.id, None, job.call.result)

    async def cancel(self, reason: str = "") -> int:
        """Cancel all jobs that have not ended, and those that come to the flow later.

        Returns:
            How many were told to end. A running one ends when its worker confirms it.

        Raises:
            FlowNotFound: There is no flow of this id (any more).
        """
        connection = await self._app.connections.open()
        count = await connection.client(self.home).cancel_flow(self.id, reason)
        if count is None:
            raise FlowNotFound(self.id)
        await bring(connection, self.home)
        return count

    async def retry(self) -> int:
        """Let the jobs run again that failed, were cancelled or undone, and what stands on them.

        Those that are completed are not run again. A job that was removed, or is not kept any
        more, ends as removed once more, and those that need it fail again.

        Returns:
            How many run again, now or when their children have.

        Raises:
            FlowNotFound: There is no flow of this id (any more).
            FlowActive: Jobs are being undone: retry it when they are.
        """
        connection = await self._app.connections.open()
        client = connection.client(self.home)
        for _ in range(_TRIES):
            record = await self._record(limit=0)
            nodes = [node async for page in self._pages() for node in page]
            if any(node.state == "open" and UNDOES in node.ref.id for node in nodes):
                raise FlowActive(self.id)
            again = _to_retry(nodes)
            epoch = record.epoch + 1
            count = await client.retry_flow(self.id, self.home, epoch, again)
            if count is not None:
                await bring(connection, self.home)
                return count
        raise BackbeatError(f"flow {self.id} is being retried by others: look at it and try again")

    async def add(
        self, call: Call[R], before: FlowJob[Any] | JobHandle[Any], *,
        on_failure: OnFailure | None = None,
    ) -> FlowJob[R]:  # fmt: skip
        """Add a job that another one waits for, while that one still waits for its children.

        Args:
            call: What is to be done.
            before: The job that is to wait for it.
            on_failure: What its bad end means to that one; see `Flow.add`.

        Raises:
            JobNotFound: The job that is to wait is not in its queue.
            JobError: It does not wait (any more).
        """
        queue = before.part if isinstance(before, FlowJob) else _part(before)
        connection = await self._queue_of(call.queue).ready()
        job = FlowJob("", call, ())
        sending = Sending(
            self._app.place, self.home, self.id, connection.now_ms(), connection.limit
        )
        node = node_of(job, f"{self.id}:{new_session()}", sending)
        await announce(connection, [queue, node.ref.queue])
        rows = [(node, RULES[on_failure])]
        answer = await connection.client(queue).grow_flow(before.id, None, rows, beside=False)
        if answer == "unknown":
            raise JobNotFound(before.id)
        if answer != "ok":
            raise JobError(
                before.id, f"job {before.id} does not wait for children: nothing was added"
            )
        await bring(connection, queue)
        return job

    @override
    def __repr__(self) -> str:
        return f"<FlowHandle {self.id} at {self.home}>"

    async def _record(self, after: int = 0, limit: int = 500) -> FlowRecord:
        client = (await self._app.connections.open()).client(self.home)
        record = await client.get_flow(self.id, after, limit)
        if record is None:
            raise FlowNotFound(self.id)
        return record

    async def _pages(self) -> AsyncIterator[list[FlowNode]]:
        after = 0
        while True:
            record = await self._record(after)
            yield record.nodes
            after += len(record.nodes)
            if after >= record.total or not record.nodes:
                return

    async def _states(self, nodes: Iterable[FlowNode]) -> dict[Ref, str]:
        connection = await self._app.connections.open()
        by_queue: dict[str, list[str]] = {}
        for node in nodes:
            if node.state == "open":
                by_queue.setdefault(node.ref.queue, []).append(node.ref.id)

        async def ask(queue: str, job_ids: list[str]) -> dict[Ref, str]:
            found = await connection.client(queue).states(job_ids)
            return {Ref(queue, job_id): state for job_id, state in found.items()}

        found = await asyncio.gather(*(ask(queue, ids) for queue, ids in by_queue.items()))
        return {ref: state for part in found for ref, state in part.items()}


def read_flow(home: str, flow_id: str, record: FlowRecord | FlowLine) -> FlowInfo:
    """How far a flow is, from its record."""
    opened = record.states["open"]
    return FlowInfo(
        id=flow_id,
        home=home,
        total=record.total,
        share=(record.total - opened) / record.total if record.total else 0.0,
        started_at=moment(record.created_ms),
        ended_at=None if record.ended_ms is None else moment(record.ended_ms),
        **record.states,
    )


def _entry(node: FlowNode, states: dict[Ref, str]) -> FlowEntry:
    state = node.state
    if state == "open":
        state = states.get(node.ref) or "sent"
    parents = tuple((queue_name(ref.queue), ref.id) for ref in node.parents)
    return FlowEntry(
        id=node.ref.id,
        queue=queue_name(node.ref.queue),
        name=node.name,
        state=state,
        parents=parents,
    )


def _part(handle: JobHandle[Any]) -> str:
    """The engine's queue that a job is in, where that can be told."""
    spread = handle.queue.spread
    if spread is None:
        return handle.queue.name
    number = spread.partitioning.where(handle.id)
    if number is None:
        raise InvalidOption(
            f"job {handle.id} may be in any partition of {handle.queue.name}: give what"
            " flow.add(...) gave"
        )
    return spread.parts[number]


def _to_retry(nodes: list[FlowNode]) -> list[tuple[FlowNode, list[Ref]]]:
    """The jobs that run again, each with those of its children that do; what undid stays."""
    again = {
        node.ref: (node, list[Ref]())
        for node in nodes
        if node.state not in {"open", "completed"} and UNDOES not in node.ref.id
    }
    for node, _ in again.values():
        for parent in node.parents:
            if parent in again:
                again[parent][1].append(node.ref)
    return list(again.values())
