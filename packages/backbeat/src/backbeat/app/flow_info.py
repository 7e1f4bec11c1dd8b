"""How far a flow is, its jobs, and what a retry of it runs again."""

from datetime import datetime
from typing import Final

import msgspec

from backbeat.app.flow_nodes import UNDOES
from backbeat.app.kin import queue_name
from backbeat.app.operations import Operations
from backbeat.app.times import moment
from backbeat.engine.calls.flow import FlowLine, FlowNode, FlowRecord, Grown, Ref
from backbeat.errors import BackbeatError, FlowActive, InvalidOption, JobError, JobNotFound

# Each retry that came in between changes what is to be retried.
TRIES: Final = 5
# How soon the end of a flow is looked for, and how rarely at last.
FIRST_LOOK_S: Final = 0.01
LAST_LOOK_S: Final = 1.0


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


def newest(found: list[FlowInfo], limit: int) -> list[FlowInfo]:
    """The flows that were started last, the newest first."""
    return sorted(found, key=lambda flow: flow.started_at, reverse=True)[:limit]


def read_entry(node: FlowNode, states: dict[Ref, str]) -> FlowEntry:
    """A job of a flow, with the states of those that have not ended."""
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


def open_by_queue(nodes: list[FlowNode]) -> dict[str, list[str]]:
    """The jobs that have not ended, by the engine's queue that they are in."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        if node.state == "open":
            found.setdefault(node.ref.queue, []).append(node.ref.id)
    return found


def part_of(queue: Operations, job_id: str) -> str:
    """The engine's queue that a job is in, where that can be told.

    Raises:
        InvalidOption: It may be in any partition.
    """
    if queue.spread is None:
        return queue.name
    number = queue.spread.partitioning.where(job_id)
    if number is None:
        raise InvalidOption(
            f"job {job_id} may be in any partition of {queue.name}: give what flow.add(...) gave"
        )
    return queue.spread.parts[number]


def check_grown(answer: Grown, job_id: str) -> None:
    """See that a job was added before another.

    Raises:
        JobNotFound: The job that is to wait is not in its queue.
        JobError: It does not wait (any more).
    """
    if answer == "unknown":
        raise JobNotFound(job_id)
    if answer != "ok":
        raise JobError(job_id, f"job {job_id} does not wait for children: nothing was added")


def to_retry(flow_id: str, nodes: list[FlowNode]) -> list[tuple[FlowNode, list[Ref]]]:
    """The jobs that run again, each with those of its children that do; what undid stays.

    Raises:
        FlowActive: Jobs are being undone.
    """
    if any(node.state == "open" and UNDOES in node.ref.id for node in nodes):
        raise FlowActive(flow_id)
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


def retried_by_others(flow_id: str) -> BackbeatError:
    """The error where each try to retry a flow met another one."""
    return BackbeatError(f"flow {flow_id} is being retried by others: look at it and try again")
