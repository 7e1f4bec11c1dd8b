"""What is left of a queue when all its work is done."""

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.calls.worker import Report, report_args
from packages.backbeat.tests.support.invariants import SENTINEL, picture
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job


def test_a_queue_that_was_used_in_every_way_and_emptied_holds_nothing(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=0, keep_failed=0, keep_cancelled=0, keep_bytes=10_000)
    bench.add(*(f"j{number}" for number in range(20)))
    bench.add(*(job(f"p{number}", priority=number, lifo=number % 2 == 0) for number in range(11)))
    bench.add(job("d", due_ms=bench.now_ms + 50, reply="s1"), job("e", due_ms=bench.now_ms + 60))
    bench.run("watch", "s2", "j3")
    bench.me.call("remove", "j1", "p2")
    bench.me.cancel("j2")
    bench.run("compact")
    bench.worker("gone", lease_ms=10).claim(3)
    bench.wait(100)
    bench.reclaim()
    worker = bench.worker()
    claim = worker.tick(50)
    worker.run("report", *report_args([Report(ids(claim)[0], claim.ticket, b"5", [b"line"])]))
    bench.me.cancel(ids(claim)[1])
    for attempt in range(3):
        outcomes = Outcomes()
        for place, job_id in enumerate(ids(claim)):
            if place % 3 == attempt:
                outcomes.finish(job_id, claim.ticket, b"1")
                outcomes.keep_rule(job_id, "k10" if place % 2 else "0")
            else:
                due_ms = bench.now_ms + 5 if place % 2 else 0
                outcomes.put_back(job_id, claim.ticket, due_ms, "1:1:0:0:retry", b"{}\n")
        bench.wait(10)
        claim = worker.tick(50, outcomes)
    while claim.jobs:
        outcomes = Outcomes()
        for job_id in ids(claim):
            outcomes.finish(job_id, claim.ticket)
        claim = worker.tick(50, outcomes)
    bench.wait(100)
    bench.run("janitor")
    worker.leave()

    seen = picture(bench.client, bench.keys)
    assert {name: value for name, value in seen.zsets.items() if value} == {}
    assert {
        name: value
        for name, value in seen.lists.items()
        if value and name not in {"wake", "load_log"}
    } == {}
    assert [name for name, value in seen.hashes.items() if value] == ["meta", "totals"]
    # "special" and "logs" stand for what cannot be seen to be empty at a glance.
    assert seen.hints - {"special", "logs"} == set()
    lasting = {name for name in bench.all_keys() if bench.lasts(name)}
    known = {"meta", "jobs", "results", "active", "events", "totals", "session:new"}
    assert lasting - {"wake"} == known
    assert bench.client.hkeys(bench.key("jobs")) == [SENTINEL.encode()]
