"""The scripts of locks and limits, on every store: repeats, lines, turns, and what is left over."""

from collections.abc import Iterator

import pytest

from backbeat.engine.codes import StaleCall
from backbeat.engine.permits.limit_calls import LimitTerms, Settled
from packages.backbeat.tests.support.permit_bench import TTL_MS, PermitBench
from packages.backbeat.tests.support.servers import Store

WINDOW = LimitTerms("a", rate=10, per_us=1_000_000)
BUCKET = LimitTerms("a", rate=10, per_us=1_000_000, kind="bucket", burst=4)


@pytest.fixture
def bench(store: Store) -> Iterator[PermitBench]:
    bench = PermitBench(store.client)
    yield bench
    bench.check()


def test_a_hold_that_is_asked_for_again_is_the_same_hold(bench: PermitBench) -> None:
    first = bench.hold("x")
    again = bench.repeat()
    assert isinstance(again, list)
    assert (again[0], int(again[1]), int(again[2])) == (b"held", first.fence, first.until_ms)  # type: ignore[arg-type]
    assert len(bench.look().holders) == 1


def test_a_late_call_for_a_hold_that_was_given_up_is_refused(bench: PermitBench) -> None:
    bench.hold("x")
    bench.release("x", resent=True)
    with pytest.raises(StaleCall):
        bench.repeat(2)
    assert bench.hold("y").word == "held"


def test_a_release_that_is_sent_again_takes_nothing_from_the_next(bench: PermitBench) -> None:
    bench.hold("x")
    assert bench.release("x").ours
    bench.hold("y")
    assert bench.repeat(2) == [0, str(bench.now_ms).encode()]
    assert [share.token for share in bench.look().holders] == ["y"]


def test_only_the_holder_can_extend_or_release(bench: PermitBench) -> None:
    bench.hold("x")
    assert not bench.release("y").ours
    assert not bench.extend("y").ours
    bench.wait(TTL_MS - 1)
    assert bench.extend("x").ours
    bench.wait(TTL_MS)
    assert not bench.extend("x").ours


def test_a_fence_rises_also_where_the_clock_is_set_back(bench: PermitBench) -> None:
    before = bench.hold("x").fence
    bench.release("x")
    bench.wait(-3_600_000)
    assert bench.hold("y").fence > before


def test_a_dead_holder_goes_after_its_time_though_the_clock_was_set_back(
    bench: PermitBench,
) -> None:
    bench.hold("dead")
    bench.wait(-3_600_000)
    look = bench.hold("alive", "stay")
    assert look.word == "busy"
    assert look.until_ms - bench.now_ms <= TTL_MS
    bench.wait(TTL_MS - 1)
    assert bench.hold("alive", "stay").word == "busy"
    bench.wait(1)
    assert bench.hold("alive", "stay").word == "held"


def test_who_lives_holds_on_though_the_clock_was_set_back(bench: PermitBench) -> None:
    bench.hold("alive", ttl_ms=60_000)
    bench.extend("alive")
    bench.wait(-3_600_000)
    for _ in range(5):
        assert bench.hold("other").word == "busy"
        bench.wait(TTL_MS - 1)
        assert bench.extend("alive").ours


def test_the_next_in_line_is_woken_and_nobody_else(bench: PermitBench) -> None:
    bench.hold("x")
    for token in ("a", "b", "c"):
        bench.hold(token, "stay")
        bench.wait(1)
    bench.release("x")
    assert [bench.woken(token) for token in ("a", "c")] == [True, False]
    assert bench.hold("c", "stay").word == "busy"
    assert bench.hold("a", "stay").word == "held"


def test_who_comes_next_looks_when_the_turn_of_a_dead_one_is_over(bench: PermitBench) -> None:
    bench.hold("x")
    bench.hold("dead", "stay")
    bench.wait(1)
    bench.hold("alive", "stay")
    bench.release("x")
    assert bench.woken("alive")
    look = bench.hold("alive", "stay")
    assert (look.word, look.until_ms - bench.now_ms) == ("busy", 500)
    bench.wait(500)
    assert bench.hold("alive", "stay").word == "held"


def test_a_waiter_that_asks_no_more_is_swept_out_of_the_line(bench: PermitBench) -> None:
    bench.hold("x", ttl_ms=60_000)
    bench.hold("dead", "stay")
    bench.wait(17_001)
    assert bench.look().in_line == 1
    bench.hold("y")
    assert bench.look().in_line == 0


def test_a_parked_job_keeps_no_free_slot_from_others(bench: PermitBench) -> None:
    bench.hold("x")
    assert bench.hold("q|j|1", "park", waiter="q|j").word == "busy"
    assert bench.release("x").jobs == ("q|j",)
    assert bench.hold("y").word == "busy"
    bench.wait(1_000)
    assert bench.hold("y").word == "held"


def test_parking_where_it_is_free_says_so_and_parks_nothing(bench: PermitBench) -> None:
    assert bench.hold("q|j|1", "park", waiter="q|j").word == "free"
    assert bench.look().parked == 0


def test_the_turn_of_a_job_that_is_gone_passes_on(bench: PermitBench) -> None:
    bench.hold("x")
    for job in ("q|a", "q|b"):
        bench.hold(f"{job}|1", "park", waiter=job)
        bench.wait(1)
    assert bench.release("x").jobs == ("q|a",)
    assert bench.release("", "q|a").jobs == ("q|b",)


def test_a_take_that_is_sent_again_takes_once(bench: PermitBench) -> None:
    first = bench.take("s", WINDOW, want=3, need=1)
    again = bench.repeat()
    assert isinstance(again, list)
    assert int(again[0]) == first.units == 3  # type: ignore[arg-type]
    assert bench.look().free == 7


def test_an_older_take_that_arrives_late_is_refused(bench: PermitBench) -> None:
    bench.take("s", WINDOW, want=1, need=1)
    bench.take("s", WINDOW, want=1, need=1)
    with pytest.raises(StaleCall):
        bench.repeat(2)
    assert bench.look().free == 8


def test_pending_units_count_until_it_is_told_that_they_were_used(bench: PermitBench) -> None:
    bench.take("s", WINDOW, want=6, need=1, pending=True)
    bench.wait(1_500)
    assert bench.take("t", WINDOW, want=10, need=1).units == 4
    bench.take("s", WINDOW, settled=Settled(spent=2, unspent=4))
    assert bench.look().free == 4
    bench.wait(999)
    assert bench.look().free == 4
    bench.wait(1)
    assert bench.look().free == 10


def test_pending_units_of_a_dead_worker_count_from_its_end_on(bench: PermitBench) -> None:
    bench.take("s", WINDOW, want=6, need=1, pending=True)
    bench.wait(TTL_MS)
    assert bench.take("t", WINDOW, want=10, need=1).units == 4
    bench.wait(1_000)
    assert bench.take("t", WINDOW, want=10, need=1).units == 10


def test_a_share_that_has_run_out_is_not_settled_twice(bench: PermitBench) -> None:
    bench.take("s", WINDOW, want=6, need=1, pending=True)
    bench.wait(TTL_MS)
    bench.take("t", WINDOW, want=1, need=1)
    bench.take("s", WINDOW, settled=Settled(unspent=6))
    assert bench.look().free == 3


def test_the_time_to_look_again_is_the_one_at_which_it_is_free(bench: PermitBench) -> None:
    for _ in range(10):
        bench.take("s", WINDOW, want=1, need=1)
        bench.wait(10)
    asked = bench.take("t", WINDOW, want=3, need=3)
    assert (asked.units, asked.again_ms) == (0, bench.now_ms - 100 + 20 + 1_000)
    bench.now_ms = asked.again_ms - 1
    assert bench.take("t", WINDOW, want=3, need=3).units == 0
    bench.now_ms += 1
    assert bench.take("t", WINDOW, want=3, need=3).units == 3


def test_a_bucket_says_when_it_has_enough(bench: PermitBench) -> None:
    assert bench.take("s", BUCKET, want=4, need=4).units == 4
    asked = bench.take("s", BUCKET, want=3, need=3)
    assert (asked.units, asked.again_ms) == (0, bench.now_ms + 300)


def test_a_bucket_counts_what_is_pending_when_it_says_when(bench: PermitBench) -> None:
    bench.take("s", BUCKET, want=3, need=1, pending=True)
    asked = bench.take("t", BUCKET, want=3, need=3)
    assert (asked.units, asked.again_ms) == (0, bench.now_ms + 200)


def test_who_waits_for_units_is_not_overtaken_by_who_needs_fewer(bench: PermitBench) -> None:
    bench.take("s", WINDOW, want=8, need=8)
    assert bench.take("big", WINDOW, want=5, need=5, stay=True).units == 0
    bench.wait(1)
    assert bench.take("small", WINDOW, want=1, need=1, stay=True).units == 0
    bench.wait(999)
    assert bench.take("small", WINDOW, want=1, need=1, stay=True).units == 1
    assert bench.take("big", WINDOW, want=5, need=5, stay=True).units == 5


def test_units_that_ran_ahead_of_a_clock_that_was_set_back_count_from_now(
    bench: PermitBench,
) -> None:
    bench.take("s", WINDOW, want=10, need=1)
    bench.wait(-60_000)
    assert bench.take("s", WINDOW, want=1, need=1).units == 0
    bench.wait(1_000)
    assert bench.take("s", WINDOW, want=10, need=1).units == 10


def test_nothing_of_a_name_stays_for_ever(bench: PermitBench) -> None:
    bench.hold("x")
    bench.hold("y", "stay")
    bench.hold("q|j|1", "park", waiter="q|j")
    bench.take("s", WINDOW, want=3, need=1, pending=True)
    bench.take("t", WINDOW, want=10, need=10, stay=True)
    bench.release("x", resent=True)
    keys = bench.client.keys(f"{bench.keys.prefix}*")
    assert [key for key in keys if bench.client.pttl(key) == -1] == []


def test_who_waits_for_units_is_not_told_of_slots(bench: PermitBench) -> None:
    both = LimitTerms("a", slots=4, rate=10, per_us=1_000_000)
    bench.take("s", both, want=10, need=10, slots=1)
    assert bench.take("t", both, want=5, need=5, slots=1, stay=True).units == 0
    assert not bench.woken("t")
    bench.take("s", both, settled=Settled(freed=1))
    assert not bench.woken("t")


def test_who_waits_for_slots_is_told_past_one_that_waits_for_units(bench: PermitBench) -> None:
    both = LimitTerms("a", slots=1, rate=10, per_us=1_000_000)
    bench.take("s", both, want=10, need=10, slots=1)
    bench.wait(1)
    bench.hold("x", "stay", slots=1)
    bench.take("s", both, settled=Settled(freed=1))
    assert bench.woken("x")


def test_units_that_are_given_back_wake_who_waits_for_units(bench: PermitBench) -> None:
    bench.take("s", WINDOW, want=10, need=10, pending=True)
    bench.take("t", WINDOW, want=5, need=5, stay=True)
    bench.take("s", WINDOW, settled=Settled(unspent=8, spent=2))
    assert bench.woken("t")
    assert bench.take("t", WINDOW, want=5, need=5, stay=True).units == 5


def test_a_limit_has_the_slots_that_an_operator_wants_until_that_is_taken_back(
    bench: PermitBench,
) -> None:
    declared = LimitTerms("a", slots=4)
    assert bench.take("s", declared, want=9, need=1, slots=9).slots == 4
    bench.scale(2)
    bench.take("s", declared, settled=Settled(freed=3))
    assert bench.take("t", declared, want=9, need=1, slots=9).slots == 1
    bench.scale(0, declared=4)
    assert bench.take("t", declared, want=9, need=1, slots=9).slots == 2
    bench.scale(6)
    bench.scale(0)
    bench.take("s", declared, settled=Settled(freed=1))
    assert bench.take("u", declared, want=9, need=1, slots=9).slots == 1


def test_what_an_operator_wants_outlives_a_name_that_nobody_uses(bench: PermitBench) -> None:
    bench.scale(1)
    for key in bench.client.keys(f"{bench.keys.prefix}*"):
        if bench.client.pttl(key) != -1:
            bench.client.delete(key)
    assert bench.take("s", LimitTerms("a", slots=4), want=9, need=1, slots=9).slots == 1
    bench.scale(0)
    assert bench.client.keys(bench.keys.key("scaled")) == []


def test_slots_that_an_operator_adds_wake_who_waits(bench: PermitBench) -> None:
    declared = LimitTerms("a", slots=1)
    bench.take("s", declared, want=1, need=1, slots=1)
    bench.take("t", declared, want=1, need=1, slots=1, stay=True)
    bench.hold("q|j|1", "park", waiter="q|j")
    assert bench.scale(3) == ("q|j",)
    assert bench.woken("t")
