"""A worker's life: registration, lease, census, and what becomes of its jobs when it is gone."""

import json

import pytest

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.calls.worker import Reclaimed, Report, parse_census, report_args
from backbeat.engine.codes import StaleCall
from backbeat.engine.states import State
from backbeat.errors import LeaseLost, ProtocolError
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job


def test_workers_get_numbers_of_their_own(bench: QueueBench) -> None:
    assert [bench.worker(f"w{number}").number for number in range(3)] == [1, 2, 3]


def test_a_registration_that_is_repeated_makes_no_second_worker(bench: QueueBench) -> None:
    worker = bench.worker("w")
    bench.wait(500)

    assert bench.run("register", "w", 30_000, b"{}") == worker.number
    assert bench.client.zcard(bench.key("leases")) == 1
    worker.run("report", *report_args([Report("x", 1)], 1))
    with pytest.raises(StaleCall):
        bench.run("register", "w", 30_000, b"{}")


def test_numbers_that_no_ticket_can_hold_are_never_given(bench: QueueBench) -> None:
    bench.worker("w1")
    bench.client.hset(bench.key("meta"), "wn", 2**21 - 1)

    worker = bench.worker("w2")

    assert worker.number == 2
    bench.add("a")
    assert worker.claim(1) == ["a"]


def test_the_highest_number_makes_tickets_that_are_exact(bench: QueueBench) -> None:
    bench.add("a", "b")
    bench.client.hset(bench.key("meta"), "wn", 2**21 - 2)
    worker = bench.worker()
    assert worker.number == 2**21 - 1
    worker.ticks = 2**32 - 3

    claim = worker.tick(1)

    assert claim.ticket == 2**53 - 2
    assert worker.finish(type(claim)(claim.ticket - 1, 0, 0, 0, (), []), "a").lost == ("a",)


def test_a_tick_that_no_ticket_can_hold_is_refused(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    worker.ticks = 2**32 - 1

    with pytest.raises(LeaseLost):
        worker.tick(1)

    assert bench.state("a") is State.WAITING


def test_a_renewed_lease_is_not_reclaimed(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker(lease_ms=1_000)
    worker.claim(1)
    bench.wait(900)
    renewal = worker.renew()
    bench.wait(900)

    assert renewal.active == 1
    assert bench.reclaim().moved == 0
    assert bench.state("a") is State.ACTIVE


def test_a_lease_that_is_over_can_be_renewed_until_it_is_reclaimed(bench: QueueBench) -> None:
    worker = bench.worker(lease_ms=1_000)
    bench.wait(5_000)
    worker.renew()
    bench.wait(5_000)
    bench.reclaim()

    with pytest.raises(LeaseLost):
        worker.renew()


def mail(bench: QueueBench, number: int) -> list[bytes]:
    return bench.entries(bench.keys.mailbox(number))


def test_the_others_hear_of_a_lease_that_is_over_before_theirs(bench: QueueBench) -> None:
    long = bench.worker(lease_ms=60_000)
    bench.wait(1_000)
    short = bench.worker(lease_ms=5_000)
    assert mail(bench, long.number) == [b"lease|"]
    bench.wait(1_000)
    bench.worker(lease_ms=5_000)
    bench.worker(lease_ms=60_000)
    assert mail(bench, long.number) == [b"lease|"]
    assert mail(bench, short.number) == []


def test_leases_of_any_length_are_each_reclaimed_in_their_own_time(bench: QueueBench) -> None:
    bench.add("long", "short", "longest")
    for lease_ms in (60_000, 5_000, 600_000):
        bench.worker(lease_ms=lease_ms).claim(1)
    began = bench.now_ms
    for lease_ms, name in ((5_000, "short"), (60_000, "long"), (600_000, "longest")):
        bench.now_ms = began + lease_ms - 1
        assert bench.reclaim().moved == 0
        bench.wait(1)
        assert bench.reclaim().moved == 1
        assert bench.state(name) is State.WAITING


def test_renewal_tells_the_earliest_deadline_of_the_others(bench: QueueBench) -> None:
    first = bench.worker("w1", lease_ms=10_000)
    assert first.renew().next_lease_ms == 0
    bench.worker("w2", lease_ms=3_000)
    bench.worker("w3", lease_ms=5_000)

    assert first.renew().next_lease_ms == bench.now_ms + 3_000


def test_reclaim_gives_jobs_back_and_counts_the_crash_not_the_attempt(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker(lease_ms=1_000)
    worker.claim(2)
    bench.wait(1_001)

    reclaimed = bench.reclaim()

    assert (reclaimed.moved, reclaimed.failed, reclaimed.more) == (2, 0, False)
    snapshot = bench.get("a")
    assert snapshot is not None
    assert snapshot.state is State.WAITING
    assert snapshot.run == b"1:0:1:0:turn"
    line = json.loads(snapshot.history)
    assert (line["attempt"], line["outcome"], line["ended"]) == (1, "stalled", bench.now_ms)


def test_a_second_reclaim_finds_nothing(bench: QueueBench) -> None:
    bench.add("a")
    bench.worker(lease_ms=1_000).claim(1)
    bench.wait(1_001)
    bench.reclaim()

    assert bench.reclaim().moved == 0
    snapshot = bench.get("a")
    assert snapshot is not None
    assert snapshot.run == b"1:0:1:0:turn"


def test_the_crash_after_the_last_allowed_one_fails_the_job(bench: QueueBench) -> None:
    bench.me.configure(max_stalled=2)
    bench.add("poison")
    reclaimed = []
    for crash in range(3):
        bench.worker(f"w{crash}", lease_ms=1_000).claim(1)
        bench.wait(1_001)
        reclaimed.append(bench.reclaim())

    assert [(step.moved, step.failed) for step in reclaimed] == [(1, 0), (1, 0), (0, 1)]
    snapshot = bench.get("poison")
    assert snapshot is not None
    assert snapshot.state is State.FAILED
    assert json.loads(snapshot.result)["reason"] == "stalled"
    assert snapshot.run == b"3:0:3:0:turn"


def test_three_crashes_are_allowed_by_default(bench: QueueBench) -> None:
    bench.add("poison")
    states = []
    for crash in range(4):
        bench.worker(f"w{crash}", lease_ms=1_000).claim(1)
        bench.wait(1_001)
        bench.reclaim()
        states.append(bench.state("poison"))

    assert states == [State.WAITING, State.WAITING, State.WAITING, State.FAILED]


def test_a_worker_with_many_jobs_is_reclaimed_in_steps(bench: QueueBench) -> None:
    names = [f"j{number}" for number in range(450)]
    bench.add(*names)
    worker = bench.worker(lease_ms=1_000)
    assert len(worker.claim(450)) == 450
    bench.wait(1_001)

    steps: list[Reclaimed] = []
    while not steps or steps[-1].more:
        steps.append(bench.reclaim())
        with pytest.raises(LeaseLost):
            worker.tick(1)

    assert [step.moved for step in steps] == [200, 200, 50]
    assert sorted(bench.worker("w2").claim(450)) == sorted(names)


def test_the_oldest_lease_is_reclaimed_first_and_the_next_deadline_told(bench: QueueBench) -> None:
    bench.add("a", "b")
    bench.worker("w1", lease_ms=2_000).claim(1)
    bench.worker("w2", lease_ms=1_000).claim(1)
    bench.wait(1_500)

    reclaimed = bench.reclaim()

    assert (reclaimed.moved, reclaimed.more) == (1, False)
    assert reclaimed.next_lease_ms == bench.now_ms + 500
    assert (bench.state("a"), bench.state("b")) == (State.ACTIVE, State.WAITING)


@pytest.mark.parametrize(
    ("mode", "run"), [("give_back", b"1:0:0:0:turn"), ("crashed", b"1:0:1:0:turn")]
)
def test_a_worker_that_leaves_gives_its_jobs_back_at_once(
    bench: QueueBench, mode: str, run: bytes
) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    worker.claim(1)

    left = worker.leave(mode)

    assert (left.moved, left.failed, left.more) == (1, 0, False)
    claim = bench.worker("w2").tick(2)
    assert ids(claim) == ["a", "b"]
    assert claim.jobs[0][2] == run
    with pytest.raises(LeaseLost):
        worker.leave(mode)


def test_leaving_with_many_jobs_takes_more_than_one_call(bench: QueueBench) -> None:
    bench.add(*(f"j{number}" for number in range(250)))
    worker = bench.worker()
    worker.claim(250)

    assert worker.leave().more
    last = worker.leave()

    assert (last.moved, last.more) == (50, False)
    assert bench.counts().waiting == 250


def test_the_census_names_every_job_of_one_worker(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    worker, other = bench.worker("w1"), bench.worker("w2")
    claim = worker.tick(2)
    other.tick(1)

    census = parse_census(worker.run("census"))

    assert census == [("a", claim.ticket), ("b", claim.ticket)]


def test_the_keeper_ends_an_attempt_and_its_late_outcome_is_refused(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    claim = worker.tick(2)
    timed_out = b'{"error":"TimeoutError","reason":"timeout"}'

    assert (
        worker.run("expire", "a", claim.ticket, "end", "failed", "1:1:0:0:retry", timed_out, b"")
        == 1
    )
    due = bench.now_ms + 500
    assert (
        worker.run("expire", "b", claim.ticket, "return", due, "1:1:0:0:retry", b"", b"{}\n") == 1
    )

    assert worker.finish(claim).lost == ("a", "b")
    failed, delayed = bench.get("a"), bench.get("b")
    assert failed is not None
    assert delayed is not None
    assert (failed.state, failed.result) == (State.FAILED, timed_out)
    assert (delayed.state, delayed.score, delayed.history) == (State.DELAYED, due, b"{}\n")


def test_the_keeper_cannot_end_a_later_attempt(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    first = worker.tick(1)
    outcomes = Outcomes()
    outcomes.put_back("a", first.ticket, 0)
    worker.tick(1, outcomes)

    assert worker.run("expire", "a", first.ticket, "end", "failed", "", b"{}", b"") == 0
    assert bench.state("a") is State.ACTIVE


@pytest.mark.parametrize(("kind", "to"), [("return", "soon"), ("end", "completed"), ("stop", "1")])
def test_an_end_that_makes_no_sense_is_refused_before_anything_is_written(
    bench: QueueBench, kind: str, to: str
) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)

    with pytest.raises(ProtocolError):
        worker.run("expire", "a", claim.ticket, kind, to, "", b"", b"")

    assert worker.finish(claim).lost == ()


@pytest.mark.parametrize(
    "tail",
    [
        [1, 1, "a"],
        [1, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0, "more"],
        [1, 0, 0, 1, "a", "{ticket}", "soon", "", "", 0, 0],
        [1, 0, 0, 0, 1, "a", "{ticket}", "completed", "", "", 0],
        [1, "x", 0, 0, 0, 0],
    ],
)
def test_a_tick_that_does_not_add_up_is_refused_before_anything_is_written(
    bench: QueueBench, tail: list[str | int]
) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)
    args = [str(claim.ticket) if part == "{ticket}" else part for part in tail]

    with pytest.raises(ProtocolError):
        bench.run("tick", worker.number, worker.sid, 2, *args)

    assert worker.finish(claim).lost == ()


def test_run_records_and_history_come_back_with_the_next_claim(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    claim = worker.tick(2)
    outcomes = Outcomes()
    outcomes.put_back("a", claim.ticket, bench.now_ms + 10, "1:1:0:0:retry", b'{"attempt":1}\n')
    outcomes.put_back("b", claim.ticket, 0)
    worker.tick(0, outcomes)
    bench.wait(10)

    again = worker.tick(2)

    assert {job_id: run for job_id, _, run in again.jobs} == {"a": b"1:1:0:0:retry", "b": b""}
    assert bench.page(State.ACTIVE).jobs[0].id == "a"


def test_history_stays_below_its_bound_and_loses_its_oldest_lines(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)
    for attempt in range(40):
        line = json.dumps({"attempt": attempt, "trace": "x" * 900}).encode() + b"\n"
        outcomes = Outcomes()
        outcomes.put_back("a", claim.ticket, 0, "", line)
        claim = worker.tick(1, outcomes)

    snapshot = bench.get("a")
    assert snapshot is not None
    assert len(snapshot.history) <= 16_384
    attempts = [json.loads(line)["attempt"] for line in snapshot.history.splitlines()]
    assert attempts == list(range(attempts[0], 40))
    assert len(attempts) > 10


def test_a_special_job_goes_back_to_its_priority(bench: QueueBench) -> None:
    bench.add(job("low", priority=2), "normal")
    worker = bench.worker(lease_ms=1_000)
    worker.claim(2)
    bench.wait(1_001)
    bench.reclaim()

    assert bench.worker("w2").claim(2) == ["normal", "low"]
