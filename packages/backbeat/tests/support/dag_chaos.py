"""Runs random flows while workers, relays and replies are lost, and compares with the model."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

import redis

from backbeat.engine.calls.control import parse_janitor, parse_remove
from backbeat.engine.calls.flow import (
    FlowNode,
    Letter,
    Node,
    Ref,
    get_flow_args,
    grow_flow_args,
    parse_get_flow,
    parse_grow_flow,
    parse_retry_flow,
    retry_flow_args,
)
from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.calls.tick import Outcomes
from backbeat.errors import LeaseLost
from packages.backbeat.tests.support.dags import (
    Dag,
    allowed,
    leaf,
    may_start,
    random_dag,
    with_failed_parents,
)
from packages.backbeat.tests.support.flow_bench import FAILED, FlowBench
from packages.backbeat.tests.support.queue_bench import BenchWorker

_LEASE_MS: Final = 10**12
_MONTH_MS: Final = 31 * 86_400_000
_OF_FLOWS: Final = ("children:", "child_results:", "undo:", "undo_jobs:", "flow:")
# So many flows lie beside each other before they are cleared away.
_TOGETHER: Final = 10
_LOST_REPLIES: Final = 0.15


class Hand:
    """A worker and what it holds: id -> ticket."""

    def __init__(self, worker: BenchWorker) -> None:
        self.worker = worker
        self.holds: dict[str, int] = {}


class DagChaos:
    """Runs one flow after the other on some queues.

    Attributes:
        tally: What happened, by name.
    """

    def __init__(self, client: redis.Redis, seed: int, queues: Sequence[str] = "abc") -> None:
        """Prepare the queues; one keeps nothing of what has ended."""
        self.random = Random(seed)
        self.seed = seed
        self.names = list(queues)
        self.flows = FlowBench(client, *self.names)
        self.tally: Counter[str] = Counter()
        for name, bench in self.flows.queues.items():
            bench.call = self._losing(bench.call_once)
            if name == self.names[-1]:
                bench.me.configure(keep_completed=0, keep_failed=0, keep_cancelled=0)
        self.hands = {name: [self._hire(name), self._hire(name)] for name in self.names}
        self.stale: list[tuple[str, str, int, list[Letter]]] = []

    def run(self, count: int, most: int) -> Counter[str]:
        """Run so many flows of at most so many jobs."""
        for number in range(count):
            self._run_one(random_dag(self.random, f"{self.seed}-{number}", self.names, most))
            self.tally["flows"] += 1
            if number % _TOGETHER == _TOGETHER - 1:
                self._clear_away()
        return self.tally

    def _run_one(self, dag: Dag) -> None:
        self.dag, self.nodes = dag, dag.by_ref
        self.ended: dict[Ref, str] = {}
        self.claims: Counter[Ref] = Counter()
        self.returns: Counter[Ref] = Counter()
        self.flow = f"f{dag.nodes[0].ref.id}"
        self.home = dag.nodes[0].ref.queue
        assert self.flows.start(*dag.nodes, flow=self.flow) == "ok"
        if self.random.random() < 0.3:
            assert self.flows.start(*dag.nodes, flow=self.flow) == "existing"
        for _ in range(3 * len(dag.nodes)):
            self._step()
            self._pass_time(self.random.randint(0, 5))
        self._finish()
        again = self._compare(set(self.nodes))
        for epoch in (1, 2):
            if not again or self.random.random() < 0.5:
                break
            again = self._retry(epoch, again)

    def _retry(self, epoch: int, again: list[FlowNode]) -> list[FlowNode]:
        """Everything that ended badly runs again, and nothing fails by itself any more."""
        self.tally["retries"] += 1
        refs = {node.ref for node in again}
        rows = [
            (node, [edge.ref for edge in self.nodes[node.ref].children if edge.ref in refs])
            for node in again
        ]
        args = retry_flow_args(self.flow, self.home, epoch, rows)
        count = parse_retry_flow(self.flows[self.home].me.call("retry_flow", *args))
        assert count == len(again)
        self.dag.fails.clear()
        for ref in refs:
            self.ended.pop(ref, None)
            self.claims[ref] = self.returns[ref] = 0
            if not self.flows.state(ref):
                # It is not kept: there is nothing to run again.
                self.ended[ref] = "removed"
        for _ in range(2 * len(again)):
            self._step()
            self._pass_time(self.random.randint(0, 5))
        self._finish()
        return self._compare(refs)

    def _step(self) -> None:
        chance, queue = self.random.random(), self.random.choice(self.names)
        if chance < 0.55:
            self._work(queue)
        elif chance < 0.85:
            self._relay(queue)
        elif chance < 0.89:
            self._lose_a_worker(queue)
        elif chance < 0.91:
            self._end_from_outside()
        elif chance < 0.95 and self.stale:
            self._late_relay()
        else:
            self.flows[queue].run("janitor")

    def _work(self, queue: str, *, all_of_it: bool = False) -> bool:
        hand, outcomes = self.random.choice(self.hands[queue]), Outcomes()
        said: list[tuple[Ref, str]] = []
        for job_id, ticket in list(hand.holds.items()):
            if all_of_it or self.random.random() < 0.6:
                said.append(self._decide(queue, job_id, ticket, outcomes, calm=all_of_it))
                del hand.holds[job_id]
        try:
            claim = hand.worker.tick(20 if all_of_it else self.random.randint(0, 4), outcomes)
        except LeaseLost:
            self._replace(queue, hand)
            return True
        for ref, state in said:
            assert ref.id not in claim.lost, f"{ref} was taken from a worker that lives"
            if state == "returned":
                self.returns[ref] += 1
            else:
                self._ends(ref, state)
        for job_id, _, _ in claim.jobs:
            self._claimed(Ref(queue, job_id))
            hand.holds[job_id] = claim.ticket
        return bool(said or claim.jobs)

    def _decide(
        self, queue: str, job_id: str, ticket: int, outcomes: Outcomes, *, calm: bool
    ) -> tuple[Ref, str]:
        ref = Ref(queue, job_id)
        if not calm and self.random.random() < 0.1:
            self._grow(ref, ticket)
        if not calm and self.random.random() < 0.1:
            outcomes.put_back(job_id, ticket, self.flows[queue].now_ms + 3, "1:1:0:0:retry")
            return ref, "returned"
        if ref in self.dag.fails:
            outcomes.end(job_id, ticket, "failed", FAILED)
            return ref, "failed"
        outcomes.finish(job_id, ticket, b'"%b"' % job_id.encode())
        return ref, "completed"

    def _grow(self, ref: Ref, ticket: int) -> None:
        """A running job adds another beside itself."""
        self.tally["grown"] += 1
        new = leaf(self.random, f"{ref.id}+{self.tally['grown']}", self.random.choice(self.names))
        rule = self.random.choice("ci")
        args = grow_flow_args(ref.id, ticket, [(new, rule)], beside=True)
        answer = parse_grow_flow(self.flows[ref.queue].me.call("grow_flow", *args))
        if answer == "ok":
            self.dag.grow(ref, new, rule)
            self.nodes = self.dag.by_ref

    def _claimed(self, ref: Ref) -> None:
        self.claims[ref] += 1
        self.tally["claims"] += 1
        assert ref not in self.ended, f"{ref} runs after its end"
        node = self.nodes[ref]
        if node.children:
            known = with_failed_parents(
                self.dag, self.ended, {each for each, count in self.claims.items() if count}
            )
            early = not any(may_start(each, known) for each in self.dag.variants(node, known))
            assert not early, f"{ref} was started too early"

    def _ends(self, ref: Ref, state: str) -> None:
        assert ref not in self.ended, f"{ref} ended twice"
        self.ended[ref] = state

    def _relay(self, source: str) -> None:
        """Somebody brings what is in an outbox, and may die after any step of it."""
        for target in self.flows.targets(source):
            seen = self.flows.seen(source, target)
            letters = self.flows.letters(source, target, seen, self.random.randint(1, 20))
            if self.random.random() < 0.2:
                self.tally["relays died after reading"] += 1
                self.stale.append((source, target, seen, letters))
                continue
            last = self.flows.receive(source, target, seen, letters)
            if self.random.random() < 0.2:
                self.tally["relays died before acknowledging"] += 1
                continue
            self.flows.acknowledge(source, target, last, back=last < seen)
            self.tally["messages"] += len(letters)

    def _late_relay(self) -> None:
        """One that was paused with messages in its hands goes on."""
        source, target, seen, letters = self.stale.pop(self.random.randrange(len(self.stale)))
        last = self.flows.receive(source, target, seen, letters)
        if last >= seen:
            self.flows.acknowledge(source, target, last)
        self.tally["late relays"] += 1

    def _lose_a_worker(self, queue: str) -> None:
        hand, bench = self.random.choice(self.hands[queue]), self.flows[queue]
        number = hand.worker.number
        bench.client.zadd(bench.key("leases"), {str(number): 1})
        bench.run("reclaim", 0)
        registered = {int(each) for each in bench.client.hkeys(bench.key("workers"))}
        for each in list(self.hands[queue]):
            if each.worker.number in registered:
                continue
            self.tally["reclaims"] += 1
            for ref in (Ref(queue, job_id) for job_id in each.holds):
                if self.flows.state(ref) == "waiting":
                    self.returns[ref] += 1
                else:
                    self.tally["stalled too often"] += 1
                    self._ends(ref, "failed")
            self._replace(queue, each)

    def _end_from_outside(self) -> None:
        """Cancel or remove a job that does not run."""
        ref = self.random.choice(self.dag.nodes).ref
        state, bench = self.flows.state(ref), self.flows[ref.queue]
        if ref in self.ended or state not in ("waiting", "delayed", "waiting-children"):
            return
        self.tally["ended from outside"] += 1
        if self.random.random() < 0.5:
            assert bench.me.cancel(ref.id) == "cancelled"
            self._ends(ref, "cancelled")
        else:
            assert parse_remove(bench.me.call("remove", ref.id)) == (1, ())
            self._ends(ref, "removed")

    def _finish(self) -> None:
        for _ in range(2_000):
            self._pass_time(60)
            moved = [self._work(name, all_of_it=True) for name in self.names for _ in "12"]
            brought = self.flows.relay()
            if not any(moved) and not brought and not self._holds():
                return
        raise AssertionError(f"{self.flow} does not come to its end")

    def _holds(self) -> bool:
        return any(hand.holds for hands in self.hands.values() for hand in hands)

    def _compare(self, ran_now: set[Ref]) -> list[FlowNode]:
        """Compare with the model; the jobs that did not complete."""
        record = self._record()
        state_of = {each.ref: each.state for each in record}
        assert set(state_of) == set(self.nodes), set(state_of) ^ set(self.nodes)
        stuck = [str(ref) for ref, state in state_of.items() if state == "open"]
        assert not stuck, f"{self.flow} is stuck: {stuck}"
        assert self.flows.record(self.home, self.flow).ended_ms is not None
        for node in self.dag.nodes:
            ref, state = node.ref, state_of[node.ref]
            assert self.claims[ref] - self.returns[ref] <= 1, f"{ref} ran twice"
            if ref in self.ended:
                assert state == self.ended[ref], f"{ref} is {state} in the record of its flow"
            if ref in ran_now and state not in ("cancelled", "removed"):
                self._explain(node, state, state_of)
        self.flows.check()
        self.tally["jobs"] += len(ran_now)
        return [each for each in record if each.state != "completed"]

    def _explain(self, node: Node, state: str, state_of: dict[Ref, str]) -> None:
        ran = bool(self.claims[node.ref])
        verdicts = {
            word for each in self.dag.variants(node, state_of) for word in allowed(each, state_of)
        }
        assert ("start" if ran else "fail") in verdicts, f"{node.ref}: {state}"
        if not ran:
            assert state == "failed", f"{node.ref} is {state} and never ran"

    def _clear_away(self) -> None:
        """A month later nothing is left of flows that have ended, and of their jobs."""
        self._pass_time(_MONTH_MS)
        for bench in self.flows.queues.values():
            # Their week is one of the server's clock, which no test can set here.
            for key in bench.all_keys():
                if key.startswith(_OF_FLOWS) and not bench.lasts(key):
                    bench.client.delete(bench.keys.prefix + key)
            while parse_janitor(bench.run("janitor"))[1]:
                pass
        for name, seen in self.flows.check().items():
            left = {*seen.hashes["jobs"], *seen.hashes["parents"], *seen.hashes["dependents"]}
            assert not left | {*seen.zsets["flows"]}, f"{name} keeps {left}"
            bench = self.flows[name]
            assert not {key for key in bench.all_keys() if key.startswith(_OF_FLOWS)}, name

    def _record(self) -> list[FlowNode]:
        found: list[FlowNode] = []
        while True:
            args = get_flow_args(self.flow, len(found))
            page = parse_get_flow(self.flows[self.home].run("get_flow", *args))
            assert page is not None
            found += page.nodes
            if len(found) >= page.total:
                return found

    def _pass_time(self, ms: int) -> None:
        for bench in self.flows.queues.values():
            bench.wait(ms)

    def _hire(self, queue: str) -> Hand:
        sid = f"w{self.random.getrandbits(30)}"
        return Hand(self.flows[queue].worker(sid, _LEASE_MS))

    def _replace(self, queue: str, hand: Hand) -> None:
        self.hands[queue][self.hands[queue].index(hand)] = self._hire(queue)

    def _losing(
        self, call: Callable[[str, Sequence[Arg]], Reply]
    ) -> Callable[[str, Sequence[Arg]], Reply]:
        """A reply may be lost any number of times; the call is then sent again unchanged."""

        def run(script: str, args: Sequence[Arg]) -> Reply:
            while True:
                reply = call(script, args)
                if self.random.random() >= _LOST_REPLIES:
                    return reply
                self.tally["lost replies"] += 1

        return run
