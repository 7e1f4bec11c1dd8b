"""The scripts about schedules: who fires, who is asked to, and what a second call does."""

from typing import cast

import pytest

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.states import State
from backbeat.errors import ProtocolError, QueueClosed, QueueFull
from backbeat.schedules.every import Every
from packages.backbeat.tests.support.invariants import SENTINEL, picture
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job
from packages.backbeat.tests.support.schedule_bench import PERIOD_MS, ScheduleBench

Tail = list[str | bytes | int]


@pytest.fixture
def schedules(bench: QueueBench) -> ScheduleBench:
    """The schedules of the queue."""
    return ScheduleBench(bench)


def everything(bench: QueueBench) -> object:
    """All keys of the queue."""
    return picture(bench.client, bench.keys)


def test_a_firing_makes_the_job_and_moves_on(bench: QueueBench, schedules: ScheduleBench) -> None:
    schedules.put()
    slot = schedules.the().slot
    assert slot is not None
    bench.wait(PERIOD_MS)

    assert schedules.fire() == [("fired", 1)]

    after = schedules.the()
    assert (after.slot, after.passed, after.fired) == (slot + PERIOD_MS, slot, 1)
    assert bench.state(schedules.job(slot)) is State.WAITING
    assert bench.has_token()


def test_of_two_that_fire_the_same_slot_the_second_changes_nothing(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    bench.wait(PERIOD_MS)
    calls = schedules.firings()
    assert schedules.fire(*calls) == [("fired", 1)]
    before = everything(bench)

    assert schedules.fire(*calls) == [("lost", 0)]

    assert everything(bench) == before


@pytest.mark.parametrize("change", ["put", "pause", "remove"])
def test_whoever_has_read_a_schedule_before_it_was_changed_fires_nothing(
    bench: QueueBench, schedules: ScheduleBench, change: str
) -> None:
    schedules.put()
    bench.wait(PERIOD_MS)
    calls = schedules.firings()
    if change == "put":
        schedules.put(cap=7, slot=schedules.the().slot)
    elif change == "pause":
        schedules.move(pause=True)
    else:
        bench.me.call("remove_schedule", "s")

    assert schedules.fire(*calls) == [("lost", 0)]
    assert bench.counts().waiting == 0


def test_a_slot_whose_job_is_there_already_makes_no_second_one(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    slot = schedules.the().slot
    bench.add(schedules.job(slot or 0))
    bench.wait(PERIOD_MS)

    assert schedules.fire() == [("fired", 0)]

    assert bench.counts().waiting == 1
    assert schedules.the().slot == (slot or 0) + PERIOD_MS


def test_one_worker_a_second_is_asked_to_fire(bench: QueueBench, schedules: ScheduleBench) -> None:
    schedules.put()
    first, second = bench.worker("w1"), bench.worker("w2")
    bench.wait(PERIOD_MS)

    assert first.tick(1).fires
    assert not second.tick(1).fires
    assert not first.tick(0).fires
    bench.wait(999)
    assert not second.tick(1).fires
    bench.wait(1)
    assert second.tick(1).fires


def test_a_busy_worker_and_one_of_a_paused_queue_are_asked_too(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    bench.me.configure(paused=1)
    bench.wait(PERIOD_MS)

    assert bench.worker().tick(0).fires
    assert schedules.fire() == [("fired", 1)]
    assert bench.counts().waiting == 1


def test_after_a_firing_the_next_slot_is_asked_for_when_it_is_due_and_not_later(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    # Sooner than another one would be asked.
    schedules.put(rule=Every(200))
    worker = bench.worker()
    for _ in range(3):
        bench.wait(199)
        assert not worker.tick(1).fires
        bench.wait(1)
        assert worker.tick(1).fires
        assert schedules.fire() == [("fired", 1)]
        assert bench.spend_token()
        assert worker.finish(worker.tick(1)).wake_ms == 0
        assert worker.tick(1).wake_ms == bench.now_ms + 200


def test_a_timekeeper_wakes_when_the_next_slot_is_due(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    assert bench.spend_token()

    assert bench.worker().tick(1).wake_ms == schedules.the().slot


def test_an_earlier_slot_finds_a_new_timekeeper_and_a_later_one_wakes_nobody(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put("late", slot=bench.now_ms + 60_000)
    bench.worker("w1").tick(1)
    bench.client.delete(bench.key("wake"))
    schedules.put("later", slot=bench.now_ms + 70_000)
    assert not bench.has_token()

    schedules.put("early", slot=bench.now_ms + 5_000)

    assert bench.spend_token()
    assert bench.worker("w2").tick(1).wake_ms == bench.now_ms + 5_000


def test_delayed_jobs_and_schedules_share_the_earliest_time(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    start = bench.now_ms
    schedules.put(slot=start + 500)
    bench.add(job("d", due_ms=start + 300))
    worker = bench.worker()

    assert worker.tick(1).wake_ms == start + 300
    bench.wait(300)
    claim = worker.tick(2)
    assert (ids(claim), claim.wake_ms, claim.fires) == (["d"], start + 500, False)
    bench.me.call("drain", 1, 1, 500)
    assert worker.finish(claim).wake_ms == 0
    assert worker.tick(1).wake_ms == start + 500


def test_a_tick_that_is_answered_again_does_not_ask_again(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    bench.wait(PERIOD_MS)
    worker = bench.worker()
    assert worker.tick(1).fires

    assert not worker.repeat().fires


def test_a_clock_that_is_put_back_brings_no_slot_twice(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    bench.wait(3 * PERIOD_MS)
    assert schedules.fire() == [("fired", 1)]
    passed = schedules.the().passed

    bench.wait(-2 * PERIOD_MS)
    assert schedules.due() == []
    worker = bench.worker()
    assert not worker.tick(1).fires
    bench.wait(3 * PERIOD_MS)
    assert worker.tick(1).fires
    schedules.fire()
    assert (schedules.the().passed or 0) > (passed or 0)


def test_a_clock_that_is_put_back_does_not_silence_those_who_are_asked(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    worker = bench.worker()
    bench.wait(3_600_000)
    assert worker.tick(1).fires  # and it dies
    bench.wait(-3_500_000)

    assert worker.tick(1).fires


def test_a_clock_that_is_put_forward_makes_the_slots_in_between_missed_ones(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put(missed="all", cap=5)
    bench.wait(3_600_000)

    [(answer, made)] = schedules.fire()

    assert (answer, made) == ("fired", 6)
    assert schedules.history()[0].split("|")[1::3] == ["missed", "1000"]


def test_very_many_slots_are_fired_in_several_calls_that_follow_each_other(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put(missed="all", cap=1_000)
    bench.wait(1_100 * PERIOD_MS)
    calls = schedules.firings()
    assert [len(call.jobs) for call in calls] == [500, 500, 1]

    assert [made for _, made in schedules.fire(*calls)] == [500, 500, 1]

    assert bench.counts().waiting == 1_001
    assert schedules.the().slot == bench.now_ms + PERIOD_MS


def test_what_dies_between_two_of_these_calls_is_gone_on_with_by_another(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put(missed="all", cap=1_000)
    bench.wait(600 * PERIOD_MS)
    schedules.fire(schedules.firings()[0])

    schedules.fire()

    assert bench.counts().waiting == 600


def test_a_limit_ends_a_schedule(bench: QueueBench, schedules: ScheduleBench) -> None:
    schedules.put(limit=2, missed="all")
    for _ in range(4):
        bench.wait(PERIOD_MS)
        schedules.fire()

    assert (schedules.the().slot, schedules.the().fired) == (None, 2)
    assert bench.counts().waiting == 2
    assert bench.meta("next") is None


def test_a_full_queue_leaves_the_slot_due(bench: QueueBench, schedules: ScheduleBench) -> None:
    bench.me.configure(max_jobs=1)
    schedules.put()
    bench.add("a")
    bench.wait(PERIOD_MS)
    before = everything(bench)

    assert schedules.fire() == [("full", 0)]

    assert everything(bench) == before
    with pytest.raises(QueueFull):
        schedules.run_now("x")


def test_a_closed_queue_fires_nothing_and_asks_nobody(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    bench.me.configure(closed=1)
    bench.wait(PERIOD_MS)

    claim = bench.worker().tick(1)

    assert not claim.fires
    assert claim.wake_ms == bench.now_ms + 1_000
    with pytest.raises(QueueClosed):
        schedules.fire()
    with pytest.raises(QueueClosed):
        schedules.run_now("x")


def test_a_put_that_is_sent_again_is_answered_again(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    assert schedules.put() == "ok"
    before = everything(bench)

    assert bench.me.repeat() == [b"ok"]

    assert everything(bench) == before


def test_a_put_on_what_somebody_else_has_changed_writes_nothing(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    schedules.put(cap=7)

    assert schedules.put(cap=9, revision=1) == "changed"
    assert schedules.put("other", revision=1) == "changed"

    assert b'"cap":7' in schedules.the().record
    assert schedules.get("other") is None


def test_a_run_on_request_that_is_sent_again_makes_one_job(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put(overlap="skip")
    assert schedules.run_now("x")
    assert bench.me.repeat() == [b"ok"]

    assert bench.counts().waiting == 1
    assert schedules.the().live == (f"{bench.now_ms}+x",)
    assert not schedules.run_now("y", "nobody")


def test_the_first_start_is_remembered_until_the_run_has_ended(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    bench.wait(PERIOD_MS)
    schedules.fire()
    worker = bench.worker()
    started = bench.now_ms
    claim = worker.tick(1)
    bench.wait(20)
    outcomes = Outcomes()
    outcomes.put_back(ids(claim)[0], claim.ticket, 0, "1:0:0:1:snooze")
    again = worker.tick(1, outcomes)
    assert bench.client.hget(bench.key("starts"), ids(claim)[0]) == str(started).encode()
    bench.wait(30)

    worker.finish(again)

    assert not bench.client.exists(bench.key("starts"))
    assert [line.split("|")[1:] for line in schedules.history()] == [
        ["completed", str(started), str(bench.now_ms), "1"]
    ]


def test_a_run_whose_job_is_not_kept_has_its_line_all_the_same(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    bench.me.configure(keep_completed=0, keep_failed=0)
    schedules.put()
    bench.wait(PERIOD_MS)
    schedules.fire()
    worker = bench.worker()
    claim = worker.tick(1)
    outcomes = Outcomes()
    outcomes.end(ids(claim)[0], claim.ticket, "failed", b"{}")

    worker.tick(0, outcomes)

    assert [line.split("|")[1] for line in schedules.history()] == ["failed"]
    assert not bench.client.exists(bench.key("starts"))


def test_a_removed_job_leaves_no_line_and_no_start(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    bench.wait(PERIOD_MS)
    schedules.fire()
    worker = bench.worker()
    claim = worker.tick(1)
    outcomes = Outcomes()
    outcomes.put_back(ids(claim)[0], claim.ticket, 0, "1:0:0:1:snooze")
    worker.tick(0, outcomes)

    bench.me.call("remove", *ids(claim))

    assert schedules.history() == []
    assert not bench.client.exists(bench.key("starts"))


def test_a_parked_job_that_is_promoted_by_hand_runs_and_the_line_goes_on(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put(overlap="queue", missed="all")
    bench.wait(3 * PERIOD_MS)
    schedules.fire()
    worker = bench.worker()
    first = worker.tick(5)
    assert len(first.jobs) == 1
    second = run = schedules.the().line[0]
    bench.me.call("promote", schedules.job(int(run)))
    assert ids(worker.tick(5)) == [schedules.job(int(second))]

    worker.finish(first)

    assert schedules.the().live == (schedules.the().passed.__str__(),)
    assert schedules.the().line == ()


def test_a_run_that_is_retried_stands_in_the_way_of_the_next_slot_again(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put(overlap="skip")
    bench.wait(PERIOD_MS)
    schedules.fire()
    worker = bench.worker()
    worker.finish(worker.tick(1))
    assert schedules.the().live == ()
    assert bench.me.call("retry", 1, schedules.job(bench.now_ms)) == [1]
    bench.wait(PERIOD_MS)

    assert schedules.fire() == [("fired", 0)]

    worker.finish(worker.tick(1))
    bench.wait(PERIOD_MS)
    assert schedules.fire() == [("fired", 1)]
    assert [line.split("|")[1] for line in schedules.history()] == [
        "completed", "skipped", "completed",
    ]  # fmt: skip


def test_a_run_that_a_foreign_hand_took_away_stands_in_nobodys_way(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put(overlap="skip")
    bench.wait(PERIOD_MS)
    schedules.fire()
    bench.client.delete(bench.key("waiting"))
    bench.client.hdel(bench.key("jobs"), schedules.job(bench.now_ms))
    bench.wait(PERIOD_MS)

    assert schedules.fire() == [("fired", 1)]


def test_at_most_a_hundred_slots_are_parked(bench: QueueBench, schedules: ScheduleBench) -> None:
    schedules.put(overlap="queue", missed="all", cap=200)
    bench.wait(150 * PERIOD_MS)
    schedules.fire()

    assert len(schedules.the().line) == 100
    assert len(schedules.history()) == 49


def test_a_queue_whose_last_schedule_is_removed_is_as_if_there_had_been_none(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put("a", overlap="queue", missed="all")
    schedules.put("b")
    bench.wait(3 * PERIOD_MS)
    schedules.fire()
    worker = bench.worker()
    claim = worker.tick(10)
    assert bench.me.call("remove_schedule", "a") == [1]
    assert bench.me.call("remove_schedule", "a") == [0]
    assert "schedules" in picture(bench.client, bench.keys).hints
    bench.me.call("remove_schedule", "b")
    worker.finish(claim)

    seen = picture(bench.client, bench.keys)
    assert seen.hints & {"schedules", "starts"} == set()
    assert not [name for name in bench.all_keys() if "schedule" in name or name == "starts"]
    assert bench.counts().cancelled == 2
    assert bench.meta("next") is None


def test_pages_of_schedules_follow_their_names(bench: QueueBench, schedules: ScheduleBench) -> None:
    for name in ("b", "c", "a"):
        schedules.put(name)

    def page(after: str, limit: int) -> list[object]:
        reply = bench.run("schedules", "", after, limit)
        return cast("list[object]", reply)[1::3]

    assert page("", 2) == [b"a", b"b"]
    assert page("b", 2) == [b"c"]
    assert page("c", 2) == []


def test_calls_that_make_no_sense_are_refused_before_anything_is_written(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put()
    slot = schedules.the().slot or 0
    bench.wait(PERIOD_MS)
    before = everything(bench)
    firings: list[Tail] = [
        ["s", 1, slot, slot - 1, slot + 1, 0, 0, 0],  # deals with less than is due
        ["s", 1, slot, slot, slot, 0, 0, 0],  # does not move on
        ["s", 1, slot, slot, slot + 1, 0, 0, 1, "x"],  # half a job
    ]
    for tail in firings:
        with pytest.raises(ProtocolError):
            bench.run("fire", *tail)
    others: list[tuple[str, Tail]] = [
        ("put_schedule", ["a b", 0, "allow", 0, "1", 1, "{}"]),
        ("put_schedule", ["a", 0, "perhaps", 0, "1", 1, "{}"]),
        ("put_schedule", ["a", 0, "allow", 0, "soon", 1, "{}"]),
        ("move_schedule", ["s", 1, 0, "soon", 1]),
        ("run_schedule", ["s", 0]),
    ]
    for script, tail in others:
        with pytest.raises(ProtocolError):
            bench.me.call(script, *tail)
    assert everything(bench) == before


def test_the_long_field_of_starts_goes_with_the_last_run(
    bench: QueueBench, schedules: ScheduleBench
) -> None:
    schedules.put("a")
    schedules.put("b")
    bench.wait(PERIOD_MS)
    schedules.fire()
    worker = bench.worker()
    claim = worker.tick(2)
    worker.finish(claim, ids(claim)[0])
    keys = cast("list[bytes]", bench.client.hkeys(bench.key("starts")))
    left = {key.decode() for key in keys}
    assert left == {SENTINEL, ids(claim)[1]}
    worker.finish(claim, ids(claim)[1])
    assert not bench.client.exists(bench.key("starts"))
