"""Random commands to the engine and to its model, and a comparison after every step."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from backbeat.engine.calls.control import (
    drain_args,
    parse_count,
    parse_more,
    parse_moved,
    parse_remove,
    retry_args,
    set_priority_args,
)
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.worker import expire_end_args, expire_return_args, parse_expire
from backbeat.engine.codes import StaleCall
from backbeat.engine.record import body_of
from backbeat.engine.states import TERMINAL, State
from backbeat.errors import GroupFull, LeaseLost
from packages.backbeat.tests.model.endings import (
    endings,
    final,
    outcomes_of,
    part_of,
    run_record,
)
from packages.backbeat.tests.model.model import Model, ModelJob
from packages.backbeat.tests.support.invariants import check, picture
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, ids, job
from packages.backbeat.tests.support.servers import Store

if TYPE_CHECKING:
    from backbeat.engine.calls.tick import Claim

LEASE_MS: Final = 1_000
WAITING_PLACES: Final = ("waiting", "priority", "group:")

JOB_IDS: Final = st.sampled_from("abcdefgh")
GROUPS: Final = st.sampled_from(["", "", "g", "h", "k"])
RULES: Final = st.fixed_dictionaries(
    {},
    optional={
        "weight": st.sampled_from([1, 2, 5, ""]),
        "concurrency": st.sampled_from([0, 1, 2, ""]),
        "max_waiting": st.sampled_from([0, 3, ""]),
        "priority": st.sampled_from([4, 5, 6, ""]),
        "paused": st.sampled_from([0, 1, ""]),
        "ordered": st.sampled_from([0, 1, ""]),
    },
)
RATES: Final = st.sampled_from([(0, 0), (1, 50), (3, 300), (2, 6_400), ("", "")])
NORMAL: Final = st.just(5)
PRIORITIES: Final = NORMAL | st.integers(0, 10)
MOMENTS: Final = st.integers(-20, 200)
NEW: Final = st.fixed_dictionaries(
    {
        "job_id": JOB_IDS,
        "priority": PRIORITIES,
        "lifo": st.booleans(),
        "delay": st.just(0) | MOMENTS,
        "replace": st.booleans(),
        "group": GROUPS,
    }
)


class EngineMachine(RuleBasedStateMachine):
    """Random commands to one queue; subclasses say on what store."""

    store: Callable[[], Store]
    workers = Bundle[BenchWorker]("workers")

    @initialize()
    def start(self) -> None:
        """An empty queue that keeps every ended job."""
        client = type(self).store().client
        client.flushall()
        self.bench = QueueBench(client)
        self.model = Model(self.bench.now_ms)
        self.bodies = 0
        self.claims: dict[int, Claim] = {}
        self.bench.me.configure(keep_completed=-1, keep_failed=-1, keep_cancelled=-1)

    # Producers and operators

    @rule(new=st.lists(NEW, min_size=1, max_size=5))
    def add(self, new: list[dict[str, object]]) -> None:
        """Add jobs, some of them known."""
        jobs = [self._new(**one) for one in new]  # type: ignore[arg-type] # drawn with these names
        order = sorted(range(len(jobs)), key=lambda place: not jobs[place].plain)
        model_jobs = [self._model_job(jobs[place], new[place]) for place in order]
        if overfull := self.model.overfull(model_jobs):
            self._refused_as_full(jobs, overfull)
            return
        answers = self.model.add(model_jobs)

        added = self.bench.add(*jobs)

        assert [added[place] for place in order] == answers

    @rule(job_id=JOB_IDS)
    def cancel(self, job_id: str) -> None:
        """Cancel a job in whatever state."""
        assert self.bench.me.cancel(job_id, "r") == self.model.cancel(job_id, "r")

    @rule(job_ids=st.lists(JOB_IDS, min_size=1, max_size=4))
    def remove(self, job_ids: list[str]) -> None:
        """Remove jobs in whatever state."""
        removed, active = parse_remove(self.bench.me.call("remove", *job_ids))
        assert (removed, active) == self.model.remove(job_ids)

    @rule(job_id=JOB_IDS, delay=MOMENTS)
    def reschedule(self, job_id: str, delay: int) -> None:
        """Give a job another time."""
        due_ms = self.bench.now_ms + delay
        answer = parse_moved(self.bench.me.call("reschedule", job_id, due_ms))
        assert answer == self.model.reschedule(job_id, due_ms)

    @rule(job_ids=st.lists(JOB_IDS, min_size=1, max_size=4))
    def promote(self, job_ids: list[str]) -> None:
        """Let delayed jobs start now."""
        assert parse_count(self.bench.me.call("promote", *job_ids)) == self.model.promote(job_ids)

    @rule(job_id=JOB_IDS, priority=PRIORITIES, lifo=st.booleans())
    def set_priority(self, job_id: str, priority: int, lifo: bool) -> None:
        """Change how urgent a job is."""
        args = set_priority_args(job_id, priority, lifo=lifo)
        answer = parse_moved(self.bench.me.call("set_priority", *args))
        assert answer == self.model.set_priority(job_id, priority, lifo=lifo)

    @rule(job_ids=st.lists(JOB_IDS, min_size=1, max_size=4), reset=st.booleans())
    def retry(self, job_ids: list[str], reset: bool) -> None:
        """Run ended jobs again."""
        answer = self.bench.me.call("retry", *retry_args(job_ids, reset_fails=reset))
        assert parse_count(answer) == self.model.retry(job_ids, reset=reset)

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        """Pause or resume."""
        self.bench.me.configure(paused="1" if paused else "")
        self.model.paused = paused

    @rule(most=st.none() | st.integers(1, 4))
    def limit(self, most: int | None) -> None:
        """Bound how many jobs run, or not."""
        self.bench.me.configure(max_running=most or "")
        self.model.max_running = most

    @rule(group=st.sampled_from(["*", "g", "g", "h", "k"]), rules=RULES)
    def rule_a_group(self, group: str, rules: dict[str, int | str]) -> None:
        """Change rules of a group, or of all."""
        if group == "*":
            rules = {name: rule for name, rule in rules.items() if name != "priority"}
        if rules:
            self.bench.me.rule(group, **rules)
            self.model.lines.set_rules(group, rules)

    @rule(group=st.sampled_from(["*", "g", "h"]), rate=RATES)
    def rate_a_group(self, group: str, rate: tuple[int | str, int | str]) -> None:
        """Change the rate of a group, or of all."""
        rules = {"starts": rate[0], "ms": rate[1]}
        self.bench.me.rule(group, **rules)
        self.model.lines.set_rules(group, rules)

    @rule(include_delayed=st.booleans())
    def drain(self, include_delayed: bool) -> None:
        """Remove what waits."""
        answer = self.bench.me.call(
            "drain", *drain_args(first=True, include_delayed=include_delayed)
        )
        assert parse_more(answer) == (self.model.drain(include_delayed=include_delayed), False)
        self.model.draining = False

    @rule()
    def begin_a_drain(self) -> None:
        """Mark what waits; other commands come between the steps."""
        self.model.begin_drain()
        self._drain_some(first=True)

    @precondition(lambda self: self.model.draining)
    @rule()
    def drain_further(self) -> None:
        """The next step of a drain."""
        self._drain_some(first=False)

    def _drain_some(self, *, first: bool) -> None:
        tail = drain_args(first=first, include_delayed=False, limit=2)
        removed, more = parse_more(self.bench.me.call("drain", *tail))
        left = picture(self.bench.client, self.bench.keys).hashes["jobs"]
        gone = [job_id for job_id in self.model.jobs if job_id not in left]
        assert removed == len(gone)
        self.model.drain_step(gone, more=more)

    @rule(state=st.sampled_from(sorted(TERMINAL)), age_ms=st.integers(0, 300))
    def clean(self, state: State, age_ms: int) -> None:
        """Remove ended jobs of an age."""
        answer = self.bench.me.call("clean", state.value, age_ms, 1_000)
        assert parse_count(answer) == self.model.clean(state, age_ms)

    @rule()
    def compact(self) -> None:
        """Move the list, without a change that anybody sees."""
        self.bench.run("compact")

    @rule()
    def repeat_a_call(self) -> None:
        """A repeated call changes nothing; a late one is refused."""
        self.bench.me.repeat()
        if len(self.bench.me.sent) > 1:
            _refused(lambda: self.bench.me.repeat(2))

    # Workers

    @rule(target=workers)
    def register(self) -> BenchWorker:
        """A new worker."""
        worker = self.bench.worker(f"w{self.model.registered}", LEASE_MS)
        assert worker.number == self.model.register(LEASE_MS)
        return worker

    @rule(worker=workers, want=st.integers(0, 5), data=st.data())
    def tick(self, worker: BenchWorker, want: int, data: st.DataObject) -> None:
        """End some attempts, valid or not, and claim jobs."""
        if worker.number not in self.model.workers:
            _refused(lambda: worker.tick(want))
            return
        drawn = st.lists(endings(self.model, worker.number), max_size=4)
        told = sorted(data.draw(drawn), key=part_of)
        ticket = (worker.number << 32) + worker.ticks + 1
        lost, claimed = self.model.tick(ticket, want, told)

        claim = worker.tick(want, outcomes_of(told))

        assert (claim.ticket, sorted(claim.lost), ids(claim)) == (ticket, sorted(lost), claimed)
        for job_id, record, run in claim.jobs:
            expected = self.model.jobs[job_id]
            assert body_of(record) == expected.body
            assert run.split(b":")[:4] == _run(expected)
        self.claims[worker.number] = claim

    @rule(worker=workers)
    def repeat_a_tick(self, worker: BenchWorker) -> None:
        """A repeated tick is answered with what is left of it; a late one is refused."""
        if worker.number not in self.model.workers:
            if worker.sent:
                _refused(worker.repeat)
            return
        claim = self.claims.get(worker.number)
        if claim is None:
            return
        again = worker.repeat()
        still = [job for job in self.model.active_of(worker.number) if job.ticket == claim.ticket]
        assert (again.ticket, again.fence, again.lost) == (claim.ticket, claim.fence, claim.lost)
        assert ids(again) == sorted(job.job_id for job in still)
        if worker.ticks > 1:
            _refused(lambda: worker.repeat(2))

    @rule(worker=workers)
    def renew(self, worker: BenchWorker) -> None:
        """Extend a lease."""
        if worker.number not in self.model.workers:
            _refused(worker.renew)
            return
        renewal = worker.renew()
        jobs = self.model.active_of(worker.number)
        others = [
            other.deadline_ms
            for other in self.model.workers.values()
            if other.number != worker.number
        ]
        assert renewal.active == len(jobs)
        wishes = {job.job_id: (job.ticket, "r") for job in jobs if job.cancel is not None}
        assert renewal.cancels == wishes
        assert renewal.next_lease_ms == min(others, default=0)
        self.model.workers[worker.number].deadline_ms = self.bench.now_ms + LEASE_MS

    @rule(worker=workers, data=st.data())
    def expire(self, worker: BenchWorker, data: st.DataObject) -> None:
        """The keeper ends an attempt."""
        ending = data.draw(endings(self.model, worker.number))
        if ending.state is State.COMPLETED:
            return
        ending = replace(ending, run=ending.run or (1, 1, 0, 0))
        job_id, ticket, run = ending.job_id, ending.ticket, run_record(ending)
        args = (
            expire_end_args(job_id, ticket, final(ending.state), run, ending.result)
            if ending.state in TERMINAL
            else expire_return_args(job_id, ticket, ending.due_ms, run)
        )
        if worker.number not in self.model.workers:
            _refused(lambda: worker.run("expire", *args))
            return
        was_valid = parse_expire(worker.run("expire", *args))
        assert was_valid == (not self.model.end_attempts([ending]))

    @rule(worker=consumes(workers), mode=st.sampled_from(["give_back", "crashed"]))
    def leave(self, worker: BenchWorker, mode: str) -> None:
        """A worker leaves, or its supervisor says that it died."""
        if worker.number not in self.model.workers:
            _refused(lambda: worker.leave(mode))
            return
        left = worker.leave(mode)
        moved, failed = self.model.hand_back(worker.number, crashed=mode == "crashed")
        assert (left.moved, left.failed, left.more) == (moved, failed, False)

    @rule()
    def reclaim(self) -> None:
        """Take the jobs of the worker whose lease has been over for longest."""
        reclaimed = self.bench.reclaim()
        number = self.model.expired()
        expected = (0, 0) if number is None else self.model.hand_back(number, crashed=True)
        assert (reclaimed.moved, reclaimed.failed) == expected
        assert reclaimed.more == (self.model.expired() is not None)

    @rule(ms=st.integers(0, 100) | st.integers(500, 1_500))
    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.bench.wait(ms)
        self.model.now_ms = self.bench.now_ms

    # After every step

    @invariant()
    def each_job_is_where_the_model_says(self) -> None:
        """Keys in order, each job in one state and the same as in the model, counts that add up."""
        seen = check(self.bench.client, self.bench.keys)
        states = {
            job_id: State.WAITING if place.startswith(WAITING_PLACES) else State(place)
            for job_id, (place,) in seen.places.items()
        }
        assert states == {job_id: job.state for job_id, job in self.model.jobs.items()}
        assert seen.hashes["results"] == {
            job_id: job.result.decode()
            for job_id, job in self.model.jobs.items()
            if job.state in TERMINAL and job.result
        }
        counts = self.bench.counts()
        for state in State:
            assert counts.of(state) == len(self.model.ids(state)), state
        for state, ever in self.model.ended_ever.items():
            assert getattr(counts, f"total_{state}") == ever

    @invariant()
    def whoever_could_work_is_awake(self) -> None:
        """Nobody takes tokens here, so one must lie there while something can be claimed."""
        if self.model.may_claim():
            assert self.bench.has_token()

    @rule(state=st.sampled_from(sorted(State)), limit=st.integers(1, 9))
    def list_a_state(self, state: State, limit: int) -> None:
        """Page by page, in the model's order."""
        listed: list[str] = []
        cursor = ""
        while True:
            page = self.bench.page(state, cursor, limit)
            listed += [entry.id for entry in page.jobs]
            cursor = page.cursor
            if not cursor:
                break
        assert listed == self.model.ids(state)

    @rule(job_id=JOB_IDS)
    def look_at_a_job(self, job_id: str) -> None:
        """Everything that is known about one job."""
        snapshot, expected = self.bench.get(job_id), self.model.jobs.get(job_id)
        if snapshot is None or expected is None:
            assert snapshot is None
            assert expected is None
            return
        assert (snapshot.state, snapshot.result) == (expected.state, expected.result)
        assert body_of(snapshot.record) == expected.body
        assert snapshot.cancel_reason == expected.cancel
        assert snapshot.run.split(b":")[:4] == _run(expected)

    # Drawing

    def _new(
        self, job_id: str, priority: int, lifo: bool, delay: int, replace: bool, group: str
    ) -> NewJob:
        self.bodies += 1
        return job(
            job_id, priority=priority, lifo=lifo, replace=replace, payload=b"%d" % self.bodies,
            group=group,
            due_ms=self.bench.now_ms + delay if delay else 0,
        )  # fmt: skip

    def _refused_as_full(self, jobs: list[NewJob], overfull: set[str]) -> None:
        with pytest.raises(GroupFull) as refused:
            self.bench.add(*jobs)
        assert refused.value.group in overfull

    def _model_job(self, new: NewJob, drawn: dict[str, object]) -> tuple[ModelJob, bool]:
        model_job = ModelJob(
            new.id, body_of(new.record), int(str(drawn["priority"])), bool(drawn["lifo"]),
            str(drawn["group"]), due_ms=new.due_ms,
        )  # fmt: skip
        return model_job, new.replace


def _run(job: ModelJob) -> list[bytes]:
    return [b"%d" % part for part in job.run] if job.ran else [b""]


def _refused(call: Callable[[], object]) -> None:
    try:
        call()
    except (LeaseLost, StaleCall):
        return
    raise AssertionError("a call that is void was carried out")
