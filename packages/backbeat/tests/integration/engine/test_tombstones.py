"""Dead entries: counted, passed over, and compacted away without a change of order."""

from packages.backbeat.tests.support.invariants import check, picture
from packages.backbeat.tests.support.queue_bench import QueueBench, job


def test_dead_entries_are_passed_over_and_counted_off(bench: QueueBench) -> None:
    bench.add(*(f"j{number}" for number in range(10)))
    bench.me.call("remove", "j0", "j3", "j4", "j9")
    assert bench.counts().waiting == 6

    assert bench.worker().claim(10) == ["j1", "j2", "j5", "j6", "j7", "j8"]

    seen = picture(bench.client, bench.keys)
    assert (seen.number("tomb"), seen.hashes["gone"], "gone" in seen.hints) == (0, {}, False)


def test_an_id_may_die_and_come_back_many_times(bench: QueueBench) -> None:
    for round_ in range(5):
        bench.add(job("a", payload=b"%d" % round_), f"other{round_}")
        if round_ < 4:
            bench.me.call("remove", "a")
    claim = bench.worker().tick(10)

    bodies = [record for job_id, record, _ in claim.jobs if job_id == "a"]
    assert [body.endswith(b"4]") for body in bodies] == [True]
    assert len(claim.jobs) == 6


def test_a_dead_entry_does_not_hide_a_live_job_elsewhere(bench: QueueBench) -> None:
    bench.add("a", "b")
    bench.me.call("remove", "a")
    bench.add(job("a", priority=9))
    worker = bench.worker()

    assert worker.claim(1) == ["a"]
    assert worker.claim(5) == ["b"]


def test_removing_all_of_a_queue_leaves_nothing_to_claim(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    bench.me.call("remove", "a", "b", "c")

    assert bench.counts().waiting == 0
    assert bench.worker().claim(2) == []


def test_compaction_keeps_the_order_and_drops_the_dead(bench: QueueBench) -> None:
    names = [f"j{number}" for number in range(1_200)]
    for first in (0, 400, 800):
        bench.add(*names[first : first + 400])
    dead = [name for number, name in enumerate(names) if number % 3]
    for first in (0, 400):
        bench.me.call("remove", *dead[first : first + 400])
    while bench.run("compact") == 1:
        check(bench.client, bench.keys)
    bench.add("last")

    seen = picture(bench.client, bench.keys)
    assert len(seen.lists["waiting"]) + len(seen.lists["front"]) == 401
    worker, order = bench.worker(), list[str]()
    while claimed := worker.claim(90):
        order += claimed
    assert order == [*names[::3], "last"]


def test_jobs_put_back_during_compaction_still_go_first(bench: QueueBench) -> None:
    bench.add(*(f"j{number}" for number in range(700)))
    bench.me.call("remove", "j5", "j650")
    worker = bench.worker(lease_ms=1_000)
    worker.claim(2)
    assert bench.run("compact") == 1
    bench.wait(1_001)
    bench.reclaim()

    assert bench.worker("w2").claim(5) == ["j0", "j1", "j2", "j3", "j4"]


def test_the_janitor_asks_for_compaction_when_half_of_a_long_list_is_dead(
    bench: QueueBench,
) -> None:
    names = [f"j{number}" for number in range(2_200)]
    for first in (0, 800, 1_600):
        bench.add(*names[first : first + 800])
    bench.me.call("remove", *names[:450])
    bench.me.call("remove", *names[450:900])
    assert bench.run("janitor") == [0, 0, 0]
    bench.me.call("remove", *names[900:1_200])
    bench.me.call("remove", *names[1_200:1_500])
    assert bench.run("janitor") == [0, 0, 1]

    while bench.run("compact") == 1:
        pass

    assert bench.run("janitor") == [0, 0, 0]
    assert bench.worker().claim(1) == ["j1500"]
