"""Who is woken when: a chain of tokens for work, one timekeeper for what falls due."""

from backbeat.engine.calls.tick import Outcomes
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, Session, ids, job


def test_an_add_leaves_one_token(bench: QueueBench) -> None:
    bench.add("a")
    bench.add("b")

    assert bench.client.llen(bench.key("wake")) == 1


def test_every_worker_that_leaves_work_wakes_the_next_one(bench: QueueBench) -> None:
    bench.add(*(f"j{number}" for number in range(5)))
    woken = 0
    while bench.spend_token():
        woken += 1
        bench.worker(f"w{woken}").tick(1)

    assert woken == 5
    assert bench.counts().waiting == 0


def test_a_worker_that_finds_nothing_takes_the_token_away(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    worker.tick(1)
    bench.client.lpush(bench.key("wake"), "1")

    worker.tick(1)

    assert not bench.has_token()


def test_a_worker_that_wants_nothing_passes_the_token_on(bench: QueueBench) -> None:
    bench.add("a")
    bench.spend_token()

    bench.worker().tick(0)

    assert bench.has_token()


def test_a_paused_queue_wakes_nobody_until_it_resumes(bench: QueueBench) -> None:
    bench.me.configure(paused=1)
    bench.add("a")
    bench.worker().tick(0)
    assert not bench.has_token()

    bench.me.configure(paused="")

    assert bench.has_token()


def test_a_finish_below_the_limit_wakes_a_worker(bench: QueueBench) -> None:
    bench.me.configure(max_running=1)
    bench.add("a", "b")
    first, second = bench.worker("w1"), bench.worker("w2")
    claim = first.tick(5)
    assert ids(claim) == ["a"]
    bench.spend_token()
    assert second.claim(5) == []
    assert not bench.has_token()

    first.finish(claim)

    assert bench.has_token()
    assert second.claim(5) == ["b"]


def test_a_reclaim_wakes_a_worker(bench: QueueBench) -> None:
    bench.add("a")
    bench.worker(lease_ms=1_000).tick(1)
    bench.spend_token()
    bench.wait(1_001)

    bench.reclaim()

    assert bench.has_token()


def test_one_idle_worker_is_told_when_the_next_job_falls_due(bench: QueueBench) -> None:
    due = bench.now_ms + 60_000
    bench.add(job("d", due_ms=due))

    assert bench.worker("w1").tick(1).wake_ms == due
    assert bench.worker("w2").tick(1).wake_ms == 0


def test_an_earlier_due_time_finds_a_new_timekeeper(bench: QueueBench) -> None:
    bench.add(job("late", due_ms=bench.now_ms + 60_000))
    bench.worker("w1").tick(1)
    bench.spend_token()

    bench.add(job("early", due_ms=bench.now_ms + 1_000))

    assert bench.spend_token()
    assert bench.worker("w2").tick(1).wake_ms == bench.now_ms + 1_000


def test_a_later_due_time_wakes_nobody(bench: QueueBench) -> None:
    bench.add(job("early", due_ms=bench.now_ms + 1_000))
    bench.worker("w1").tick(1)
    bench.spend_token()

    bench.add(job("late", due_ms=bench.now_ms + 60_000))

    assert not bench.has_token()


def test_a_timekeeper_that_gets_busy_gives_its_duty_up(bench: QueueBench) -> None:
    due = bench.now_ms + 60_000
    bench.add(job("d", due_ms=due))
    keeper = bench.worker("w1")
    keeper.tick(1)
    bench.add("a")
    bench.spend_token()

    assert keeper.tick(1).wake_ms == 0

    assert bench.spend_token()
    assert bench.worker("w2").tick(1).wake_ms == due


def test_a_timekeeper_that_leaves_gives_its_duty_up(bench: QueueBench) -> None:
    due = bench.now_ms + 60_000
    bench.add(job("d", due_ms=due))
    keeper = bench.worker("w1")
    keeper.tick(1)
    bench.spend_token()

    keeper.leave()

    assert bench.spend_token()
    assert bench.worker("w2").tick(1).wake_ms == due


def test_a_timekeeper_that_vanishes_is_replaced_after_five_seconds(bench: QueueBench) -> None:
    due = bench.now_ms + 60_000
    bench.add(job("d", due_ms=due))
    bench.worker("w1").tick(1)
    other = bench.worker("w2")

    bench.wait(4_999)
    assert other.tick(1).wake_ms == 0
    bench.wait(1)
    assert other.tick(1).wake_ms == due


def test_a_busy_worker_that_puts_a_job_off_wakes_an_idle_one_to_keep_time(
    bench: QueueBench,
) -> None:
    bench.add("a")
    busy = bench.worker("w1")
    claim = busy.tick(1)
    bench.spend_token()
    outcomes = Outcomes()
    outcomes.put_back("a", claim.ticket, bench.now_ms + 1_000)

    busy.tick(0, outcomes)

    assert bench.spend_token()
    assert bench.worker("w2").tick(1).wake_ms == bench.now_ms + 1_000


def test_jobs_that_are_due_together_are_promoted_in_steps_and_all_started(
    bench: QueueBench,
) -> None:
    due = bench.now_ms + 100
    for first in (0, 700):
        bench.add(*(job(f"j{number}", due_ms=due) for number in range(first, first + 700)))
    bench.wait(100)
    worker, started = bench.worker(), list[str]()

    first_claim = worker.tick(1_000)
    assert len(first_claim.jobs) == 500
    assert 0 < first_claim.wake_ms <= bench.now_ms
    started += ids(first_claim)
    while claimed := worker.claim(1_000):
        started += claimed

    assert sorted(started) == sorted(f"j{number}" for number in range(1_400))


def test_a_queue_without_a_next_has_no_timekeeper(bench: QueueBench) -> None:
    bench.add(job("d", due_ms=bench.now_ms + 10))
    worker = bench.worker()
    worker.tick(1)
    bench.wait(10)
    claim = worker.tick(1)

    assert ids(claim) == ["d"]
    assert worker.finish(claim).wake_ms == 0
    assert worker.tick(1).wake_ms == 0
    assert bench.meta("timekeeper") is None


def test_rescheduling_to_an_earlier_time_wakes_a_worker(bench: QueueBench) -> None:
    bench.add(job("d", due_ms=bench.now_ms + 60_000))
    keeper = bench.worker()
    keeper.tick(1)
    bench.spend_token()

    bench.me.call("reschedule", "d", bench.now_ms + 500)

    assert bench.spend_token()
    assert keeper.tick(1).wake_ms == bench.now_ms + 500


def test_work_is_never_left_without_a_token_or_a_busy_worker(bench: QueueBench) -> None:
    """Two workers of one slot, woken only by tokens, empty a queue that fills meanwhile."""
    producers = [Session(bench, f"p{number}") for number in range(2)]
    workers = [bench.worker(f"w{number}") for number in range(2)]
    busy: dict[BenchWorker, Outcomes] = {}
    finished = 0
    for turn in range(120):
        if turn < 60:
            producers[turn % 2].add(f"j{turn}", job(f"d{turn}", due_ms=bench.now_ms + 3))
        bench.wait(1)
        for worker in workers:
            if worker not in busy and not bench.spend_token():
                continue
            outcomes = busy.pop(worker, Outcomes())
            finished += len(outcomes)
            claim = worker.tick(1, outcomes)
            for job_id in ids(claim):
                busy.setdefault(worker, Outcomes()).finish(job_id, claim.ticket)
    assert finished >= 100
    assert not bench.counts().waiting or bench.has_token() or busy
