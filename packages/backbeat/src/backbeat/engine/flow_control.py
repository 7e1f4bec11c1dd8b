"""The calls of flows on one queue, for async code."""

from abc import abstractmethod
from collections.abc import Sequence

from backbeat.engine.calls import flow as calls
from backbeat.engine.calls.flow import (
    Children,
    FlowLine,
    FlowNode,
    FlowRecord,
    Grown,
    Node,
    Ref,
    Started,
)
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.control import Control, parts


class FlowControl(Control):
    """Starts, grows, reads and ends flows; what is left for other queues a relay has to bring."""

    async def start_flow(
        self, home: str, flow: str, about: bytes, nodes: Sequence[Node]
    ) -> Started:
        """Record a flow in this queue, its home, and send its jobs to their queues.

        Args:
            home: Name of this queue.
            flow: The flow.
            about: JSON that is kept with it.
            nodes: At most 500 jobs, parents before their children.

        Raises:
            QueueClosed: The queue takes no jobs.
            StorageFull: The server is full; nothing was written.
        """
        args = calls.start_flow_args(home, flow, about, nodes)
        return await self._run("start_flow", args, calls.parse_start_flow)

    async def grow_flow(
        self, job_id: str, ticket: int | None, nodes: Sequence[tuple[Node, str]], *, beside: bool
    ) -> Grown:
        """Add jobs to the flow of a job of this queue; see `grow_flow_args`."""
        args = calls.grow_flow_args(job_id, ticket, nodes, beside=beside)
        return await self._run("grow_flow", args, calls.parse_grow_flow)

    async def cancel_flow(self, flow: str, reason: str) -> int | None:
        """Cancel all jobs of a flow; how many were told to end, None for an unknown flow."""
        total, position = 0, 0
        while True:
            args = calls.cancel_flow_args(flow, reason, position)
            answer = await self._run("cancel_flow", args, calls.parse_cancel_flow)
            if answer is None:
                return None
            count, position = answer
            total += count
            if not position:
                return total

    async def retry_flow(
        self, flow: str, home: str, epoch: int, nodes: Sequence[tuple[FlowNode, Sequence[Ref]]]
    ) -> int | None:
        """Let jobs of a flow run again; None if somebody else does so at the same time."""
        total = 0
        for start in range(0, len(nodes), calls.MOST_NODES):
            some = nodes[start : start + calls.MOST_NODES]
            args = calls.retry_flow_args(flow, home, epoch, some)
            count = await self._run("retry_flow", args, calls.parse_retry_flow)
            if count is None:
                return None
            total += count
        return total

    async def get_flow(
        self, flow: str, after: int = 0, limit: int = calls.MOST_NODES
    ) -> FlowRecord | None:
        """The record of a flow that has its home here, and a page of its jobs."""
        reply = await self._ask("get_flow", calls.get_flow_args(flow, after, limit))
        return calls.parse_get_flow(reply)

    async def list_flows(self, first: int = 0, limit: int = 50) -> list[FlowLine]:
        """A page of the flows that have their home here, the newest first."""
        return calls.parse_list_flows(await self._ask("list_flows", [first, limit]))

    async def children(self, job_id: str, after: int = 0, limit: int = 100) -> Children:
        """The children of a job, and a page of what the ended ones gave."""
        reply = await self._ask("children", calls.children_args(job_id, after, limit))
        return calls.parse_children(reply)

    async def states(self, job_ids: Sequence[str]) -> dict[str, str]:
        """The state of each job; empty for one that is not in the queue."""
        found: dict[str, str] = {}
        for part in parts(job_ids):
            states = calls.parse_states(await self._ask("states", list(part)))
            found.update(zip(part, states, strict=True))
        return found

    @abstractmethod
    async def _ask(self, name: str, tail: Sequence[Arg]) -> Reply:
        """A call that may run twice, until it is answered."""
