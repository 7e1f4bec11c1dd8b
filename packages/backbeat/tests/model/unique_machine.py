"""Random adds of jobs with unique keys, against a model of who holds which key.

The model does not know the order of a queue: which job a claim gives is the engine's choice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backbeat.engine.calls.control import retry_args
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.tick import Claim, Outcomes
from backbeat.engine.record import body_of, encode_record
from backbeat.engine.states import NO_TIME_MS, TERMINAL, State
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.queue_bench import START_MS, QueueBench
from packages.backbeat.tests.support.servers import Store

MODES: Final = ("e", "s", "g", "t50", "d", "d70", "l")
DEBOUNCE_MS: Final = 40
RELEASED: Final = {"started": "sd", "ended": "sdel", "gone": "sdelg"}


@dataclass
class Holder:
    """Who holds a key."""

    job_id: str
    ms: int
    mode: str
    following: str = ""


@dataclass
class Known:
    """A job as the model knows it."""

    key: str
    mode: str
    body: bytes
    state: State
    due_ms: int = 0


class UniqueMachine(RuleBasedStateMachine):
    """Random commands to one queue; subclasses say on what store."""

    store: Callable[[], Store]

    @initialize()
    def start(self) -> None:
        """An empty queue that keeps every ended job, and a worker."""
        client = type(self).store().client
        client.flushall()
        self.bench = QueueBench(client)
        self.bench.me.configure(keep_completed=-1, keep_failed=-1, keep_cancelled=-1)
        self.worker = self.bench.worker(lease_ms=10_000_000)
        self.jobs: dict[str, Known] = {}
        self.holders: dict[str, Holder] = {}
        self.claims: dict[str, Claim] = {}
        self.made = 0

    @rule(news=st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from(MODES)), min_size=1,
                        max_size=3))  # fmt: skip
    def add(self, news: list[tuple[str, str]]) -> None:
        """Add jobs with keys; the answer names who holds them."""
        jobs, expected = [], []
        for key, mode in news:
            self.made += 1
            name, body = f"j{self.made}", b"%d" % self.made
            record = encode_record("t", START_MS, body, unique=f"{mode}|{key}")
            due_ms = -DEBOUNCE_MS if mode[0] == "d" else 0
            jobs.append(NewJob(name, record, due_ms))
            expected.append(self._add(name, key, mode, body_of(record)))

        added = self.bench.add(*jobs)

        answers = [(job.id, how) for job, how in zip(jobs, added, strict=True)]
        assert answers == expected

    @rule(want=st.integers(1, 3))
    def claim(self, want: int) -> None:
        """Start jobs."""
        self._pass()
        claim = self.worker.tick(want)
        for job_id, record, _ in claim.jobs:
            known = self.jobs[job_id]
            assert known.state is State.WAITING
            assert body_of(record) == known.body
            known.state = State.ACTIVE
            self.claims[job_id] = claim
            self._release(job_id, "started")

    @rule(data=st.data(), how=st.sampled_from(["done", "failed", "later", "at once"]))
    def end(self, data: st.DataObject, how: str) -> None:
        """End an attempt."""
        active = self._in(State.ACTIVE)
        if not active:
            return
        job_id = data.draw(st.sampled_from(active))
        outcomes, ticket = Outcomes(), self.claims[job_id].ticket
        known = self.jobs[job_id]
        if how == "done":
            outcomes.finish(job_id, ticket)
            known.state = State.COMPLETED
        elif how == "failed":
            outcomes.end(job_id, ticket, "failed", b"{}")
            known.state = State.FAILED
        else:
            known.due_ms = self.bench.now_ms + 30 if how == "later" else 0
            outcomes.put_back(job_id, ticket, known.due_ms, "1:1:0:0")
            known.state = State.DELAYED if how == "later" else State.WAITING
        self._pass()
        self.worker.tick(0, outcomes)
        if known.state in TERMINAL:
            self._release(job_id, "ended")

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Remove a job that does not run."""
        still = [job_id for job_id, known in self.jobs.items() if known.state is not State.ACTIVE]
        if still:
            job_id = data.draw(st.sampled_from(still))
            self.bench.me.call("remove", job_id)
            self._release(job_id, "gone")
            del self.jobs[job_id]

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """Cancel a job that has not started."""
        if early := self._in(State.WAITING, State.DELAYED):
            job_id = data.draw(st.sampled_from(early))
            assert self.bench.me.cancel(job_id) == "cancelled"
            self.jobs[job_id].state = State.CANCELLED
            self._release(job_id, "ended")

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """Run an ended job again: it takes its key where that is free."""
        if ended := self._in(*TERMINAL):
            job_id = data.draw(st.sampled_from(ended))
            self.bench.me.call("retry", *retry_args([job_id], reset_fails=True))
            known = self.jobs[job_id]
            known.state = State.WAITING
            if known.mode[0] != "t" and self._holder(known.key) is None:
                self.holders[known.key] = Holder(job_id, self.bench.now_ms, known.mode[0])

    @rule(ms=st.integers(1, 60))
    def wait(self, ms: int) -> None:
        """Let time pass, and somebody tidy up."""
        self.bench.wait(ms)
        self.bench.run("janitor")

    @rule()
    def repeat(self) -> None:
        """A repeated call changes nothing."""
        if self.bench.me.sent:
            self.bench.me.repeat()

    @invariant()
    def same(self) -> None:
        """Every job is where the model has it, and nothing is left over."""
        if not hasattr(self, "bench"):
            return
        seen = check(self.bench.client, self.bench.keys)
        assert set(seen.hashes["jobs"]) == set(self.jobs)
        for job_id, known in self.jobs.items():
            due = known.state is State.DELAYED and known.due_ms <= self.bench.now_ms
            expected = {known.state, State.WAITING} if due else {known.state}
            assert self.bench.state(job_id) in expected, (job_id, known)

    def _add(self, name: str, key: str, mode: str, body: bytes) -> tuple[str, str]:
        now_ms, kind, ms = self.bench.now_ms, mode[0], int(mode[1:] or 0)
        holder = self._holder(key)
        new = Known(key, mode, body, State.WAITING)
        if kind == "d":
            new.state, new.due_ms = State.DELAYED, now_ms + DEBOUNCE_MS
        if holder is None:
            self.jobs[name] = new
            self.holders[key] = Holder(name, now_ms + ms if kind == "t" else now_ms, kind)
            return name, "created"
        holding = self.jobs.get(holder.job_id)
        runs = holding is not None and holding.state is State.ACTIVE
        if kind == "l" and runs and holder.mode in "el":
            if self._waits(holder.following):
                self.jobs[holder.following].body = body
                return holder.following, "existing"
            new.state, new.due_ms = State.DELAYED, NO_TIME_MS
            self.jobs[name] = new
            holder.following = name
            return name, "created"
        if kind in "ld" and holding is not None and not runs:
            holding.body = body
            self._put_off(holding, holder, ms) if kind == "d" else None
        return holder.job_id, "existing"

    def _put_off(self, holding: Known, holder: Holder, ceiling_ms: int) -> None:
        if holding.state is not State.DELAYED:
            return
        due_ms = self.bench.now_ms + DEBOUNCE_MS
        if ceiling_ms:
            due_ms = min(due_ms, holder.ms + ceiling_ms)
        holding.due_ms = max(due_ms, self.bench.now_ms)

    def _waits(self, job_id: str) -> bool:
        return job_id in self.jobs and self.jobs[job_id].state is State.DELAYED

    def _holder(self, key: str) -> Holder | None:
        holder = self.holders.get(key)
        if holder is None:
            return None
        if holder.mode == "t":
            return holder if holder.ms > self.bench.now_ms else None
        return holder if holder.job_id in self.jobs else None

    def _release(self, job_id: str, what: str) -> None:
        known = self.jobs[job_id]
        holder = self._holder(known.key)
        if holder is None or holder.job_id != job_id or known.mode[0] not in RELEASED[what]:
            return
        del self.holders[known.key]
        if self._waits(holder.following):
            self.jobs[holder.following].state = State.WAITING
            self.holders[known.key] = Holder(holder.following, 0, "l")

    def _pass(self) -> None:
        """What is due waits from the next tick on."""
        for known in self.jobs.values():
            if known.state is State.DELAYED and known.due_ms <= self.bench.now_ms:
                known.state = State.WAITING

    def _in(self, *states: State) -> list[str]:
        return [job_id for job_id, known in self.jobs.items() if known.state in states]
