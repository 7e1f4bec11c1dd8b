"""Commands of operators to single jobs: move, change, end them, run them again."""

import hypothesis.strategies as st
from hypothesis.stateful import rule

from backbeat.engine.calls.control import (
    parse_count,
    parse_moved,
    parse_remove,
    parse_update_data,
    reprioritise_args,
    retry_args,
    set_priority_args,
    update_data_args,
)
from packages.backbeat.tests.model.stage import (
    JOB_IDS,
    MOMENTS,
    PRIORITIES,
    SOME_IDS,
    Stage,
    refused,
)


class JobRules(Stage):
    """Commands to jobs in whatever state."""

    @rule(job_id=JOB_IDS)
    def cancel(self, job_id: str) -> None:
        """Cancel a job in whatever state."""
        assert self.bench.me.cancel(job_id, "r") == self.model.cancel(job_id, "r")

    @rule(job_ids=SOME_IDS)
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

    @rule(job_ids=SOME_IDS)
    def promote(self, job_ids: list[str]) -> None:
        """Let delayed jobs start now."""
        assert parse_count(self.bench.me.call("promote", *job_ids)) == self.model.promote(job_ids)

    @rule(job_id=JOB_IDS, priority=PRIORITIES, lifo=st.booleans())
    def set_priority(self, job_id: str, priority: int, lifo: bool) -> None:
        """Change how urgent a job is."""
        args = set_priority_args(job_id, priority, lifo=lifo)
        answer = parse_moved(self.bench.me.call("set_priority", *args))
        assert answer == self.model.set_priority(job_id, priority, lifo=lifo)

    @rule(job_ids=SOME_IDS, priority=PRIORITIES)
    def reprioritise(self, job_ids: list[str], priority: int) -> None:
        """Change how urgent some jobs are, in whatever states."""
        answer = self.bench.me.call("reprioritise", *reprioritise_args(priority, job_ids))
        assert parse_count(answer) == self.model.reprioritise(job_ids, priority)

    @rule(job_id=JOB_IDS, is_stale=st.booleans(), longer=st.integers(0, 200))
    def update_data(self, job_id: str, is_stale: bool, longer: int) -> None:
        """Replace the body of a job, as it is or as it was."""
        known = self.model.jobs.get(job_id)
        old = known.body if known and not is_stale else b"another"
        new = b"[%b]" % self.new_text().rjust(longer)
        args = update_data_args(job_id, old, new)
        answer = parse_update_data(self.bench.me.call("update_data", *args))
        assert answer == self.model.update_data(job_id, old, new)

    @rule(job_ids=SOME_IDS, reset=st.booleans())
    def retry(self, job_ids: list[str], reset: bool) -> None:
        """Run ended jobs again."""
        answer = self.bench.me.call("retry", *retry_args(job_ids, reset_fails=reset))
        assert parse_count(answer) == self.model.retry(job_ids, reset=reset)

    @rule()
    def repeat_a_call(self) -> None:
        """A repeated call changes nothing; a late one is refused."""
        self.bench.me.repeat()
        if len(self.bench.me.sent) > 1:
            refused(lambda: self.bench.me.repeat(2))
