"""Taking turns, and stopping in time."""

from dataclasses import dataclass, field

import pytest

from backbeat.cli.bench.contender import OURS
from backbeat.cli.bench.figures import Figures
from backbeat.cli.bench.report import Measured
from backbeat.cli.bench.rounds import Rounds
from backbeat.cli.bench.running import BenchFailed
from backbeat.cli.bench.track import Step


@dataclass
class Ticking:
    """A clock that moves only when a track takes its time."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Runner:
    """A track that takes a fixed time a round and may stumble in one of them."""

    name: str
    clock: Ticking
    order: list[str]
    seconds: float = 10.0
    stumbles_in: int = 0
    rounds: int = field(default=0)

    def prepare(self, step: Step) -> None:
        step("getting ready")

    def run_round(self, step: Step) -> None:
        self.rounds += 1
        self.order.append(self.name)
        step("running")
        if self.rounds == self.stumbles_in:
            raise BenchFailed("it fell")
        self.clock.now += self.seconds

    def measured(self) -> Measured:
        return Measured(version="1", setting="", figures=Figures())


def run(budget_s: float, **stumbling: int) -> tuple[Rounds, list[str], list[str]]:
    clock, order, said = Ticking(), list[str](), list[str]()
    tracks = [
        Runner(name, clock, order, stumbles_in=stumbling.get(name, 0))
        for name in (OURS, "one", "two")
    ]
    rounds = Rounds(tracks, budget_s, clock)
    rounds.run(3, said.append)
    return rounds, order, said


def test_contenders_take_turns_in_rotating_order() -> None:
    rounds, order, said = run(budget_s=1_000)

    assert order == [OURS, "one", "two", "one", "two", OURS, "two", OURS, "one"]
    assert rounds.made == 3
    assert rounds.notes == []
    assert said[0] == "backbeat: getting ready"
    assert said[-1] == "round 3: one: running"


def test_no_round_begins_that_would_not_end_in_time() -> None:
    rounds, order, _ = run(budget_s=65)

    assert rounds.made == 2
    assert len(order) == 6
    assert rounds.notes == ["2 of 3 rounds were made: the time was up"]


def test_one_round_is_made_whatever_the_budget() -> None:
    assert run(budget_s=0)[0].made == 1


def test_a_peer_that_fails_leaves_the_run_with_a_note() -> None:
    rounds, order, _ = run(budget_s=1_000, one=2)

    assert order.count("one") == 2
    assert {track.name for track in rounds.tracks} == {OURS, "two"}
    assert rounds.notes == ["one is left out, it failed: it fell"]


def test_ours_may_not_fail() -> None:
    with pytest.raises(BenchFailed, match="it fell"):
        run(budget_s=1_000, backbeat=1)
