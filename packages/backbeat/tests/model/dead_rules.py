"""Commands to all failed jobs of one kind."""

import hypothesis.strategies as st
from hypothesis.stateful import rule

from backbeat.engine.calls import dead
from packages.backbeat.tests.model.endings import FAILURES
from packages.backbeat.tests.model.stage import Stage


class DeadRules(Stage):
    """Runs groups of failures again, or removes them."""

    @rule(result=FAILURES, most=st.integers(1, 3), reset=st.none() | st.booleans())
    def go_through_the_dead(self, result: bytes, most: int, reset: bool | None) -> None:
        """The oldest jobs of a group first; without `reset` they are removed."""
        kind = result.decode().split('"')[3]
        job_ids = self.model.failed_of(result)[:most]
        if reset is None:
            answer = self.bench.me.call("remove_dead", *dead.remove_args(kind, 0, most))
            self.model.remove(job_ids)
        else:
            args = dead.retry_args(kind, 0, most, reset_fails=reset)
            answer = self.bench.me.call("retry_dead", *args)
            self.model.retry(job_ids, reset=reset)
        assert dead.parse_step(answer)[:2] == (len(job_ids), len(job_ids) == most)
