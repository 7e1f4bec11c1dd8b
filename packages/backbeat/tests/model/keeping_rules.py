"""What stays of ended jobs, and what goes when time passes."""

from typing import Final

import hypothesis.strategies as st
from hypothesis.stateful import rule

from backbeat.engine.calls.control import clean_args, parse_count, parse_janitor
from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.record import body_of
from backbeat.engine.states import TERMINAL, State
from packages.backbeat.tests.model.model_job import Ending, ModelJob
from packages.backbeat.tests.model.stage import WORKERS, Stage
from packages.backbeat.tests.support.queue_bench import BenchWorker, ids, job

ENDED: Final = st.sampled_from(sorted(TERMINAL))
# More than a tick lets pass before it trims.
MANY: Final = 60


class KeepingRules(Stage):
    """Bounds by count, age and bytes, and who holds queues to them."""

    @rule(state=ENDED, most=st.sampled_from([-1, 0, 1, 3]))
    def keep_so_many(self, state: State, most: int) -> None:
        """Bound the number of ended jobs."""
        self.bench.me.configure(**{f"keep_{state}": most})
        self.model.keeping.counts[state] = most

    @rule(state=ENDED, age_ms=st.sampled_from([-1, 0, 0, 60]))
    def keep_so_long(self, state: State, age_ms: int) -> None:
        """Bound the age of ended jobs."""
        self.bench.me.configure(**{f"keep_{state}_ms": age_ms})
        self.model.keeping.ages[state] = age_ms

    @rule(most=st.sampled_from([None, 0, 60, 150, 400]))
    def keep_so_much(self, most: int | None) -> None:
        """Bound the bytes of ended jobs, or count them no more."""
        self.bench.me.configure(keep_bytes="" if most is None else most)
        self.model.keeping.bound_bytes(most)

    @rule()
    def sweep(self) -> None:
        """The janitor comes."""
        answer = parse_janitor(self.bench.run("janitor"))
        assert answer == (self.model.keeping.sweep(self.bench.now_ms), False, False)

    @rule(state=ENDED, age_ms=st.integers(0, 300))
    def clean(self, state: State, age_ms: int) -> None:
        """Remove ended jobs of an age."""
        answer = self.bench.me.call("clean", *clean_args(state, age_ms))
        assert parse_count(answer) == self.model.clean(state, age_ms)

    @rule(worker=WORKERS, result=st.sampled_from([b"", b"12345"]))
    def end_many_at_once(self, worker: BenchWorker, result: bytes) -> None:
        """More jobs end in a tick than it lets pass without trimming."""
        if not self.is_known(worker):
            return
        new = [job(f"x{number}", payload=self.new_text(), replace=True) for number in range(MANY)]
        self.model.add([(ModelJob(one.id, body_of(one.record)), True) for one in new])
        self.bench.add(*new)
        ticket = (worker.number << 32) + worker.ticks + 1
        _, claimed = self.model.tick(ticket, 2 * MANY, [])
        claim = worker.tick(2 * MANY)
        assert ids(claim) == claimed

        told = [Ending(job_id, ticket, State.COMPLETED, result) for job_id in claimed]
        self.model.tick(ticket + 1, 0, told)
        outcomes = Outcomes()
        for job_id in claimed:
            outcomes.finish(job_id, ticket, result or None)
        self.claims[worker.number] = worker.tick(0, outcomes)
