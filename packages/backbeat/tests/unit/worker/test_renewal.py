"""When a keeper renews, tries again, takes back, and takes leave: by a clock that a test moves."""

from functools import partial

import pytest

from backbeat.engine.states import State
from backbeat.engine.transport.base import NotSent
from backbeat.errors import LeaseLost
from backbeat.worker.leases.keeping import Kept
from backbeat.worker.leases.lease_times import (
    answer_within,
    give_up_after,
    reclaim_at,
    renew_after,
    retry_after,
)
from packages.backbeat.tests.support.keeper_stage import KeeperStage, registration

LEASES = (0.5, 1.0, 2.0, 8.0, 30.0)


@pytest.fixture
def stage() -> KeeperStage:
    return KeeperStage()


@pytest.mark.parametrize("lease", LEASES)
def test_three_tries_and_a_connection_that_hangs_fit_between_a_renewal_and_giving_up(
    lease: float,
) -> None:
    left = give_up_after(lease) - renew_after(lease, 1.0)
    assert left >= 3 * retry_after(lease)
    assert left >= answer_within(lease) + retry_after(lease) or lease < 1.0
    assert give_up_after(lease) < lease


@pytest.mark.parametrize("lease", LEASES)
def test_a_lease_is_renewed_when_a_third_of_it_is_over(stage: KeeperStage, lease: float) -> None:
    witness = stage.hold(stage.worker(lease))
    stage.live(10 * lease)
    assert witness.longest_gap == pytest.approx(lease / 3 * 0.95, abs=0.002)
    assert stage.network.made["renew"] == len(witness.renewals) == 32


@pytest.mark.parametrize("lease", LEASES)
def test_a_lease_survives_failed_renewals_however_short_it_is(
    stage: KeeperStage, lease: float
) -> None:
    witness = stage.hold(stage.worker(lease))
    stage.live(lease / 6)
    stage.network.cut("renew")
    stage.live(lease / 2)
    stage.network.cut()
    stage.live(lease)
    assert stage.network.made["renew"] > len(witness.renewals) + 2
    assert witness.longest_gap < give_up_after(lease)


def test_a_lease_whose_work_has_stopped_is_not_renewed_until_it_goes_on(stage: KeeperStage) -> None:
    fresh = True
    witness = stage.hold(worker := stage.worker(6.0))
    stage.rounds.release(registration(worker))
    stage.rounds.hold(registration(worker), witness, lambda: fresh)
    stage.live(1.0)
    fresh = False
    stage.live(3.0)
    assert len(witness.renewals) == 1
    fresh = True
    stage.live(0.5)
    assert len(witness.renewals) == 2


def test_a_holder_is_told_once_that_its_lease_is_lost(stage: KeeperStage) -> None:
    worker = stage.worker(3.0)
    witness = stage.hold(worker)
    stage.live(0.5)
    worker.leave()
    stage.live(30.0)
    assert witness.losses == 1
    assert stage.network.made["renew"] == 2


def test_a_short_lease_among_long_ones_is_reclaimed_when_it_is_over(stage: KeeperStage) -> None:
    stage.hold(keeps := stage.worker(30.0))
    stage.live(1.0)
    stage.bench.add("a")
    vanished = stage.worker(5.0)
    assert vanished.claim() == ["a"]
    # What the mail of its registration asks for.
    stage.rounds.look(registration(keeps))
    stage.live(4.9)
    assert stage.bench.state("a") is State.ACTIVE
    stage.live(0.3)
    assert stage.bench.state("a") is State.WAITING


def test_leases_of_any_length_are_each_reclaimed_when_they_are_over(stage: KeeperStage) -> None:
    stage.hold(stage.worker(300.0))
    for lease in (60.0, 5.0, 20.0, 2.0, 0.5):
        stage.bench.add(f"j{lease}")
        assert stage.worker(lease).claim() == [f"j{lease}"]
    stage.bench.add("kept")
    alive = stage.worker(5.0)
    assert alive.claim() == ["kept"]
    stage.hold(alive)
    at = 0.0
    for lease in (0.5, 2.0, 5.0, 20.0, 60.0):
        stage.live(lease - at - 0.01)
        assert stage.bench.state(f"j{lease}") is State.ACTIVE
        stage.live(0.21)
        assert stage.bench.state(f"j{lease}") is State.WAITING
        at = lease + 0.2
    assert stage.bench.state("kept") is State.ACTIVE


def test_a_lease_that_is_about_to_end_is_looked_at_when_it_does(stage: KeeperStage) -> None:
    stage.bench.add("a")
    vanished = stage.worker(5.0)
    assert vanished.claim() == ["a"]
    stage.hold(stage.worker(30.0))
    stage.live(5.0)
    assert stage.bench.state("a") is State.ACTIVE
    stage.live(0.1)
    assert stage.bench.state("a") is State.WAITING
    assert reclaim_at(5_000, 0.0, 1.0) == pytest.approx(5.1)


def test_leases_are_renewed_while_a_farewell_fails(stage: KeeperStage) -> None:
    witness = stage.hold(stage.worker(1.0))
    stage.rounds.end(registration(stage.worker(1.0)), "crashed")
    stage.network.cut("leave")
    stage.live(10.0)
    assert stage.network.made["leave"] > 10
    assert witness.longest_gap < give_up_after(1.0)
    assert not stage.rounds.told


def test_a_farewell_that_fails_holds_up_no_other(stage: KeeperStage) -> None:
    stage.rounds.end(registration(stage.worker(30.0)), "crashed")
    stage.network.cut("leave")
    stage.live(0.1)
    stage.network.cut()
    stage.bench.add("a")
    other = stage.worker(30.0)
    assert other.claim() == ["a"]
    stage.rounds.end(registration(other), "give_back")
    stage.live(0.0)
    assert stage.bench.state("a") is State.WAITING
    stage.live(1.0)
    assert stage.rounds.told


@pytest.mark.parametrize("script", ["leave", "renew", "reclaim"])
def test_a_bug_in_one_duty_leaves_the_others_alone(
    stage: KeeperStage, script: str, caplog: pytest.LogCaptureFixture
) -> None:
    witness = stage.hold(stage.worker(3.0))
    stage.live(0.5)
    stage.bench.add("a")
    dead = stage.worker(3.0)
    assert dead.claim() == ["a"]
    stage.network.down[script] = ZeroDivisionError("a bug")
    stage.rounds.end(registration(dead), "crashed")
    stage.live(2.0)
    assert "a bug" in caplog.text or script == "reclaim"
    stage.network.down.clear()
    stage.live(3.0)
    assert stage.rounds.told
    assert stage.bench.state("a") is State.WAITING
    assert len(witness.renewals) > 2


def test_leases_are_renewed_while_many_vanished_workers_are_reclaimed(stage: KeeperStage) -> None:
    for _ in range(12):
        stage.worker(1.0)
        stage.bench.wait(1)
    stage.bench.wait(1_000)
    witness = stage.hold(stage.worker(1.0))
    stage.network.takes_ms["reclaim"] = 200
    stage.live(4.0)
    assert stage.network.made["reclaim"] >= 12
    assert witness.longest_gap < give_up_after(1.0)


def test_leases_are_renewed_while_a_worker_with_many_jobs_takes_leave(stage: KeeperStage) -> None:
    stage.bench.add(*(f"j{number}" for number in range(900)))
    gone = stage.worker(30.0)
    assert len(gone.claim(900)) == 900
    stage.bench.wait(1)
    witness = stage.hold(stage.worker(1.0))
    stage.network.takes_ms["leave"] = 300
    stage.rounds.end(registration(gone), "give_back")
    stage.live(4.0)
    assert stage.network.made["leave"] > 3
    assert stage.rounds.told
    assert stage.bench.counts().waiting == 900
    assert witness.longest_gap < give_up_after(1.0)


def test_a_released_lease_is_left_alone(stage: KeeperStage) -> None:
    worker = stage.worker(1.0)
    stage.hold(worker)
    stage.rounds.release(registration(worker))
    stage.live(5.0)
    assert not stage.network.made
    stage.bench.reclaim()
    with pytest.raises(LeaseLost):
        worker.renew()


@pytest.mark.parametrize("step", [60.0, 3_600.0])
def test_a_clock_that_is_put_forward_takes_no_job_from_a_living_worker(
    stage: KeeperStage, step: float
) -> None:
    stage.bench.add("a")
    alive = stage.worker(30.0)
    assert alive.claim() == ["a"]
    witness = stage.hold(alive)
    stage.hold(stage.worker(5.0))
    stage.live(12.0)
    stage.set_clock(step)
    stage.live(60.0)
    assert stage.bench.state("a") is State.ACTIVE
    assert witness.losses == 0
    assert stage.network.made["clock_was_set"] == 2


@pytest.mark.parametrize("step", [60.0, 3_600.0, -60.0, -3_600.0])
@pytest.mark.parametrize("lease", [2.0, 30.0])
def test_a_dead_worker_is_reclaimed_within_one_lease_after_its_keepers_saw_the_step(
    stage: KeeperStage, step: float, lease: float
) -> None:
    stage.bench.add("a")
    assert stage.worker(lease).claim() == ["a"]
    stage.hold(stage.worker(lease))
    stage.live(lease / 6)
    stage.set_clock(step)
    stage.live(lease / 3 + lease + 1.0)
    assert stage.bench.state("a") is State.WAITING


def test_leases_are_begun_anew_as_soon_as_that_is_possible(stage: KeeperStage) -> None:
    stage.bench.add("a")
    alive = stage.worker(30.0)
    assert alive.claim() == ["a"]
    stage.hold(stage.worker(6.0))
    stage.live(1.0)
    stage.network.cut("clock_was_set")
    stage.set_clock(60.0)
    stage.live(20.0)
    assert stage.bench.state("a") is State.ACTIVE
    stage.network.cut()
    stage.live(1.0)
    alive.renew()
    assert stage.bench.state("a") is State.ACTIVE


def test_a_call_that_takes_long_is_no_step(stage: KeeperStage) -> None:
    stage.hold(stage.worker(30.0))
    stage.live(5.0)
    stage.network.takes_ms["renew"] = 4_000
    stage.live(60.0)
    stage.network.takes_ms.clear()
    stage.live(60.0)
    assert stage.network.made["clock_was_set"] == 0


def test_what_is_held_under_a_lease_is_extended_before_it(
    stage: KeeperStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody believes in a lease whose slots are over; and what fails is tried again."""
    told: list[str] = []
    down = False

    def extend(kept: Kept) -> bool:
        told.append(f"extend {stage.network.made['renew']}")
        if down:
            raise NotSent("cut")
        return kept.waiter != "lost"

    monkeypatch.setattr(stage.network, "extend", extend)
    worker = stage.worker(6.0)
    witness = stage.hold(worker)
    for token in ("still here", "lost"):
        kept = Kept("gpu", token, token, 6000)
        stage.rounds.keep(registration(worker), kept, partial(told.append, token))
    stage.live(0)
    # Both before the first renewal; what is gone is said once and asked for no more.
    assert told == ["extend 0", "extend 0", "lost"]
    assert stage.network.made["renew"] == 1
    down = True
    stage.live(2.5)
    tries = stage.network.made["renew"]
    assert tries >= 2
    assert witness.longest_gap < 6.0 / 2
    down = False
    stage.live(1.0)
    assert told[-1].startswith("extend")
    assert len(witness.renewals) == stage.network.made["renew"]
