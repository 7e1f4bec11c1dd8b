"""Commands of workers, and what becomes of those that are silent or leave."""

from dataclasses import replace
from typing import Any, Final

import hypothesis.strategies as st
from hypothesis.stateful import consumes, rule

from backbeat.engine.calls.worker import (
    expire_end_args,
    expire_return_args,
    parse_census,
    parse_expire,
)
from backbeat.engine.states import TERMINAL, State
from packages.backbeat.tests.model.add_rules import NEW, AddRules
from packages.backbeat.tests.model.endings import (
    attempts_of,
    endings,
    final,
    in_order,
    outcomes_of,
    run_record,
)
from packages.backbeat.tests.model.model_job import Ending, ModelJob
from packages.backbeat.tests.model.stage import WORKERS, refused
from packages.backbeat.tests.support.queue_bench import BenchWorker, ids

# Workers of one queue may have leases of different lengths, and change them.
LEASES_MS: Final = st.sampled_from([300, 1_000, 4_000])


class WorkerRules(AddRules):
    """Claims jobs, ends attempts, and loses them."""

    @rule(target=WORKERS, lease_ms=LEASES_MS)
    def register(self, lease_ms: int) -> BenchWorker:
        """A new worker."""
        return self.new_worker(lease_ms)

    @rule(worker=WORKERS, new=st.lists(NEW, min_size=2, max_size=5), want=st.integers(1, 5))
    def claim(self, worker: BenchWorker, new: list[dict[str, Any]], want: int) -> None:
        """Claim jobs, some of which have just come."""
        self.add_jobs(new)
        if self.is_known(worker):
            self._tick(worker, want, [])

    @rule(worker=WORKERS, want=st.integers(0, 3), data=st.data())
    def finish(self, worker: BenchWorker, want: int, data: st.DataObject) -> None:
        """End attempts as a worker does that knows what it runs."""
        own = [(job.job_id, job.ticket) for job in self.model.active_of(worker.number)]
        if own and self.is_known(worker):
            drawn = st.lists(endings(st.sampled_from(own), self.model), min_size=1, max_size=4)
            self._tick(worker, want, in_order(data.draw(drawn)))

    @rule(worker=WORKERS, want=st.integers(0, 5), data=st.data())
    def tick(self, worker: BenchWorker, want: int, data: st.DataObject) -> None:
        """End some attempts, valid or not, and claim jobs."""
        if not self.is_known(worker):
            refused(lambda: worker.tick(want))
            return
        attempts = attempts_of(self.model, worker.number)
        drawn = st.lists(endings(attempts, self.model), max_size=4)
        self._tick(worker, want, in_order(data.draw(drawn)))

    @rule(worker=WORKERS)
    def repeat_a_tick(self, worker: BenchWorker) -> None:
        """A repeated tick is answered with what is left of it; a late one is refused."""
        if not self.is_known(worker):
            if worker.sent:
                refused(worker.repeat)
            return
        claim = self.claims.get(worker.number)
        if claim is None:
            return
        again = worker.repeat()
        still = [job for job in self.model.active_of(worker.number) if job.ticket == claim.ticket]
        assert (again.ticket, again.fence, again.lost) == (claim.ticket, claim.fence, claim.lost)
        assert ids(again) == sorted(job.job_id for job in still)
        if worker.ticks > 1:
            refused(lambda: worker.repeat(2))

    @rule(worker=WORKERS, lease_ms=LEASES_MS)
    def renew(self, worker: BenchWorker, lease_ms: int) -> None:
        """Extend a lease, or shorten it, also one that is over and was not reclaimed."""
        worker.lease_ms = lease_ms
        if not self.is_known(worker):
            refused(worker.renew)
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
        self.model.workers[worker.number].deadline_ms = self.bench.now_ms + lease_ms

    @rule(worker=WORKERS)
    def census(self, worker: BenchWorker) -> None:
        """What the server thinks a worker runs."""
        if not self.is_known(worker):
            refused(lambda: worker.run("census"))
            return
        found = parse_census(worker.run("census"))
        assert found == [(job.job_id, job.ticket) for job in self.model.active_of(worker.number)]

    @rule(worker=WORKERS, data=st.data())
    def expire(self, worker: BenchWorker, data: st.DataObject) -> None:
        """The keeper ends an attempt."""
        attempts = attempts_of(self.model, worker.number)
        ending = data.draw(endings(attempts, self.model))
        if ending.state is State.COMPLETED:
            return
        ending = replace(ending, run=ending.run or (1, 1, 0, 0), keep="")
        job_id, ticket, run = ending.job_id, ending.ticket, run_record(ending)
        args = (
            expire_end_args(job_id, ticket, final(ending.state), run, ending.result, ending.history)
            if ending.state in TERMINAL
            else expire_return_args(job_id, ticket, ending.due_ms, run, ending.history)
        )
        if not self.is_known(worker):
            refused(lambda: worker.run("expire", *args))
            return
        was_valid = parse_expire(worker.run("expire", *args))
        assert was_valid == (not self.model.end_attempts([ending]))

    @rule(worker=consumes(WORKERS), mode=st.sampled_from(["give_back", "crashed"]))
    def leave(self, worker: BenchWorker, mode: str) -> None:
        """A worker leaves, or its supervisor says that it died; its lease may be over."""
        if not self.is_known(worker):
            refused(lambda: worker.leave(mode))
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
        deadlines = [worker.deadline_ms for worker in self.model.workers.values()]
        assert reclaimed.next_lease_ms == min(deadlines, default=0)

    @rule(ms=st.sampled_from([1, 60, 100]) | st.integers(0, 100) | st.integers(500, 1_500))
    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.bench.wait(ms)
        self.model.now_ms = self.bench.now_ms

    def _tick(self, worker: BenchWorker, want: int, told: list[Ending]) -> None:
        ticket = (worker.number << 32) + worker.ticks + 1
        lost, claimed = self.model.tick(ticket, want, told)

        claim = worker.tick(want, outcomes_of(told, self.model))

        assert (claim.ticket, sorted(claim.lost), ids(claim)) == (ticket, sorted(lost), claimed)
        for job_id, record, run in claim.jobs:
            expected = self.model.jobs[job_id]
            assert record == expected.record
            assert run.split(b":")[:4] == counted(expected)
        self.claims[worker.number] = claim


def counted(job: ModelJob) -> list[bytes]:
    """How a run record counts the starts, failures, crashes and snoozes of a job."""
    return [b"%d" % part for part in job.run] if job.ran else [b""]
