"""The ten faults of the first layout, each of which ran a job twice, lost it or miscounted."""

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.states import State
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job


def test_b1_a_removed_and_re_added_job_runs_once(bench: QueueBench) -> None:
    bench.add("b")
    bench.me.call("remove", "b")
    bench.add(job("b", payload=b"2"))

    claim = bench.worker().tick(10)

    assert ids(claim) == ["b"]
    assert claim.jobs[0][1].endswith(b"2]")


def test_b2_the_first_attempt_of_the_same_worker_cannot_end_the_second(bench: QueueBench) -> None:
    bench.add("b")
    worker = bench.worker()
    first = worker.tick(1)
    outcomes = Outcomes()
    outcomes.put_back("b", first.ticket, 0)
    second = worker.tick(1, outcomes)
    assert ids(second) == ["b"]

    assert worker.finish(first, result=b'"stale"').lost == ("b",)
    assert worker.finish(second, result=b'"good"').lost == ()
    snapshot = bench.get("b")
    assert snapshot is not None
    assert snapshot.result == b'"good"'


def test_b3_a_claim_whose_reply_was_lost_is_given_again(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    worker = bench.worker()
    given = worker.tick(3)

    assert ids(given) == ["a", "b", "c"]
    assert worker.repeat() == given
    assert bench.counts().active == 3


def test_b4_an_urgent_job_goes_before_a_normal_one(bench: QueueBench) -> None:
    bench.add("normal", job("critical", priority=10))

    assert bench.worker().claim(1) == ["critical"]


def test_b5_a_worker_that_takes_one_of_three_wakes_the_next(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    worker = bench.worker()
    assert bench.spend_token()

    worker.tick(1)

    assert bench.has_token()


def test_b6_a_job_that_moved_elsewhere_is_not_claimed_from_where_it_was(bench: QueueBench) -> None:
    bench.add("a", "b")
    bench.me.call("set_priority", "a", 1, "")
    bench.me.cancel("b")

    assert bench.worker().claim(10) == ["a"]
    assert bench.state("b") is State.CANCELLED


def test_b7_an_id_given_twice_in_one_add_is_added_once(bench: QueueBench) -> None:
    assert bench.add("d", "d") == ["created", "existing"]
    assert bench.worker().claim(10) == ["d"]


def test_b7_also_across_the_parts_of_the_call(bench: QueueBench) -> None:
    assert bench.add(job("d", priority=9), "d", job("d", priority=1)) == [
        "existing",
        "created",
        "existing",
    ]
    assert bench.worker().claim(10) == ["d"]


def test_b8_an_id_given_twice_in_one_finish_ends_once(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)

    answer = worker.finish(claim, "a", "a")

    assert answer.lost == ("a",)
    assert (bench.counts().active, bench.counts().total_completed) == (0, 1)


def test_b8_also_across_the_parts_of_the_call(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)
    outcomes = Outcomes()
    outcomes.finish("a", claim.ticket)
    outcomes.finish("a", claim.ticket, b"1")
    outcomes.put_back("a", claim.ticket, 0)
    outcomes.end("a", claim.ticket, "failed", b"{}")

    assert worker.tick(5, outcomes).lost == ("a", "a", "a")
    assert (bench.counts().total_completed, bench.counts().total_failed) == (1, 0)


def test_b9_an_add_sent_again_after_its_job_is_gone_adds_nothing(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=0)
    bench.add("d", "d")
    worker = bench.worker()
    worker.finish(worker.tick(1))

    assert bench.me.repeat() == [b"replay", b"1", b"", b""]
    assert worker.claim(10) == []


def test_b10_delayed_jobs_fall_due_while_the_queue_is_paused(bench: QueueBench) -> None:
    bench.add(job("d", due_ms=bench.now_ms + 50))
    bench.me.configure(paused=1)
    worker = bench.worker()
    bench.wait(60)

    assert worker.claim(1) == []
    assert (bench.counts().waiting, bench.counts().delayed) == (1, 0)
    bench.me.configure(paused="")
    assert worker.claim(1) == ["d"]
