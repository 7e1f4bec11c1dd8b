"""Commands of operators to a whole queue: how much runs, what its groups may, what goes."""

from typing import Final

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from backbeat.engine.calls.control import (
    drain_args,
    parse_count,
    parse_more,
    scale_args,
)
from packages.backbeat.tests.model.stage import Stage
from packages.backbeat.tests.support.invariants import picture

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


class QueueRules(Stage):
    """Pauses, bounds, empties the queue."""

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        """Pause or resume."""
        self.bench.me.configure(paused="1" if paused else "")
        self.model.paused = paused

    @rule(most=st.none() | st.integers(1, 4))
    def limit(self, most: int | None) -> None:
        """Bound how many jobs run, or not; what was scaled stays so."""
        self.bench.me.configure(max_running=most or "")
        self.model.declared_running = most

    @rule(
        concurrency=st.none() | st.integers(0, 3),
        most=st.none() | st.integers(0, 3),
        chosen=st.just([]) | st.lists(st.integers(1, 6), max_size=3, unique=True),
    )
    def scale(self, concurrency: int | None, most: int | None, chosen: list[int]) -> None:
        """Let more or fewer jobs run: of the whole queue, or of some workers, known or not."""
        answer = self.bench.me.call("scale", *scale_args(concurrency, most, chosen))
        told, slots = parse_count(answer), "" if concurrency is None else str(concurrency)
        if chosen:
            assert told == self.model.write_to(chosen, f"slots|{slots}")
            return
        if most is not None:
            self.model.scaled_running = most or None
        everybody = [] if concurrency is None else list(self.model.workers)
        assert told == self.model.write_to(everybody, f"scale|{slots}")

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
        self.compare_letters()
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

    @rule()
    def compact(self) -> None:
        """Move the list, without a change that anybody sees."""
        self.bench.run("compact")

    def _drain_some(self, *, first: bool) -> None:
        tail = drain_args(first=first, include_delayed=False, limit=2)
        removed, more = parse_more(self.bench.me.call("drain", *tail))
        left = picture(self.bench.client, self.bench.keys).hashes["jobs"]
        gone = [job_id for job_id in self.model.jobs if job_id not in left]
        assert removed == len(gone)
        self.model.drain_step(gone, more=more)
        self.compare_letters()
