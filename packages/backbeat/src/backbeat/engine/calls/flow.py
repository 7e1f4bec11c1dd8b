"""The calls of flows: jobs that wait for others, in one queue or in several.

What one queue has to tell another are messages. They travel in the arguments of `start_flow` and
in outboxes; the script `work_off` says what each kind means.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec
from typing_extensions import override

from backbeat.engine.calls.reply import Arg, Reply, items, number, raw, text
from backbeat.errors import ProtocolError

Started = Literal["ok", "existing"]
Grown = Literal["ok", "lost", "refused", "unknown"]

# The most jobs that one call starts or adds.
MOST_NODES: Final = 500


@dataclass(frozen=True, slots=True)
class Ref:
    """Names a job of any queue: the queue and the id."""

    queue: str
    id: str

    @override
    def __str__(self) -> str:
        # A queue may have a slash in its name, if it is a partition; neither it nor an id has this.
        return f"{self.queue}!{self.id}"

    @classmethod
    def read(cls, text: str) -> "Ref":
        """The other way round."""
        queue, _, job_id = text.partition("!")
        return cls(queue, job_id)


@dataclass(frozen=True, slots=True)
class Message:
    """What one queue tells another.

    Attributes:
        target: The queue that is told.
        kind: What it is about, see the script `work_off`.
        id: The job or flow it is about.
        args: Short texts by separators.
        data: Bytes: a record, a result, a reason.
    """

    target: str
    kind: str
    id: str
    args: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Edge:
    """A child, as its parent sees it.

    Attributes:
        ref: The child.
        name: Name of its handler.
        rule: What a bad end means: c it counts against the threshold, f the parent fails, s it
            starts, i the child counts as done; with a u what it did may have to be undone.
    """

    ref: Ref
    name: str
    rule: str

    @override
    def __str__(self) -> str:
        return f"{self.ref}|{self.name}|{self.rule}"


@dataclass(slots=True)
class Node:
    """A job of a flow, to be sent.

    Attributes:
        ref: Where it goes and its id.
        name: Name of its handler.
        record: What `encode_record` made.
        due_ms: When it may start, once its children let it; negative counts from then.
        needs: How many children must succeed: empty for all, n3 for three, s800000 for 80 %.
        children: What it waits for.
        parents: What waits for it.
        undoers: Jobs that undo children: queue, name and record by child.
    """

    ref: Ref
    name: str
    record: bytes
    due_ms: int = 0
    needs: str = ""
    children: list[Edge] = field(default_factory=list)
    parents: list[Ref] = field(default_factory=list)
    undoers: list[tuple[Ref, str, str, bytes]] = field(default_factory=list)

    @property
    def kids(self) -> str:
        """Its children, as messages name them."""
        return ",".join(map(str, self.children))


def start_flow_args(home: str, flow: str, about: bytes, nodes: Sequence[Node]) -> list[Arg]:
    """Arguments of `start_flow`: at most 500 jobs, parents before their children."""
    messages = [
        Message(home, "enlist", flow, f"{node.ref}|{node.name}|{_joined(node.parents)}", b"")
        for node in nodes
    ]
    for node in nodes:
        messages += _undoers(node)
        notes = ",".join((*(f"c|{p.queue}|{p.id}|0" for p in node.parents), f"n|{home}|{flow}|0"))
        args = f"{node.due_ms};{node.needs};{home}!{flow};{notes};{node.kids}"
        messages.append(Message(node.ref.queue, "add", node.ref.id, args, node.record))
    return [flow, about, *message_args(messages)]


def message_args(messages: Sequence[Message]) -> list[Arg]:
    """Messages as the tail of a call."""
    tail: list[Arg] = [len(messages)]
    for each in messages:
        tail += (each.target, each.kind, each.id, each.args, each.data)
    return tail


def parse_start_flow(reply: Reply) -> Started:
    """`existing`: there is a flow of this id, and nothing was done."""
    match text(items(reply, 1)[0]):
        case "ok":
            return "ok"
        case "existing":
            return "existing"
    raise ProtocolError(f"expected ok or existing, got {reply!r:.100}")


def grow_flow_args(
    job_id: str, ticket: int | None, nodes: Sequence[tuple[Node, str]], *, beside: bool
) -> list[Arg]:
    """Arguments of `grow_flow`.

    Args:
        job_id: The job that waits for the new ones, or, `beside`, whose parents do.
        ticket: Of its attempt; None: it waits for its children.
        nodes: At most 100 jobs, and by which rule that job or those parents wait for each; empty:
            they do not, only others of these jobs do.
        beside: See above.
    """
    rows: list[Arg] = []
    for node, rule in nodes:
        rows += (
            str(node.ref), node.name, rule, node.due_ms, node.needs, _joined(node.parents),
            node.kids, node.record,
        )  # fmt: skip
    proof = "" if ticket is None else str(ticket)
    return [job_id, proof, int(beside), len(nodes), *rows]


def parse_grow_flow(reply: Reply) -> Grown:
    """`lost`: the attempt is over; `refused`: the job does not wait for children."""
    match text(items(reply, 1)[0]):
        case "ok":
            return "ok"
        case "lost":
            return "lost"
        case "refused":
            return "refused"
        case "unknown":
            return "unknown"
    raise ProtocolError(f"unexpected answer of grow_flow: {reply!r:.100}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way, as an outbox holds it."""

    number: int
    kind: bytes
    id: bytes
    args: bytes
    data: bytes


def read_outbox(reply: Reply) -> list[Letter]:
    """Messages out of the stream of an outbox."""
    letters = []
    for entry in items(reply, 0):
        stamp, fields = items(entry, 2)
        _, kind, _, job_id, _, args, _, data = items(fields, 8)
        number_of = int(raw(stamp).partition(b"-")[0])
        letters.append(Letter(number_of, raw(kind), raw(job_id), raw(args), raw(data)))
    return letters


def read_outboxes(reply: Reply) -> dict[str, tuple[int, int]]:
    """By target: the number of the last message written, and of the last one acknowledged."""
    flat = items(reply, 0)
    found = {}
    for i in range(0, len(flat), 2):
        written, seen, *_ = raw(flat[i + 1]).split(b"|")
        found[text(flat[i])] = int(written), int(seen)
    return found


def receive_args(source: str, after: int, letters: Iterable[Letter]) -> list[Arg]:
    """Arguments of `receive`: at most 500 messages, the first right after the number `after`."""
    rows: list[Arg] = []
    for each in letters:
        rows += (each.number, each.kind, each.id, each.args, each.data)
    return [source, after, len(rows) // 5, *rows]


def parse_receive(reply: Reply) -> tuple[int, bool]:
    """The last number that the target knows, and whether it has messages to others now."""
    last, post = items(reply, 2)
    return number(last), post == 1


def acknowledge_args(target: str, upto: int, *, back: bool) -> list[Arg]:
    """Arguments of `acknowledge`; `back`: the target has forgotten some messages."""
    return [target, upto, int(back)]


@dataclass(frozen=True, slots=True)
class FlowNode:
    """A job in the record of a flow: open until it ended, then how; who waits for it."""

    ref: Ref
    name: str
    state: str
    parents: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class FlowRecord:
    """The record of a flow, and a page of its jobs.

    Attributes:
        total: Jobs.
        states: How many of them are open, completed, failed, cancelled, removed, undone.
        created_ms: When it was started.
        ended_ms: When its last job ended; None while one is open.
        epoch: How often it was retried.
        cancelled: Whether it was cancelled since then.
        about: JSON.
        nodes: The page.
    """

    total: int
    states: dict[str, int]
    created_ms: int
    ended_ms: int | None
    epoch: int
    cancelled: bool
    about: bytes
    nodes: list[FlowNode]


NODE_STATES: Final = ("open", "completed", "failed", "cancelled", "removed", "undone")


def get_flow_args(flow: str, after: int = 0, limit: int = MOST_NODES) -> list[Arg]:
    """Arguments of `get_flow`: the position where the page before ended, and at most 500."""
    return [flow, after, limit]


def parse_get_flow(reply: Reply) -> FlowRecord | None:
    """The record, or None if there is no flow of this id."""
    parts = items(reply, 1)
    if parts[0] == b"":
        return None
    rows = parts[12:]
    return FlowRecord(
        total=number(parts[0]),
        states={name: number(parts[i]) for i, name in enumerate(NODE_STATES, start=1)},
        created_ms=number(parts[7]),
        ended_ms=number(parts[8]) if parts[8] else None,
        epoch=number(parts[9]),
        cancelled=parts[10] != b"",
        about=raw(parts[11]),
        nodes=[
            FlowNode(Ref.read(text(ref)), text(name), text(state), _refs(text(above)))
            for ref, name, state, above in zip(
                rows[::4], rows[1::4], rows[2::4], rows[3::4], strict=True
            )
        ],
    )


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A flow in a list of flows; see `FlowRecord`."""

    id: str
    total: int
    states: dict[str, int]
    created_ms: int
    ended_ms: int | None


def parse_list_flows(reply: Reply) -> list[FlowLine]:
    """The page."""
    parts = items(reply, 0)
    return [
        FlowLine(
            id=text(parts[i]),
            total=number(parts[i + 1]),
            states={name: number(parts[i + 2 + k]) for k, name in enumerate(NODE_STATES)},
            created_ms=number(parts[i + 8]),
            ended_ms=number(parts[i + 9]) if parts[i + 9] else None,
        )
        for i in range(0, len(parts), 10)
    ]


def cancel_flow_args(flow: str, reason: str, position: int) -> list[Arg]:
    """Arguments of `cancel_flow`: where the call before ended; 0 begins."""
    return [flow, msgspec.json.encode({"reason": reason}), position]


def parse_cancel_flow(reply: Reply) -> tuple[int, int] | None:
    """How many jobs were told to end, and where to go on, 0 for nowhere; None: no such flow."""
    count, position = items(reply, 2)
    return None if count == b"unknown" else (number(count), number(position))


def retry_flow_args(
    flow: str, home: str, epoch: int, nodes: Sequence[tuple[FlowNode, Sequence[Ref]]]
) -> list[Arg]:
    """Arguments of `retry_flow`.

    Args:
        flow: The flow.
        home: The queue that has its record.
        epoch: How often it was retried, this time included.
        nodes: At most 500 jobs that run again, and which of their children do, too.
    """
    rows: list[Arg] = []
    for node, again in nodes:
        notes = [f"c|{parent.queue}|{parent.id}|{epoch}" for parent in node.parents]
        rows += (str(node.ref), ",".join((*notes, f"n|{home}|{flow}|{epoch}")), _joined(again))
    return [flow, epoch, len(nodes), *rows]


def parse_retry_flow(reply: Reply) -> int | None:
    """How many jobs run again; None: somebody else retried the flow at the same time."""
    word = items(reply, 1)[0]
    return None if word in (b"unknown", b"changed") else number(word)


@dataclass(frozen=True, slots=True)
class Child:
    """A child that has ended, as its parent keeps it."""

    ref: Ref
    name: str
    state: str
    result: bytes


@dataclass(frozen=True, slots=True)
class Children:
    """The children of a job, and a page of those that have ended.

    Attributes:
        open: Those that have not ended.
        good: Those that count as done.
        bad: The others.
        total: All.
        position: Where the next page begins; 0: there is none.
        ended: The page.
    """

    open: int
    good: int
    bad: int
    total: int
    position: int
    ended: list[Child]


def children_args(job_id: str, after: int = 0, limit: int = MOST_NODES) -> list[Arg]:
    """Arguments of `children`: the position where the page before ended, and at most 500."""
    return [job_id, after, limit]


def parse_children(reply: Reply) -> Children:
    """The page."""
    opened, good, bad, total, position, *rows = items(reply, 5)
    return Children(
        number(opened), number(good), number(bad), number(total), number(position),
        [_child(raw(row)) for row in rows],
    )  # fmt: skip


def parse_states(reply: Reply) -> list[str]:
    """The state of each job, empty for one that is not there."""
    return [text(state) for state in items(reply, 0)]


def _undoers(node: Node) -> list[Message]:
    return [
        Message(
            node.ref.queue, "undoer", node.ref.id, str(child), f"{queue}|{name}|".encode() + record
        )
        for child, queue, name, record in node.undoers
    ]


def _child(row: bytes) -> Child:
    ref, name, state, result = row.split(b"|", 3)
    return Child(Ref.read(ref.decode()), name.decode(), state.decode(), result)


def _joined(refs: Iterable[Ref]) -> str:
    return ",".join(map(str, refs))


def _refs(joined: str) -> tuple[Ref, ...]:
    return tuple(Ref.read(part) for part in joined.split(",") if part)
