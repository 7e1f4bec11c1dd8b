"""From what a program says of a flow to the jobs that are sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from msgspec import structs

from backbeat.app.kin import Call, FlowJob
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.flow import MOST_NODES, Edge, Node, Ref
from backbeat.engine.record import StoredOptions
from backbeat.errors import InvalidOption
from backbeat.values import AtLeast, OnFailure, Share

RULES: Final[dict[OnFailure | None, str]] = {
    None: "c", "fail": "f", "continue": "s", "ignore": "i",
}  # fmt: skip

# Ids of jobs that undo others have this in them; see the script `next_undo`.
UNDOES: Final = "~undo"

_FOR_EVER_MS: Final = 10**12


Place = Callable[[Call[Any], str], str]


@dataclass(frozen=True, slots=True)
class Sending:
    """What the jobs of a flow are sent with.

    Attributes:
        place: Gives the engine's queue for a job and its id.
        home: The queue that keeps the record of the flow.
        flow: Id of the flow.
        now_ms: The present moment, in ms since 1970.
        limit: Bytes that a payload may have.
    """

    place: Place
    home: str
    flow: str
    now_ms: int
    limit: int


def build(jobs: Sequence[FlowJob[Any]], sending: Sending) -> list[Node]:
    """The jobs of a flow, parents before their children; gives each its id.

    Args:
        jobs: In the order in which they were added.
        sending: What they are sent with.

    Raises:
        InvalidOption: There are too many, or two have one id.
        PayloadTooLarge: A payload is larger than the limit.
    """
    if len(jobs) > MOST_NODES:
        raise InvalidOption(
            f"a flow starts with at most {MOST_NODES} jobs, not {len(jobs)}: let one of them add"
            " the others with job.flow.add_many(...)"
        )
    nodes: dict[int, Node] = {}
    heights: dict[Ref, int] = {}
    undoable: set[int] = set()
    for number, job in enumerate(jobs, start=1):
        if job.compensate is not None or any(id(child) in undoable for child, _ in job.after):
            undoable.add(id(job))
        node = node_of(job, f"{sending.flow}:{number}", sending)
        nodes[id(job)] = node
        for child, rule in job.after:
            below = nodes[id(child)]
            letters = RULES[rule] + ("u" if id(child) in undoable else "")
            node.children.append(Edge(below.ref, below.name, letters))
            below.parents.append(node.ref)
            if child.compensate is not None:
                call = child.compensate
                undoer = f"{child.id}{UNDOES}"
                undo, part = (
                    new_job(call, undoer, sending, own_id=False),
                    sending.place(call, undoer),
                )
                node.undoers.append((below.ref, part, call.name, undo.record))
        heights[node.ref] = 1 + max((heights[edge.ref] for edge in node.children), default=0)
    _check_ids(list(nodes.values()))
    # Those of one height stay in their order: that is the order in which they start.
    return sorted(nodes.values(), key=lambda node: -heights[node.ref])


def node_of(job: FlowJob[Any], default_id: str, sending: Sending) -> Node:
    """One job, without those that it waits for; gives it its id."""
    new = new_job(job.call, default_id, sending, waits=bool(job.after))
    job.id, job.part = new.id, sending.place(job.call, new.id)
    ref = Ref(job.part, new.id)
    return Node(ref, job.call.name, new.record, new.due_ms, threshold(job.succeed_when))


def new_job(
    call: Call[Any],
    default_id: str,
    sending: Sending,
    *,
    waits: bool = False,
    own_id: bool = True,
) -> NewJob:
    """A job that knows its flow.

    The time that it waits for its children is no wait for a worker: `wait_timeout` is not counted.
    Nor is it kept back as a second job of its kind: then nothing would tell who waits for it. Nor
    does a kept result stand in for it, which may be too old, or that of a failure, when it comes.

    Args:
        call: What is to be done.
        default_id: Its id where the call has none; empty for a new one.
        sending: What it is sent with.
        waits: Whether it waits for others. Defaults to False.
        own_id: Whether the id of the call counts. Defaults to True.
    """
    stored = structs.replace(call.plan.stored or StoredOptions(), flow=(sending.home, sending.flow))
    if waits:
        stored = structs.replace(stored, wait_ms=_FOR_EVER_MS)
    job_id = (call.plan.job_id if own_id else None) or default_id or None
    plan = replace(
        call.plan, stored=stored, job_id=job_id, wait=False,
        unique=None, cached=False, refresh=False, plain=False,
        wait_ms=None if waits else call.plan.wait_ms,
    )  # fmt: skip
    new: NewJob = plan.job(call.name, call.payload, sending.now_ms, sending.limit)
    return new


def threshold(succeed_when: AtLeast | Share | None) -> str:
    """A threshold, in the words of the scripts."""
    match succeed_when:
        case AtLeast(number):
            return f"n{number}"
        case Share(share):
            return f"s{round(share * 1_000_000)}"
    return ""


def _check_ids(nodes: Sequence[Node]) -> None:
    seen: set[Ref] = set()
    for node in nodes:
        if node.ref in seen:
            raise InvalidOption(f"two jobs of the flow have the id {node.ref.id!r}")
        seen.add(node.ref)
