"""A flow from outside: how far it is, its jobs, and commands for it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeVar

from typing_extensions import override

from backbeat.app.flow_draft import QueueOf
from backbeat.app.flow_info import (
    FIRST_LOOK_S,
    LAST_LOOK_S,
    TRIES,
    FlowEntry,
    FlowInfo,
    check_grown,
    open_by_queue,
    part_of,
    read_entry,
    read_flow,
    retried_by_others,
    to_retry,
)
from backbeat.app.flow_nodes import RULES, Sending, node_of
from backbeat.app.flow_post import announce, bring
from backbeat.app.handle import JobHandle
from backbeat.app.home import Home
from backbeat.app.kin import Call, FlowJob
from backbeat.app.policy import in_seconds
from backbeat.engine.calls.flow import FlowNode, FlowRecord, Ref
from backbeat.engine.ids import new_session
from backbeat.errors import FlowNotFound
from backbeat.values import OnFailure, Seconds

R = TypeVar("R")


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
        pause = FIRST_LOOK_S
        async with asyncio.timeout(in_seconds(timeout)):
            while (info := await self.info()).ended_at is None:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LAST_LOOK_S)
        return info

    async def jobs(self) -> AsyncIterator[FlowEntry]:
        """Its jobs, those that wait before those that they wait for; read 500 at a time.

        Raises:
            FlowNotFound: There is no flow of this id (any more).
        """
        async for page in self._pages():
            states = await self._states(page)
            for node in page:
                yield read_entry(node, states)

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
        for _ in range(TRIES):
            record = await self._record(limit=0)
            nodes = [node async for page in self._pages() for node in page]
            again = to_retry(self.id, nodes)
            count = await client.retry_flow(self.id, self.home, record.epoch + 1, again)
            if count is not None:
                await bring(connection, self.home)
                return count
        raise retried_by_others(self.id)

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
        queue = before.part if isinstance(before, FlowJob) else part_of(before.queue, before.id)
        connection = await self._queue_of(call.queue).ready()
        job = FlowJob("", call, ())
        sending = Sending(
            self._app.place, self.home, self.id, connection.now_ms(), connection.limit
        )
        node = node_of(job, f"{self.id}:{new_session()}", sending)
        await announce(connection, [queue, node.ref.queue])
        rows = [(node, RULES[on_failure])]
        answer = await connection.client(queue).grow_flow(before.id, None, rows, beside=False)
        check_grown(answer, before.id)
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

    async def _states(self, nodes: list[FlowNode]) -> dict[Ref, str]:
        connection = await self._app.connections.open()

        async def ask(queue: str, job_ids: list[str]) -> dict[Ref, str]:
            found = await connection.client(queue).states(job_ids)
            return {Ref(queue, job_id): state for job_id, state in found.items()}

        found = await asyncio.gather(
            *(ask(queue, ids) for queue, ids in open_by_queue(nodes).items())
        )
        return {ref: state for part in found for ref, state in part.items()}
