"""Drives flows over several queues with the scripts alone, at a time that the test sets."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

import redis

from backbeat.engine.calls import flow as calls
from backbeat.engine.calls.flow import (
    Children,
    Edge,
    FlowRecord,
    Letter,
    Node,
    Ref,
    start_flow_args,
)
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.record import encode_record
from packages.backbeat.tests.support.invariants import Picture, check
from packages.backbeat.tests.support.queue_bench import START_MS, QueueBench

FLOW: Final = "flow"
FAILED: Final = b'{"error":"E","message":"no","reason":"exhausted"}'


class FlowBench:
    """Some queues on a store, and what brings messages from one to the other.

    Attributes:
        queues: A bench for each queue, by name.
    """

    def __init__(self, client: redis.Redis, *names: str) -> None:
        """Load the scripts."""
        self.client = client
        self.queues = {name: QueueBench(client, name) for name in names}

    def __getitem__(self, name: str) -> QueueBench:
        return self.queues[name]

    def start(self, *nodes: Node, flow: str = FLOW, home: str | None = None) -> str:
        """Start a flow: parents first; its home is the queue of the first."""
        home = home or nodes[0].ref.queue
        args = start_flow_args(home, flow, b"{}", nodes)
        return calls.parse_start_flow(self[home].me.call("start_flow", *args))

    def relay(self) -> int:
        """Bring all messages until there are none; how many there were."""
        brought = 0
        while count := sum(self.bring(source) for source in self.queues):
            brought += count
        return brought

    def bring(self, source: str, most: int = 100) -> int:
        """Bring what a queue has for others, once."""
        return sum(self.bring_to(source, target, most) for target in self.targets(source))

    def targets(self, source: str) -> list[str]:
        """The queues for which a queue has messages that are not acknowledged."""
        boxes = calls.read_outboxes(_flat(self.client.hgetall(self[source].key("outboxes"))))
        return [target for target, (written, seen) in boxes.items() if written > seen]

    def seen(self, source: str, target: str) -> int:
        """Up to where the source knows that the target has received."""
        boxes = calls.read_outboxes(_flat(self.client.hgetall(self[source].key("outboxes"))))
        return boxes[target][1]

    def bring_to(self, source: str, target: str, most: int = 100) -> int:
        """Read, bring and acknowledge what one queue has for another, once."""
        seen = self.seen(source, target)
        letters = self.letters(source, target, seen, most)
        last = self.receive(source, target, seen, letters)
        self.acknowledge(source, target, last, back=last < seen)
        return len(letters) or int(last < seen)

    def letters(self, source: str, target: str, seen: int, most: int = 100) -> list[Letter]:
        """What an outbox holds after a number."""
        found = self.client.execute_command(  # type: ignore[no-untyped-call]
            "XRANGE", self[source].keys.outbox(target), f"({seen}-0", "+", "COUNT", most
        )
        entries: list[Reply] = [
            [stamp, _flat(fields) if isinstance(fields, dict) else list(fields)]
            for stamp, fields in found
        ]
        return calls.read_outbox(entries)

    def receive(self, source: str, target: str, seen: int, letters: Sequence[Letter]) -> int:
        """Give messages to a queue; the last number that it knows."""
        reply = self[target].run("receive", *calls.receive_args(source, seen, letters))
        return calls.parse_receive(reply)[0]

    def acknowledge(self, source: str, target: str, upto: int, *, back: bool = False) -> None:
        """Tell a queue what another has received."""
        self[source].run("acknowledge", *calls.acknowledge_args(target, upto, back=back))

    def record(self, home: str, flow: str = FLOW) -> FlowRecord:
        """The record of a flow."""
        found = calls.parse_get_flow(self[home].run("get_flow", *calls.get_flow_args(flow)))
        assert found is not None
        return found

    def children(self, ref: Ref) -> Children:
        """The children of a job."""
        return calls.parse_children(self[ref.queue].run("children", *calls.children_args(ref.id)))

    def state(self, ref: Ref) -> str:
        """The state of a job; empty for one that is not there."""
        return calls.parse_states(self[ref.queue].run("states", ref.id))[0]

    def check(self) -> dict[str, Picture]:
        """Assert every invariant of every queue."""
        return {name: check(self.client, bench.keys) for name, bench in self.queues.items()}


def node(
    name: str,
    *after: Node,
    rule: str = "c",
    rules: dict[str, str] | None = None,
    needs: str = "",
    due_ms: int = 0,
    name_of: str = "task",
) -> Node:
    """A job of a flow, `queue/id`, that waits for others."""
    queue, _, job_id = name.partition("/")
    ref = Ref(queue, job_id)
    made = Node(ref, name_of, encode_record(name_of, START_MS, b"{}"), due_ms, needs)
    for child in after:
        made.children.append(Edge(child.ref, child.name, (rules or {}).get(child.ref.id, rule)))
        child.parents.append(ref)
    return made


def run_all(
    bench: QueueBench, decide: Callable[[str, Outcomes, int], None] | None = None
) -> list[str]:
    """Claim and end all that waits in a queue, with one worker; the ids in their order."""
    worker, ran = bench.worker(f"w{Random(bench.now_ms).random()}"), []
    outcomes = Outcomes()
    while True:
        claim = worker.tick(10, outcomes)
        outcomes = Outcomes()
        for job_id, _, _ in claim.jobs:
            ran.append(job_id)
            if decide is None:
                outcomes.finish(job_id, claim.ticket, b'"%b"' % job_id.encode())
            else:
                decide(job_id, outcomes, claim.ticket)
        if not claim.jobs and not len(outcomes):
            worker.leave()
            return ran


def fails(*job_ids: str) -> Callable[[str, Outcomes, int], None]:
    """Ends these jobs badly and all others well."""

    def decide(job_id: str, outcomes: Outcomes, ticket: int) -> None:
        if job_id in job_ids:
            outcomes.end(job_id, ticket, "failed", FAILED)
        else:
            outcomes.finish(job_id, ticket, b'"%b"' % job_id.encode())

    return decide


def _flat(fields: object) -> list[Reply]:
    assert isinstance(fields, dict)
    flat: list[Reply] = []
    for name, value in fields.items():
        flat += (name, value)
    return flat


__all__ = ["FLOW", "Arg", "FlowBench", "fails", "node", "run_all"]
