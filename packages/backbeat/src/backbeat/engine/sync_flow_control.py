"""The calls of flows on one queue, for code without an event loop."""

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
from backbeat.engine.control import parts
from backbeat.engine.sync_control import SyncControl


class SyncFlowControl(SyncControl):
    """`FlowControl`, from any thread."""

    def start_flow(self, home: str, flow: str, about: bytes, nodes: Sequence[Node]) -> Started:
        """See `FlowControl.start_flow`."""
        args = calls.start_flow_args(home, flow, about, nodes)
        return self._run("start_flow", args, calls.parse_start_flow)

    def grow_flow(
        self, job_id: str, ticket: int | None, nodes: Sequence[tuple[Node, str]], *, beside: bool
    ) -> Grown:
        """See `FlowControl.grow_flow`."""
        args = calls.grow_flow_args(job_id, ticket, nodes, beside=beside)
        return self._run("grow_flow", args, calls.parse_grow_flow)

    def cancel_flow(self, flow: str, reason: str) -> int | None:
        """See `FlowControl.cancel_flow`."""
        total, position = 0, 0
        while True:
            args = calls.cancel_flow_args(flow, reason, position)
            answer = self._run("cancel_flow", args, calls.parse_cancel_flow)
            if answer is None:
                return None
            count, position = answer
            total += count
            if not position:
                return total

    def retry_flow(
        self, flow: str, home: str, epoch: int, nodes: Sequence[tuple[FlowNode, Sequence[Ref]]]
    ) -> int | None:
        """See `FlowControl.retry_flow`."""
        total = 0
        for start in range(0, len(nodes), calls.MOST_NODES):
            some = nodes[start : start + calls.MOST_NODES]
            args = calls.retry_flow_args(flow, home, epoch, some)
            count = self._run("retry_flow", args, calls.parse_retry_flow)
            if count is None:
                return None
            total += count
        return total

    def get_flow(
        self, flow: str, after: int = 0, limit: int = calls.MOST_NODES
    ) -> FlowRecord | None:
        """See `FlowControl.get_flow`."""
        reply = self._ask("get_flow", calls.get_flow_args(flow, after, limit))
        return calls.parse_get_flow(reply)

    def list_flows(self, first: int = 0, limit: int = 50) -> list[FlowLine]:
        """See `FlowControl.list_flows`."""
        return calls.parse_list_flows(self._ask("list_flows", [first, limit]))

    def children(self, job_id: str, after: int = 0, limit: int = 100) -> Children:
        """See `FlowControl.children`."""
        reply = self._ask("children", calls.children_args(job_id, after, limit))
        return calls.parse_children(reply)

    def states(self, job_ids: Sequence[str]) -> dict[str, str]:
        """See `FlowControl.states`."""
        found: dict[str, str] = {}
        for part in parts(job_ids):
            states = calls.parse_states(self._ask("states", list(part)))
            found.update(zip(part, states, strict=True))
        return found

    @abstractmethod
    def _ask(self, name: str, tail: Sequence[Arg]) -> Reply:
        """A call that may run twice, until it is answered."""
