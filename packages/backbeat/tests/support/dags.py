"""Random flows, and what a pure model of them allows.

The model looks at how the children of a job ended and says what may have become of the job. Where
two rules race, both outcomes are allowed; everything else is exact.
"""

from dataclasses import dataclass, field, replace
from math import ceil
from random import Random
from typing import Final

from backbeat.engine.calls.flow import Edge, Node, Ref
from backbeat.engine.record import encode_record
from packages.backbeat.tests.support.queue_bench import START_MS

RULES: Final = ("c", "c", "c", "c", "f", "s", "i")


@dataclass
class Dag:
    """A flow that is to be run.

    Attributes:
        nodes: Parents before their children.
        fails: Jobs that fail when they run.
        grown: Jobs that were added while it ran.
    """

    nodes: list[Node]
    fails: set[Ref] = field(default_factory=set)
    grown: set[Ref] = field(default_factory=set)

    def grow(self, beside: Ref, new: Node, rule: str) -> None:
        """A running job adds one that its own parents wait for."""
        nodes = self.by_ref
        for parent in nodes[beside].parents:
            nodes[parent].children.append(Edge(new.ref, "task", rule))
            new.parents.append(parent)
        self.nodes.append(new)
        self.grown.add(new.ref)

    def variants(self, node: Node, ended: dict[Ref, str]) -> list[Node]:
        """A job as it may have been decided: before or after any of the children that came later.

        Of all that may have been there, the one that starts it soonest has those which count as
        done, and the one that fails it soonest those which never can.
        """
        first = [edge for edge in node.children if edge.ref not in self.grown]
        if not first or len(first) == len(node.children):
            return [node]
        later = [edge for edge in node.children if edge.ref in self.grown and edge.ref in ended]
        good = [edge for edge in later if _counts_as_done(edge, ended)]
        bad = [edge for edge in later if edge not in good]
        return [node, *(replace(node, children=first + known) for known in ([], good, bad))]

    @property
    def by_ref(self) -> dict[Ref, Node]:
        """The jobs by what names them."""
        return {node.ref: node for node in self.nodes}


def random_dag(random: Random, tag: str, queues: list[str], most: int) -> Dag:
    """A flow of 1 to `most` jobs: each waits for some of those that come after it."""
    count = random.randint(1, most)
    nodes = [_node(random, f"{tag}.{i}", random.choice(queues)) for i in range(count)]
    for i, node in enumerate(nodes):
        later = nodes[i + 1 : i + 1 + random.choice((3, 10, 60))]
        for child in random.sample(later, min(len(later), random.choice((0, 1, 1, 2, 3, 8)))):
            node.children.append(Edge(child.ref, "task", random.choice(RULES)))
            child.parents.append(node.ref)
        if node.children and random.random() < 0.4:
            node.needs = _threshold(random, len(node.children))
    share = random.choice((0.0, 0.05, 0.3))
    return Dag(nodes, {node.ref for node in nodes if random.random() < share})


def needed(node: Node) -> int:
    """How many children must count as done."""
    total = len(node.children)
    if node.needs.startswith("n"):
        return int(node.needs[1:])
    if node.needs.startswith("s"):
        return ceil(total * int(node.needs[1:]) / 1_000_000 - 1e-9)
    return total


def may_start(node: Node, ended: dict[Ref, str]) -> bool:
    """Whether a job may have been started, given how its children have ended up to now."""
    bad = _bad(node, ended)
    return "s" in bad or _good(node, ended) >= needed(node)


def leaf(random: Random, job_id: str, queue: str) -> Node:
    """A job without children."""
    return _node(random, job_id, queue)


def with_failed_parents(dag: Dag, ended: dict[Ref, str], started: set[Ref]) -> dict[Ref, str]:
    """Also the jobs that never started and may have failed by now, because of their children."""
    known = dict(ended)
    for node in reversed(dag.nodes):
        if node.ref in known or node.ref in started or not node.children:
            continue
        if any(_may_fail(each, known) for each in dag.variants(node, known)):
            known[node.ref] = "failed"
    return known


def allowed(node: Node, ended: dict[Ref, str]) -> set[str]:
    """What may have become of a job whose children have all ended: start, fail, or either."""
    bad, enough = _bad(node, ended), _good(node, ended) >= needed(node)
    verdicts = {"start" if enough else "fail"}
    if "s" in bad:
        verdicts.add("start")
    if "f" in bad:
        verdicts.add("fail")
    return verdicts


def _may_fail(node: Node, known: dict[Ref, str]) -> bool:
    hopeless = sum(
        known.get(edge.ref, "completed") != "completed" and edge.rule != "i"
        for edge in node.children
    )
    return "f" in _bad(node, known) or len(node.children) - hopeless < needed(node)


def _node(random: Random, job_id: str, queue: str) -> Node:
    due_ms = -random.randint(1, 50) if random.random() < 0.1 else 0
    return Node(Ref(queue, job_id), "task", encode_record("task", START_MS, b"{}"), due_ms)


def _threshold(random: Random, total: int) -> str:
    if random.random() < 0.5:
        return f"n{random.randint(1, total)}"
    return f"s{random.choice((100_000, 500_000, 800_000, 1_000_000))}"


def _good(node: Node, ended: dict[Ref, str]) -> int:
    return sum(_counts_as_done(edge, ended) for edge in node.children)


def _counts_as_done(edge: Edge, ended: dict[Ref, str]) -> bool:
    return ended.get(edge.ref) == "completed" or (edge.ref in ended and edge.rule == "i")


def _bad(node: Node, ended: dict[Ref, str]) -> set[str]:
    return {
        edge.rule
        for edge in node.children
        if edge.ref in ended and ended[edge.ref] != "completed" and edge.rule != "i"
    }
