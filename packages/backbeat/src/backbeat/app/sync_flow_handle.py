"""A flow from outside, for code without an event loop."""

import time
from collections.abc import Iterator
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
from backbeat.app.home import Home
from backbeat.app.kin import Call, FlowJob
from backbeat.app.policy import in_seconds
from backbeat.app.sync_flow_post import announce_sync, bring_sync
from backbeat.app.sync_handle import SyncJobHandle
from backbeat.engine.calls.flow import FlowNode, FlowRecord, Ref
from backbeat.engine.ids import new_session
from backbeat.errors import FlowNotFound
from backbeat.values import OnFailure, Seconds

R = TypeVar("R")


class SyncFlowHandle:
    """`FlowHandle` for code without an event loop; safe to share by threads.

    Attributes:
        id: Its id.
        home: The queue that keeps its record.
        existing: As of `FlowHandle`.
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

    def info(self) -> FlowInfo:
        """See `FlowHandle.info`."""
        return read_flow(self.home, self.id, self._record(limit=0))

    def ended(self, timeout: Seconds | None = None) -> FlowInfo:
        """See `FlowHandle.ended`."""
        limit, pause = in_seconds(timeout), FIRST_LOOK_S
        deadline = None if limit is None else time.monotonic() + limit
        while (info := self.info()).ended_at is None:
            if deadline is not None:
                if (left := deadline - time.monotonic()) <= 0:
                    raise TimeoutError(f"flow {self.id} has not ended within {limit:g} s")
                pause = min(pause, left)
            time.sleep(pause)
            pause = min(2 * pause, LAST_LOOK_S)
        return info

    def jobs(self) -> Iterator[FlowEntry]:
        """See `FlowHandle.jobs`."""
        for page in self._pages():
            states = self._states(page)
            for node in page:
                yield read_entry(node, states)

    def job(self, job: FlowJob[R]) -> SyncJobHandle[R]:
        """See `FlowHandle.job`."""
        return SyncJobHandle(self._queue_of(job.call.queue).sync, job.id, None, job.call.result)

    def cancel(self, reason: str = "") -> int:
        """See `FlowHandle.cancel`."""
        connection = self._app.connections.open_sync()
        count = connection.client(self.home).cancel_flow(self.id, reason)
        if count is None:
            raise FlowNotFound(self.id)
        bring_sync(connection, self.home)
        return count

    def retry(self) -> int:
        """See `FlowHandle.retry`."""
        connection = self._app.connections.open_sync()
        client = connection.client(self.home)
        for _ in range(TRIES):
            record = self._record(limit=0)
            again = to_retry(self.id, [node for page in self._pages() for node in page])
            count = client.retry_flow(self.id, self.home, record.epoch + 1, again)
            if count is not None:
                bring_sync(connection, self.home)
                return count
        raise retried_by_others(self.id)

    def add(
        self, call: Call[R], before: FlowJob[Any] | SyncJobHandle[Any], *,
        on_failure: OnFailure | None = None,
    ) -> FlowJob[R]:  # fmt: skip
        """See `FlowHandle.add`."""
        queue = before.part if isinstance(before, FlowJob) else part_of(before.queue.of, before.id)
        connection = self._queue_of(call.queue).sync.ready()
        job = FlowJob("", call, ())
        sending = Sending(
            self._app.place, self.home, self.id, connection.now_ms(), connection.limit
        )
        node = node_of(job, f"{self.id}:{new_session()}", sending)
        announce_sync(connection, [queue, node.ref.queue])
        rows = [(node, RULES[on_failure])]
        answer = connection.client(queue).grow_flow(before.id, None, rows, beside=False)
        check_grown(answer, before.id)
        bring_sync(connection, queue)
        return job

    @override
    def __repr__(self) -> str:
        return f"<SyncFlowHandle {self.id} at {self.home}>"

    def _record(self, after: int = 0, limit: int = 500) -> FlowRecord:
        client = self._app.connections.open_sync().client(self.home)
        record = client.get_flow(self.id, after, limit)
        if record is None:
            raise FlowNotFound(self.id)
        return record

    def _pages(self) -> Iterator[list[FlowNode]]:
        after = 0
        while True:
            record = self._record(after)
            yield record.nodes
            after += len(record.nodes)
            if after >= record.total or not record.nodes:
                return

    def _states(self, nodes: list[FlowNode]) -> dict[Ref, str]:
        connection = self._app.connections.open_sync()
        return {
            Ref(queue, job_id): state
            for queue, job_ids in open_by_queue(nodes).items()
            for job_id, state in connection.client(queue).states(job_ids).items()
        }
