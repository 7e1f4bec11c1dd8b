"""Random commands to one schedule and its runs, and to a model of what may overlap what."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.states import State
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.queue_bench import QueueBench, ids
from packages.backbeat.tests.support.schedule_bench import PERIOD_MS, ScheduleBench
from packages.backbeat.tests.support.servers import Store

if TYPE_CHECKING:
    from backbeat.engine.calls.schedules import Firing

OVERLAPS: Final = st.sampled_from(["allow", "skip", "queue", "cancel"])


class ScheduleMachine(RuleBasedStateMachine):
    """Random commands; subclasses say on what store.

    The model: where each run is that has not ended, which of them stand in whose way, and which
    slots were ever made.
    """

    store: Callable[[], Store]

    @initialize(overlap=OVERLAPS)
    def start(self, overlap: str) -> None:
        client = self.store().client
        client.flushall()
        self.bench = QueueBench(client)
        self.schedules = ScheduleBench(self.bench)
        self.worker = self.bench.worker(lease_ms=10**9)
        self.overlap = overlap
        self.schedules.put(overlap=overlap, missed="all", cap=1_000)
        self.slot = self.bench.now_ms + PERIOD_MS
        self.paused = False
        self.runs: dict[str, str] = {}
        self.tickets: dict[str, int] = {}
        self.wished: set[str] = set()
        self.live: list[str] = []
        self.line: list[str] = []
        self.made: list[str] = []
        self.ended: list[tuple[str, str]] = []
        self.sent: list[Firing] = []
        self.asked = 0

    @rule(ms=st.integers(1, 2_500))
    def pass_time(self, ms: int) -> None:
        self.bench.wait(ms)

    @rule()
    def fire(self) -> None:
        due = self.schedules.due()
        if self.paused or self.slot > self.bench.now_ms:
            assert due == []
            return
        calls = self.schedules.firings()
        answers = self.schedules.fire(*calls)
        self.sent += calls
        slots = []
        while self.slot <= self.bench.now_ms:
            slots.append(str(self.slot))
            self.slot += PERIOD_MS
        if self.overlap == "cancel":
            self._cancel_live()
            self.ended += [(run, "skipped") for run in slots[:-1]]
            slots = slots[-1:]
        made = sum(self._make(run) for run in slots)
        assert answers == [("fired", made)]

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def fire_again(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.sent))
        assert self.schedules.fire(call) == [("lost", 0)]

    @rule()
    def run_now(self) -> None:
        self.asked += 1
        word = f"w{self.asked}"
        assert self.schedules.run_now(word)
        run = f"{self.bench.now_ms}+{word}"
        self.runs[run] = "waiting"
        if self.overlap != "allow":
            self.live.append(run)

    @rule(pause=st.booleans())
    def move(self, pause: bool) -> None:
        following = (self.bench.now_ms // PERIOD_MS + 1) * PERIOD_MS
        # Time may have stood still since the last slot was fired.
        following = max(following, self.slot if self.slot > self.bench.now_ms else following)
        assert self.schedules.move(pause=pause, slot=following) == "ok"
        self.paused, self.slot = pause, following

    @rule(want=st.integers(1, 5))
    def claim(self, want: int) -> None:
        claim = self.worker.tick(want)
        for job_id in ids(claim):
            run = job_id.partition(":s:")[2]
            assert self.runs[run] == "waiting"
            self.runs[run], self.tickets[run] = "active", claim.ticket
        waiting = sum(state == "waiting" for state in self.runs.values())
        assert len(claim.jobs) == want or not waiting

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), how=st.sampled_from(["completed", "failed", "back", "later"]))
    def end(self, data: st.DataObject, how: str) -> None:
        run = data.draw(st.sampled_from(sorted(self.tickets)))
        ticket, outcomes, job_id = self.tickets.pop(run), Outcomes(), self._id(run)
        if how == "completed":
            outcomes.finish(job_id, ticket)
        elif how == "failed":
            outcomes.end(job_id, ticket, "failed", b"{}")
        else:
            due_ms = 0 if how == "back" else self.bench.now_ms + 10_000_000
            outcomes.put_back(job_id, ticket, due_ms, "1:0:0:1:snooze")
        self.worker.tick(0, outcomes)
        if how in {"back", "later"} and run not in self.wished:
            self.runs[run] = "waiting" if how == "back" else "delayed"
        else:
            self._end(run, how if how in {"completed", "failed"} else "cancelled")

    @precondition(lambda self: self.runs)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(sorted(self.runs)))
        answer = self.bench.me.cancel(self._id(run))
        if self.runs[run] == "active":
            assert answer == "flagged"
            self.wished.add(run)
        else:
            assert answer == "cancelled"
            self._end(run, "cancelled")

    @precondition(lambda self: self.runs)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(sorted(self.runs)))
        self.bench.me.call("remove", self._id(run))
        if self.runs[run] != "active":
            self._leave(run)

    @rule(delayed=st.booleans())
    def drain(self, delayed: bool) -> None:
        self.bench.me.call("drain", 1, int(delayed), 500)
        waiting = [run for run, state in self.runs.items() if state == "waiting"]
        later = [run for run, state in self.runs.items() if state in {"delayed", "parked"}]
        gone = waiting + (later if delayed else [])
        for run in gone:
            del self.runs[run]
        self.live = [run for run in self.live if run not in gone]
        self.line = [run for run in self.line if run not in gone]
        self._release()

    @invariant()
    def everything_is_as_in_the_model(self) -> None:
        if not hasattr(self, "bench"):
            return
        check(self.bench.client, self.bench.keys)
        known = self.schedules.the()
        assert (known.slot, known.paused, known.fired) == (self.slot, self.paused, len(self.made))
        assert sorted(known.live) == sorted(self.live)
        assert list(known.line) == self.line
        for run, state in self.runs.items():
            there = self.bench.get(self._id(run))
            assert there is not None, run
            expected = "delayed" if state == "parked" else state
            assert there.state is State(expected)
            assert (there.reason == "parked") == (state == "parked")
        assert len(set(self.made)) == len(self.made)
        lines = [tuple(line.split("|")[:2]) for line in self.schedules.history()]
        assert sorted(lines) == sorted(self.ended)[-100:] or len(self.ended) > 100

    def _id(self, run: str) -> str:
        return f"schedule:s:{run}"

    def _make(self, run: str) -> bool:
        if self.overlap in {"skip", "queue"} and self.live:
            if self.overlap == "skip":
                self.ended.append((run, "skipped"))
                return False
            self.line.append(run)
            self.runs[run] = "parked"
        else:
            self.runs[run] = "waiting"
            if self.overlap != "allow":
                self.live = [run]
        self.made.append(run)
        return True

    def _cancel_live(self) -> None:
        for run in list(self.live):
            if self.runs[run] == "active":
                self.wished.add(run)
            else:
                self._end(run, "cancelled")
        self.live = []

    def _end(self, run: str, outcome: str) -> None:
        self.ended.append((run, outcome))
        self._leave(run)

    def _leave(self, run: str) -> None:
        del self.runs[run]
        self.live = [each for each in self.live if each != run]
        self.line = [each for each in self.line if each != run]
        self._release()

    def _release(self) -> None:
        if not self.live and self.line:
            run = self.line.pop(0)
            self.live, self.runs[run] = [run], "waiting"
