"""Groups: a line each, served in turns, and everything that can happen to a job in one."""

from collections import Counter

from backbeat.engine.calls.control import (
    drain_args,
    parse_count,
    parse_more,
    parse_moved,
    set_priority_args,
)
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.states import Reason, State
from packages.backbeat.tests.support.invariants import check, picture
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job


def test_groups_take_turns_whoever_was_first(bench: QueueBench) -> None:
    bench.add(*line("big", "b0", "b1", "b2", "b3"), *line("small", "s0", "s1"))

    assert bench.worker().claim(6) == ["b0", "s0", "b1", "s1", "b2", "b3"]


def test_a_newcomer_waits_for_one_start_at_most(bench: QueueBench) -> None:
    bench.add(*line("big", *(f"b{n}" for n in range(20))))
    worker = bench.worker()
    worker.claim(7)
    bench.add(*line("small", "s0"))

    assert "s0" in worker.claim(2)


def test_one_job_at_a_time_is_no_way_to_be_always_first(bench: QueueBench) -> None:
    bench.add(*line("big", *(f"b{n}" for n in range(10))))
    worker, order = bench.worker(), list[str]()
    for turn in range(10):
        bench.add(*line("a", f"a{turn}"))
        claim = worker.tick(1)
        order += ids(claim)
        worker.finish(claim)

    assert Counter(job_id[0] for job_id in order) == {"a": 5, "b": 5}


def test_weights_share_the_starts(bench: QueueBench) -> None:
    bench.me.rule("gold", weight=3)
    for group in ("gold", "iron", "tin"):
        bench.add(*line(group, *(f"{group}{n}" for n in range(100))))
    worker = bench.worker()

    starts = Counter(job_id.rstrip("0123456789") for _ in range(10) for job_id in worker.claim(5))

    assert starts == {"gold": 30, "iron": 10, "tin": 10}


def test_a_level_of_groups_goes_strictly_before_lower_ones(bench: QueueBench) -> None:
    bench.me.rule("vip", priority=7)
    bench.me.rule("night", priority=1)
    bench.add(*line("night", "n0"), *line("plain", "p0", "p1"), *line("vip", "v0", "v1"))

    assert bench.worker().claim(5) == ["v0", "v1", "p0", "p1", "n0"]


def test_groups_stand_between_urgent_jobs_and_the_list(bench: QueueBench) -> None:
    bench.add("w", job("low", priority=2), job("high", priority=8), *line("g", "g0"))
    assert [entry.id for entry in bench.page(State.WAITING).jobs] == ["high", "g0", "w", "low"]

    assert bench.worker().claim(4) == ["high", "g0", "w", "low"]


def test_within_a_group_priority_decides_and_then_age(bench: QueueBench) -> None:
    bench.add(*line("g", "a", "b"), job("c", group="g", priority=9))
    bench.add(job("d", group="g", lifo=True))

    assert bench.worker().claim(4) == ["c", "d", "a", "b"]


def test_a_job_that_is_given_back_goes_before_its_group(bench: QueueBench) -> None:
    bench.add(*line("g", "a", "b", "c"))
    bench.worker("dies", lease_ms=10).claim(2)
    bench.wait(11)
    assert bench.reclaim().moved == 2
    check(bench.client, bench.keys)

    assert bench.worker().claim(3) == ["a", "b", "c"]


def test_many_jobs_given_back_at_once_keep_their_order(bench: QueueBench) -> None:
    names = [f"j{number:03}" for number in range(250)]
    bench.add(*line("g", *names))
    worker = bench.worker()
    claim = worker.tick(230)
    outcomes = Outcomes()
    for job_id in ids(claim):
        outcomes.put_back(job_id, claim.ticket, 0)
    worker.tick(0, outcomes)

    assert worker.claim(300) == names


def test_counts_and_pages_have_the_jobs_of_groups(bench: QueueBench) -> None:
    for group in ("a", "b", "c"):
        bench.add(*line(group, *(f"{group}{n}" for n in range(5))))
    bench.add("plain")
    assert bench.counts().waiting == 16

    listed, cursor = list[str](), ""
    while True:
        page = bench.page(State.WAITING, cursor, limit=4)
        listed += [entry.id for entry in page.jobs]
        cursor = page.cursor
        if not cursor:
            break
    assert listed == [f"{group}{n}" for group in "abc" for n in range(5)] + ["plain"]


def test_paging_goes_on_where_a_job_or_a_whole_group_has_gone(bench: QueueBench) -> None:
    for group in ("a", "b", "c"):
        bench.add(*line(group, f"{group}0", f"{group}1"))
    first = bench.page(State.WAITING, limit=3)
    bench.me.call("remove", "b0", "b1")
    second = bench.page(State.WAITING, first.cursor, limit=3)

    assert [entry.id for entry in first.jobs] == ["a0", "a1", "b0"]
    assert [entry.id for entry in second.jobs] == ["c0", "c1"]


def test_a_page_gets_past_hundreds_of_groups_that_have_only_rules(bench: QueueBench) -> None:
    for number in range(250):
        bench.me.call("configure_group", f"r{number:03}", "weight", 2)
    bench.add(*line("z", "z0"))
    first = bench.page(State.WAITING)
    assert (first.jobs, first.cursor != "") == ([], True)

    assert [entry.id for entry in bench.page(State.WAITING, first.cursor).jobs] == ["z0"]


def test_a_removed_job_leaves_nothing_in_its_group(bench: QueueBench) -> None:
    bench.add(*line("g", "a", "b", "c"), "plain")
    bench.me.call("remove", "b", "plain")
    bench.add(job("b"), job("plain", group="g"))
    assert bench.counts().waiting == 4

    assert bench.worker().claim(9) == ["a", "c", "plain", "b"]


def test_an_id_may_be_dead_in_the_list_and_live_in_a_group(bench: QueueBench) -> None:
    bench.add("a", "b")
    bench.me.call("remove", "a")
    bench.add(*line("g", "a"))
    assert bench.state("a") is State.WAITING
    bench.me.call("remove", "a")
    bench.add("a")

    assert bench.worker().claim(5) == ["b", "a"]


def test_a_cancelled_job_ends_and_its_group_goes_on(bench: QueueBench) -> None:
    bench.add(*line("g", "a", "b"))

    assert bench.me.cancel("a") == "cancelled"
    assert bench.worker().claim(2) == ["b"]


def test_promotion_puts_a_delayed_job_into_its_group(bench: QueueBench) -> None:
    bench.add(job("a", group="g", due_ms=bench.now_ms + 50), job("b", group="g", due_ms=9**15))
    bench.wait(50)
    worker = bench.worker()
    assert worker.claim(2) == ["a"]
    bench.me.call("promote", "b")

    assert picture(bench.client, bench.keys).places["b"] == ["group:g"]
    assert worker.claim(2) == ["b"]


def test_rescheduling_leaves_and_joins_a_group(bench: QueueBench) -> None:
    bench.add(*line("g", "a", "b"))
    assert parse_moved(bench.me.call("reschedule", "a", bench.now_ms + 50)) == "ok"
    check(bench.client, bench.keys)
    assert bench.state("a") is State.DELAYED
    bench.me.call("reschedule", "a", 0)

    assert bench.worker().claim(2) == ["b", "a"]


def test_another_priority_moves_a_job_within_its_group(bench: QueueBench) -> None:
    bench.add(*line("g", "a", "b"))
    bench.me.call("set_priority", *set_priority_args("b", 9))
    check(bench.client, bench.keys)
    snapshot = bench.get("b")
    assert snapshot is not None
    assert snapshot.record.startswith(b"x9;;;g;")

    assert bench.worker().claim(2) == ["b", "a"]


def test_a_retried_job_joins_its_group_again(bench: QueueBench) -> None:
    bench.add(*line("g", "a"))
    worker = bench.worker()
    worker.finish(worker.tick(1))
    assert parse_count(bench.me.call("retry", 1, "a")) == 1

    assert picture(bench.client, bench.keys).places["a"] == ["group:g"]


def test_a_drain_takes_groups_along_and_leaves_what_came_later(bench: QueueBench) -> None:
    for group in range(250):
        bench.add(*line(f"g{group}", f"a{group}", f"b{group}"))
    bench.add(job("p", group="g0", priority=9), job("l", group="g0", lifo=True))
    removed, more = parse_more(
        bench.me.call("drain", *drain_args(first=True, include_delayed=False))
    )
    bench.add(*line("g0", "late"), *line("g249", "later"))
    while more:
        check(bench.client, bench.keys)
        again, more = parse_more(
            bench.me.call("drain", *drain_args(first=False, include_delayed=False))
        )
        removed += again

    assert removed == 502
    assert sorted(bench.worker().claim(5)) == ["late", "later"]


def test_obliterating_a_queue_takes_every_group(bench: QueueBench) -> None:
    for first in range(0, 1_200, 400):
        bench.add(*(job(f"j{n}", group=f"g{n}") for n in range(first, first + 400)))
    bench.me.rule("g7", concurrency=2)
    assert bench.me.call("obliterate", 0) == [b"more"]
    assert bench.me.call("obliterate", 0) == [b"ok"]

    assert [name for name in bench.all_keys() if bench.lasts(name)] == []


def test_the_reply_of_a_lost_claim_is_given_again_and_counts_once(bench: QueueBench) -> None:
    bench.add(*line("g", "a", "b"))
    worker = bench.worker()
    claim = worker.tick(1)

    assert ids(worker.repeat()) == ids(claim)
    assert stats(bench, "g") == "1:1"


def test_an_outcome_that_came_too_late_changes_no_count(bench: QueueBench) -> None:
    bench.add(*line("g", "a"))
    first = bench.worker("first", lease_ms=10)
    claim = first.tick(1)
    bench.wait(11)
    bench.reclaim()
    second = bench.worker("second")
    second.tick(1)
    outcomes = Outcomes()
    outcomes.finish("a", claim.ticket)
    assert second.tick(0, outcomes).lost == ("a",)

    assert stats(bench, "g") == "1:0"


def test_whoever_is_over_what_a_reply_may_hold_is_not_active(bench: QueueBench) -> None:
    large = b'"' + b"x" * 250_000 + b'"'
    for number in range(20):
        bench.add(job(f"j{number:02}", group="g", payload=large))
    worker = bench.worker()
    claimed = worker.claim(20)

    assert stats(bench, "g") == f"{len(claimed)}:{20 - len(claimed)}"
    assert worker.claim(20)[0] == f"j{len(claimed):02}"


def test_a_group_with_nothing_left_is_forgotten(bench: QueueBench) -> None:
    bench.add(*line("a", "a0"), *line("b", "b0"))
    worker = bench.worker()
    worker.finish(worker.tick(5))
    worker.tick(1)

    left = {name for name in bench.all_keys() if name.startswith("group")}
    assert left == set()
    assert "groups" not in picture(bench.client, bench.keys).hints


def test_a_job_that_waits_for_its_turn_says_so(bench: QueueBench) -> None:
    bench.add(*line("g", "a"))
    assert reason(bench, "a") is Reason.WORKER
    bench.worker()

    assert reason(bench, "a") is Reason.TURN


def test_groups_wake_workers(bench: QueueBench) -> None:
    bench.add(*line("g", "a", "b", "c"))
    assert bench.spend_token()
    worker = bench.worker()
    worker.claim(1)
    assert bench.spend_token()
    worker.claim(5)

    assert not bench.has_token()


def test_a_claim_gets_past_groups_that_only_keep_their_turn(bench: QueueBench) -> None:
    bench.add(*(job(f"x{n:02}", group=f"x{n:02}") for n in range(40)))
    worker = bench.worker()
    worker.finish(worker.tick(40))
    bench.me.rule("z", priority=4)
    bench.add(*line("z", "z0"))

    assert worker.claim(1) == ["z0"]


def line(group: str, *names: str) -> list[NewJob]:
    """Jobs of a group."""
    return [job(name, group=group) for name in names]


def stats(bench: QueueBench, group: str) -> str:
    """How many jobs of a group are active, and how many wait."""
    text = picture(bench.client, bench.keys).hashes["group_stats"].get(group, "0:0")
    return ":".join(text.split(":")[:2])


def reason(bench: QueueBench, job_id: str) -> Reason | None:
    """Why a job does not run."""
    snapshot = bench.get(job_id)
    assert snapshot is not None
    return snapshot.reason
