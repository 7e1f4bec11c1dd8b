"""What a group may: so many at once, so many in a time, so many waiting, in order, or nothing."""

from random import Random

import pytest

from backbeat.engine.calls.control import drain_args
from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.states import Reason
from backbeat.errors import GroupFull, ProtocolError
from packages.backbeat.tests.integration.engine.test_groups import line, reason, stats
from packages.backbeat.tests.support.invariants import check, picture
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job


def test_no_more_jobs_of_a_group_run_than_may(bench: QueueBench) -> None:
    bench.me.rule("*", concurrency=2)
    bench.add(*line("a", "a0", "a1", "a2"), *line("b", "b0"))
    bench.spend_token()
    worker = bench.worker()
    claim = worker.tick(9)

    assert ids(claim) == ["a0", "b0", "a1"]
    assert reason(bench, "a2") is Reason.GROUP
    assert not bench.has_token()


def test_the_end_of_a_job_lets_the_next_of_its_group_start(bench: QueueBench) -> None:
    bench.me.rule("a", concurrency=1)
    bench.add(*line("a", "a0", "a1"))
    worker = bench.worker()
    claim = worker.tick(9)
    bench.spend_token()
    worker.finish(claim)

    assert bench.has_token()
    assert worker.claim(9) == ["a1"]


@pytest.mark.parametrize("how", ["failed", "retry", "delayed", "expire", "leave", "reclaim"])
def test_every_way_out_of_a_run_frees_its_slot(bench: QueueBench, how: str) -> None:
    bench.me.rule("a", concurrency=1)
    bench.add(*line("a", "a0", "a1"))
    worker = bench.worker(lease_ms=10)
    claim = worker.tick(9)
    outcomes = Outcomes()
    if how == "failed":
        outcomes.end("a0", claim.ticket, "failed", b"{}")
    elif how in ("retry", "delayed"):
        outcomes.put_back("a0", claim.ticket, bench.now_ms + 500 if how == "delayed" else 0)
    if len(outcomes):
        worker.tick(0, outcomes)
    elif how == "expire":
        worker.run("expire", "a0", claim.ticket, "end", "failed", "", b"{}", b"")
    elif how == "leave":
        worker.leave()
    else:
        bench.wait(11)
        bench.reclaim()
    check(bench.client, bench.keys)

    other = bench.worker("other")
    expected = "a0" if how in ("retry", "leave", "reclaim") else "a1"
    assert other.claim(9) == [expected]


def test_a_limit_of_its_own_replaces_that_of_all(bench: QueueBench) -> None:
    bench.me.rule("*", concurrency=1)
    bench.me.rule("a", concurrency=0)
    bench.me.rule("b", concurrency=2)
    for group in "abc":
        bench.add(*line(group, *(f"{group}{n}" for n in range(4))))

    claimed = sorted(bench.worker().claim(12))

    assert claimed == ["a0", "a1", "a2", "a3", "b0", "b1", "c0"]


def test_a_higher_limit_holds_at_once_also_that_of_all(bench: QueueBench) -> None:
    bench.me.rule("*", concurrency=1)
    bench.add(*line("a", "a0", "a1", "a2"), *line("b", "b0", "b1", "b2"))
    worker = bench.worker()
    worker.claim(9)
    bench.spend_token()
    bench.me.rule("a", concurrency=2)
    assert bench.spend_token()
    assert worker.claim(9) == ["a1"]
    bench.spend_token()
    bench.me.rule("*", concurrency=3)

    assert bench.has_token()
    assert worker.claim(9) == ["b1", "b2"]


def test_a_lower_limit_lets_what_runs_go_on(bench: QueueBench) -> None:
    bench.add(*line("a", "a0", "a1", "a2", "a3"))
    worker = bench.worker()
    claim = worker.tick(3)
    bench.me.rule("a", concurrency=1)
    worker.finish(claim, "a0", "a1")
    assert worker.claim(9) == []
    worker.finish(claim, "a2")

    assert worker.claim(9) == ["a3"]


def test_a_paused_group_waits_and_the_others_do_not(bench: QueueBench) -> None:
    bench.me.rule("a", paused=1)
    bench.add(*line("a", "a0"), *line("b", "b0"))
    worker = bench.worker()
    assert worker.claim(9) == ["b0"]
    assert reason(bench, "a0") is Reason.GROUP
    bench.spend_token()
    bench.me.rule("a", paused="")

    assert bench.has_token()
    assert worker.claim(9) == ["a0"]


def test_a_full_group_refuses_and_nothing_of_the_call_is_added(bench: QueueBench) -> None:
    bench.me.rule("*", max_waiting=3)
    bench.add(*line("a", "a0", "a1"))
    with pytest.raises(GroupFull) as refused:
        bench.add(*line("a", "a2", "a3"), *line("b", "b0"))
    assert (refused.value.queue, refused.value.group) == ("q", "a")
    assert bench.counts().waiting == 2

    assert bench.add(*line("a", "a1", "a2")) == ["existing", "created"]


def test_delayed_and_running_jobs_leave_room_in_a_group(bench: QueueBench) -> None:
    bench.me.rule("a", max_waiting=1)
    bench.add(job("later", group="a", due_ms=bench.now_ms + 5))
    bench.add(*line("a", "a0"))
    bench.worker().claim(1)

    assert bench.add(*line("a", "a1")) == ["created"]


def test_the_rate_of_a_group_holds_in_every_window(bench: QueueBench) -> None:
    bench.me.rule("a", starts=3, ms=1_000)
    bench.add(*line("a", *(f"a{n}" for n in range(60))))
    worker, starts, chance = bench.worker(), list[int](), Random(1)
    for _ in range(150):
        starts += [bench.now_ms] * len(worker.claim(chance.randint(1, 2)))
        bench.wait(chance.choice([3, 40, 170, 350]))

    assert len(starts) > 45
    assert all(later - earlier >= 1_000 for earlier, later in zip(starts, starts[3:], strict=False))


def test_a_group_whose_rate_is_used_up_wakes_to_the_millisecond(bench: QueueBench) -> None:
    bench.me.rule("a", starts=2, ms=1_000)
    bench.add(*line("a", "a0", "a1", "a2"))
    bench.spend_token()
    worker = bench.worker()
    claim = worker.tick(9)
    assert (ids(claim), claim.wake_ms) == (["a0", "a1"], bench.now_ms + 1_000)
    assert reason(bench, "a2") is Reason.GROUP
    assert not bench.has_token()
    bench.wait(999)
    assert worker.claim(9) == []
    bench.wait(1)

    assert worker.claim(9) == ["a2"]


def test_a_rate_outlives_the_jobs_of_its_group(bench: QueueBench) -> None:
    bench.me.rule("a", starts=1, ms=1_000)
    bench.add(*line("a", "a0"))
    worker = bench.worker()
    worker.finish(worker.tick(1))
    worker.tick(1)
    bench.add(*line("a", "a1"))
    assert worker.claim(1) == []
    bench.wait(1_000)

    assert worker.claim(1) == ["a1"]


def test_another_rate_holds_at_once(bench: QueueBench) -> None:
    bench.me.rule("a", starts=1, ms=60_000)
    bench.add(*line("a", "a0", "a1", "a2"))
    worker = bench.worker()
    worker.claim(9)
    bench.spend_token()
    bench.me.rule("a", starts=2)

    assert bench.has_token()
    assert worker.claim(9) == ["a1"]


def test_a_high_rate_is_kept_in_few_words(bench: QueueBench) -> None:
    bench.me.rule("a", starts=1_000, ms=1_000)
    bench.add(*line("a", *(f"a{n}" for n in range(500))))
    worker = bench.worker()
    for _ in range(400):
        worker.claim(1)
        bench.wait(2)

    noted = bench.client.get(bench.keys.group_starts("a"))
    assert isinstance(noted, bytes)
    assert noted.count(b",") < 66


def test_an_ordered_group_runs_one_job_at_a_time_in_order(bench: QueueBench) -> None:
    bench.me.rule("a", ordered=1)
    bench.add(*line("a", "a0", "a1"))
    worker = bench.worker(lease_ms=10)
    assert worker.claim(9) == ["a0"]
    bench.wait(11)
    bench.reclaim()

    assert bench.worker("next").claim(9) == ["a0"]


def test_an_ordered_group_waits_for_a_delayed_retry(bench: QueueBench) -> None:
    bench.me.rule("a", ordered=1)
    bench.add(*line("a", "a0", "a1"))
    worker = bench.worker()
    retry_later(bench, worker.tick(1).ticket)
    assert worker.claim(9) == []
    assert reason(bench, "a1") is Reason.GROUP
    bench.wait(500)

    assert worker.claim(9) == ["a0"]


@pytest.mark.parametrize("way", ["promote", "reschedule"])
def test_an_ordered_group_starts_with_the_promoted_retry(bench: QueueBench, way: str) -> None:
    bench.me.rule("a", ordered=1)
    bench.add(*line("a", "a0", "a1"))
    retry_later(bench, bench.worker("w").tick(1).ticket)
    if way == "promote":
        bench.me.call("promote", "a0")
    else:
        bench.me.call("reschedule", "a0", bench.now_ms + 900)
        check(bench.client, bench.keys)
        assert bench.worker("x").claim(9) == []
        bench.me.call("reschedule", "a0", 0)

    assert bench.worker("y").claim(9) == ["a0"]


def test_an_ordered_group_goes_on_when_the_retry_was_cancelled(bench: QueueBench) -> None:
    wait_for_a_retry(bench)
    bench.me.cancel("a0")
    check(bench.client, bench.keys)

    assert bench.worker("x").claim(9) == ["a1"]


def test_an_ordered_group_goes_on_when_the_retry_was_removed(bench: QueueBench) -> None:
    wait_for_a_retry(bench)
    bench.me.call("remove", "a0")
    check(bench.client, bench.keys)

    assert bench.worker("x").claim(9) == ["a1"]


def test_an_ordered_group_goes_on_when_the_retry_was_drained(bench: QueueBench) -> None:
    wait_for_a_retry(bench)
    bench.me.call("drain", *drain_args(first=True, include_delayed=True))
    check(bench.client, bench.keys)
    bench.add(*line("a", "a1"))

    assert bench.worker("x").claim(9) == ["a1"]


def test_a_group_that_is_not_ordered_any_more_goes_on(bench: QueueBench) -> None:
    bench.me.rule("*", ordered=1)
    bench.add(*line("a", "a0", "a1"))
    retry_later(bench, bench.worker("w").tick(1).ticket)
    bench.me.rule("*", ordered=0)

    assert bench.worker("x").claim(9) == ["a1"]


def test_rules_can_be_taken_back(bench: QueueBench) -> None:
    bench.me.rule("a", concurrency=1, weight=5)
    bench.me.rule("a")

    seen = picture(bench.client, bench.keys)
    assert seen.hashes["group_rules"] == {}
    assert "rules" not in seen.hints


def test_rules_stay_when_the_jobs_are_gone(bench: QueueBench) -> None:
    bench.me.rule("a", concurrency=1)
    bench.add(*line("a", "a0", "a1"))
    worker = bench.worker()
    for _ in range(2):
        worker.finish(worker.tick(1))
    worker.tick(1)
    bench.add(*line("a", "a2", "a3"))

    assert worker.claim(9) == ["a2"]


def test_another_level_does_not_carry_its_turn_along(bench: QueueBench) -> None:
    bench.add(*line("a", *(f"a{n}" for n in range(30))), *line("b", *(f"b{n}" for n in range(30))))
    worker = bench.worker()
    worker.claim(40)
    bench.me.rule("a", priority=8)
    bench.me.rule("b", priority=8)
    bench.me.rule("c", priority=8)
    bench.add(*line("c", "c0"))

    assert "c0" in worker.claim(3)


def test_unknown_rules_are_refused(bench: QueueBench) -> None:
    for rules in ({"speed": 1}, {"weight": "much"}, {"weight": -1}):
        with pytest.raises(ProtocolError, match="no such rule"):
            bench.me.rule("a", **rules)


def test_the_limit_of_the_queue_comes_first(bench: QueueBench) -> None:
    bench.me.configure(max_running=1)
    bench.add(*line("a", "a0"), *line("b", "b0"))

    assert bench.worker().claim(9) == ["a0"]
    assert reason(bench, "b0") is Reason.LIMIT
    assert stats(bench, "b") == "0:1"


def wait_for_a_retry(bench: QueueBench) -> None:
    """Let an ordered group wait for its job a0, which failed, before a1."""
    bench.me.rule("a", ordered=1)
    bench.add(*line("a", "a0", "a1"))
    retry_later(bench, bench.worker("w").tick(1).ticket)


def retry_later(bench: QueueBench, ticket: int) -> None:
    """Let the worker's job a0 fail: it is to run again in half a second."""
    outcomes = Outcomes()
    outcomes.put_back("a0", ticket, bench.now_ms + 500)
    worker = bench.worker("reports")
    worker.tick(0, outcomes)
