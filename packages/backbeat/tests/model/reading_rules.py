"""Questions, in whatever state the queue is."""

import hypothesis.strategies as st
from hypothesis.stateful import rule

from backbeat.engine.calls.reply import items
from backbeat.engine.states import State
from packages.backbeat.tests.model.stage import JOB_IDS, SOME_IDS, Stage
from packages.backbeat.tests.model.worker_rules import counted


class ReadingRules(Stage):
    """Lists, single jobs, states."""

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
        assert (snapshot.record, snapshot.progress) == (expected.record, expected.progress)
        assert snapshot.cancel_reason == expected.cancel
        assert snapshot.run.split(b":")[:4] == counted(expected)

    @rule(job_ids=SOME_IDS)
    def ask_for_states(self, job_ids: list[str]) -> None:
        """The states of some jobs, known or not."""
        states = items(self.bench.run("states", *job_ids), len(job_ids))
        assert states == [(self.model.state(job_id) or "").encode() for job_id in job_ids]
