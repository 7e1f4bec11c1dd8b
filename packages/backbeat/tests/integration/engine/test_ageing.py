"""Ageing in the scripts: the order is that of start minus head start, whatever comes and goes."""

from typing import Final

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from backbeat.engine.calls.control import drain_args, parse_more, set_priority_args
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.tick import Claim, Outcomes
from backbeat.engine.record import encode_record
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, ids
from packages.backbeat.tests.support.servers import Store

AGEING_MS: Final = 100
_ADDS: Final = st.lists(
    st.tuples(st.integers(0, 250), st.integers(0, 10), st.booleans()), min_size=1, max_size=25
)


def ageing(store: Store) -> QueueBench:
    """An empty queue with ageing."""
    store.client.flushall()
    bench = QueueBench(store.client)
    bench.me.configure(ageing=AGEING_MS)
    return bench


def give_back(worker: BenchWorker, claim: Claim) -> None:
    """Put all jobs of a claim back to the head."""
    outcomes = Outcomes()
    for job_id in ids(claim):
        outcomes.put_back(job_id, claim.ticket, 0, "1:0:0:0:turn")
    worker.tick(0, outcomes)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(adds=_ADDS)
def test_jobs_start_in_the_order_of_their_time_less_their_head_start(
    store: Store, adds: list[tuple[int, int, bool]]
) -> None:
    bench = ageing(store)
    ranks: dict[str, int] = {}
    equals: dict[int, list[str]] = {}
    for place, (passed, level, lifo) in enumerate(adds):
        bench.wait(passed)
        name = f"j{place}"
        record = encode_record("t", bench.now_ms, b"1", priority=level, lifo=lifo)
        bench.add(NewJob(name, record))
        head_start = (level + lifo) * AGEING_MS
        ranks[name] = bench.now_ms - head_start
        equals.setdefault(head_start, []).append(name)
    check(bench.client, bench.keys)

    claimed: list[str] = []
    worker = bench.worker()
    while jobs := worker.tick(3).jobs:
        claimed += [job_id for job_id, _, _ in jobs]

    # Of those that come to the same ms from different ones, any may be first.
    assert [ranks[name] for name in claimed] == sorted(ranks.values())
    for names in equals.values():
        assert [name for name in claimed if name in names] == names


def test_what_a_worker_gives_back_is_claimed_first_again(store: Store) -> None:
    bench = ageing(store)
    for place, level in enumerate((5, 7, 5, 3)):
        record = encode_record("t", bench.now_ms, b"1", priority=level)
        bench.add(NewJob(f"j{place}", record))
    worker = bench.worker()
    claim = worker.tick(2)
    record = encode_record("t", bench.now_ms, b"1", priority=10)
    bench.add(NewJob("urgent", record))
    give_back(worker, claim)
    check(bench.client, bench.keys)

    assert [job_id for job_id, _, _ in worker.tick(9).jobs] == ["j1", "j0", "urgent", "j2", "j3"]


def test_a_new_priority_takes_the_place_at_the_head_from_what_was_given_back(store: Store) -> None:
    bench = ageing(store)
    bench.add("given back", "waiting")
    worker = bench.worker()
    give_back(worker, worker.tick(1))

    bench.me.call("set_priority", *set_priority_args("given back", 4))

    assert ids(worker.tick(9)) == ["waiting", "given back"]


def test_the_same_priority_leaves_what_was_given_back_at_the_head(store: Store) -> None:
    bench = ageing(store)
    bench.add("given back", "waiting")
    worker = bench.worker()
    give_back(worker, worker.tick(1))

    bench.me.call("set_priority", *set_priority_args("given back", 5))

    assert ids(worker.tick(9)) == ["given back", "waiting"]


def test_a_drain_leaves_what_was_given_back_since_whatever_its_new_priority(store: Store) -> None:
    bench = ageing(store)
    bench.add("runs", "a", "b")
    worker = bench.worker()
    claim = worker.tick(1)
    step = drain_args(first=True, include_delayed=False, limit=1)
    assert parse_more(bench.me.call("drain", *step)) == (1, True)
    give_back(worker, claim)
    bench.me.call("set_priority", *set_priority_args("runs", 0))

    step = drain_args(first=False, include_delayed=False, limit=9)
    assert parse_more(bench.me.call("drain", *step)) == (1, False)
    assert ids(worker.tick(9)) == ["runs"]


def test_a_drain_leaves_what_came_after_it_began(store: Store) -> None:
    bench = ageing(store)
    for place in range(700):
        level = place % 11
        bench.add(NewJob(f"j{place}", encode_record("t", bench.now_ms, b"1", priority=level)))
    removed, more = parse_more(
        bench.me.call("drain", *drain_args(first=True, include_delayed=False))
    )
    for place in range(50):
        bench.add(NewJob(f"n{place}", encode_record("t", bench.now_ms, b"1", priority=10)))
    while more:
        count, more = parse_more(
            bench.me.call("drain", *drain_args(first=False, include_delayed=False))
        )
        removed += count
    check(bench.client, bench.keys)
    assert removed == 700
    assert len(bench.worker().tick(100).jobs) == 50


def test_a_queue_that_gets_ageing_later_serves_first_what_lies_in_its_list(store: Store) -> None:
    store.client.flushall()
    bench = QueueBench(store.client)
    bench.add(NewJob("old", encode_record("t", bench.now_ms, b"1")))
    bench.me.configure(ageing=AGEING_MS)
    bench.add(NewJob("new", encode_record("t", bench.now_ms, b"1", priority=6)))
    bench.me.configure(ageing="")
    bench.add(NewJob("last", encode_record("t", bench.now_ms, b"1", priority=4)))
    check(bench.client, bench.keys)
    assert [job_id for job_id, _, _ in bench.worker().tick(9).jobs] == ["old", "new", "last"]
