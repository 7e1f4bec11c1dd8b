"""Jobs come in: the command that everything else lives on."""

from typing import Any, Final

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import MultipleResults, initialize, multiple, rule

from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.record import body_of
from backbeat.errors import GroupFull
from packages.backbeat.tests.model.model_job import ModelJob
from packages.backbeat.tests.model.stage import JOB_IDS, MOMENTS, PRIORITIES, WORKERS, Stage
from packages.backbeat.tests.support.queue_bench import BenchWorker, job

NEW: Final = st.fixed_dictionaries(
    {
        "job_id": JOB_IDS,
        "priority": PRIORITIES,
        "lifo": st.booleans(),
        "delay": st.just(0) | st.just(0) | MOMENTS,
        "replace": st.sampled_from([True, True, False]),
        "group": st.sampled_from(["", "", "g", "h", "k"]),
        "reply": st.sampled_from(["", "", "s"]),
    }
)


class AddRules(Stage):
    """Adds jobs of all kinds."""

    @initialize(
        target=WORKERS,
        ageing_ms=st.sampled_from([None, None, 40]),
        max_stalled=st.sampled_from([0, 1, 3]),
        new=st.lists(NEW, min_size=3, max_size=8),
    )
    def start(
        self, ageing_ms: int | None, max_stalled: int, new: list[dict[str, Any]]
    ) -> MultipleResults[BenchWorker]:
        """A queue with some jobs, and two workers."""
        self.begin(ageing_ms, max_stalled)
        self.add_jobs(new)
        return multiple(self.new_worker(1_000), self.new_worker(4_000))

    @rule(new=st.lists(NEW, min_size=1, max_size=5))
    def add(self, new: list[dict[str, Any]]) -> None:
        """Add jobs, some of them known."""
        self.add_jobs(new)

    def add_jobs(self, new: list[dict[str, Any]]) -> None:
        """Add what was drawn."""
        if not new:
            return
        jobs = [self._new(**one) for one in new]
        order = sorted(range(len(jobs)), key=lambda place: not jobs[place].plain)
        model_jobs = [self._model_job(jobs[place], new[place]) for place in order]
        if overfull := self.model.overfull(model_jobs):
            self._refused_as_full(jobs, overfull)
            return
        answers = self.model.add(model_jobs)

        added = self.bench.add(*jobs)

        assert [added[place] for place in order] == answers

    def _new(
        self, job_id: str, priority: int, lifo: bool, delay: int, replace: bool, group: str,
        reply: str,
    ) -> NewJob:  # fmt: skip
        return job(
            job_id, priority=priority, lifo=lifo, replace=replace, payload=self.new_text(),
            group=group, reply=reply, due_ms=self.bench.now_ms + delay if delay else 0,
        )  # fmt: skip

    def _refused_as_full(self, jobs: list[NewJob], overfull: set[str]) -> None:
        with pytest.raises(GroupFull) as refusal:
            self.bench.add(*jobs)
        assert refusal.value.group in overfull

    def _model_job(self, new: NewJob, drawn: dict[str, Any]) -> tuple[ModelJob, bool]:
        model_job = ModelJob(
            new.id, body_of(new.record), drawn["priority"], drawn["lifo"],
            drawn["group"], drawn["reply"], due_ms=new.due_ms,
        )  # fmt: skip
        return model_job, new.replace
