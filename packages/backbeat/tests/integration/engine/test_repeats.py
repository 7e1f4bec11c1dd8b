"""One effect for each call: a repeated one is answered as before, a late one is refused."""

from collections.abc import Callable

import pytest

from backbeat.engine.calls.reply import Reply
from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.codes import StaleCall
from backbeat.errors import LeaseLost
from packages.backbeat.tests.support.invariants import Picture, picture
from packages.backbeat.tests.support.queue_bench import QueueBench, ids, job
from packages.backbeat.tests.support.schedule_bench import ScheduleBench

Call = Callable[[QueueBench], Reply]

# Every numbered call, on a queue with a job in each state.
NUMBERED: dict[str, Call] = {
    "enqueue": lambda bench: bench.me.call("enqueue", 2, "w1", "0[]", "new", "0[]", 0),
    "configure": lambda bench: bench.me.call("configure", "max_running", 7),
    "cancel a waiting job": lambda bench: bench.me.call("cancel", "w1", "{}"),
    "cancel an active job": lambda bench: bench.me.call("cancel", "a1", "{}"),
    "remove": lambda bench: bench.me.call("remove", "w1", "d1", "c1", "a1"),
    "reschedule": lambda bench: bench.me.call("reschedule", "w1", bench.now_ms + 5_000),
    "promote": lambda bench: bench.me.call("promote", "d1"),
    "set_priority": lambda bench: bench.me.call("set_priority", "w1", 9, ""),
    "update_data": lambda bench: bench.me.call("update_data", "w1", _body(), b"[2]"),
    "retry": lambda bench: bench.me.call("retry", 1, "c1", "f1"),
    "pause_worker": lambda bench: bench.me.call("pause_worker", 1, 1),
    "drain": lambda bench: bench.me.call("drain", 1, 1, 500),
    "clean": lambda bench: bench.me.call("clean", "failed", 0, 10),
    "put_schedule": lambda bench: bench.me.call(
        "put_schedule", "new", 0, "skip", 0, bench.now_ms + 1, bench.now_ms + 1, "{}"
    ),
    "move_schedule": lambda bench: bench.me.call("move_schedule", "s", 1, 1, "", 0),
    "remove_schedule": lambda bench: bench.me.call("remove_schedule", "s"),
    "run_schedule": lambda bench: bench.me.call(
        "run_schedule", "s", 1, "schedule:s:5+x", "0[]", 0, ""
    ),
    "obliterate with active jobs": lambda bench: bench.me.call("obliterate", 0),
}


@pytest.fixture
def filled(bench: QueueBench) -> QueueBench:
    """Jobs in every state: w1 w2 d1 a1 c1 f1; a schedule s."""
    bench.add("c1", "f1", "a1")
    worker = bench.worker()
    claim = worker.tick(3)
    outcomes = Outcomes()
    outcomes.finish("c1", claim.ticket, b"1")
    outcomes.end("f1", claim.ticket, "failed", b"{}")
    worker.tick(0, outcomes)
    bench.add("w1", "w2", job("d1", due_ms=bench.now_ms + 1_000))
    ScheduleBench(bench).put(overlap="skip")
    return bench


@pytest.mark.parametrize("call", NUMBERED.values(), ids=NUMBERED)
def test_a_repeated_call_has_one_effect_and_the_same_answer(call: Call, filled: QueueBench) -> None:
    answer = _plain(call(filled))
    after = _without_noise(picture(filled.client, filled.keys))

    again = _plain(filled.me.repeat())

    assert again[1:] == answer[1:]
    assert again[0] in (answer[0], b"replay")
    assert _without_noise(picture(filled.client, filled.keys)) == after


@pytest.mark.parametrize("call", NUMBERED.values(), ids=NUMBERED)
def test_a_call_that_arrives_after_its_successor_is_refused(call: Call, filled: QueueBench) -> None:
    call(filled)
    filled.me.configure(max_jobs=1_000)
    after = _without_noise(picture(filled.client, filled.keys))

    with pytest.raises(StaleCall):
        filled.me.repeat(2)

    assert _without_noise(picture(filled.client, filled.keys)) == after


def test_a_session_is_remembered_for_ten_minutes(bench: QueueBench) -> None:
    bench.add("a")
    bench.wait(599_000)

    sent_at, *rest = bench.me.sent[-1][1]
    assert isinstance(sent_at, int)
    reply = bench.call("enqueue", [bench.now_ms, *rest])

    assert isinstance(reply, list)
    assert reply[0] == b"replay"


def test_sessions_do_not_know_each_other(bench: QueueBench) -> None:
    other = type(bench.me)(bench, "other")

    assert bench.add("a") == ["created"]
    assert other.add("b") == ["created"]
    assert bench.worker().claim(5) == ["a", "b"]


def test_a_repeated_finish_is_answered_with_what_was_lost(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    claim = worker.tick(2)
    worker.finish(claim, "a")

    answer = worker.finish(claim, "a", "b")

    assert answer.lost == ("a",)
    assert worker.repeat().lost == ("a",)
    assert bench.counts().total_completed == 2


def test_a_repeated_claim_leaves_out_what_ended_in_the_meantime(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    claim = worker.tick(2)
    worker.run("expire", "b", claim.ticket, "end", "failed", "", b"{}", b"")

    assert ids(worker.repeat()) == ["a"]


def test_a_late_tick_is_refused_and_changes_nothing(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    worker.tick(1)
    worker.tick(0)

    with pytest.raises(StaleCall):
        worker.repeat(2)

    assert (bench.counts().active, bench.counts().waiting) == (1, 1)


def test_a_late_tick_of_a_reclaimed_worker_is_refused(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker(lease_ms=1_000)
    bench.wait(1_001)
    bench.reclaim()

    with pytest.raises(LeaseLost):
        worker.tick(1)

    assert bench.counts().waiting == 1


def test_a_worker_whose_number_was_given_away_is_refused(bench: QueueBench) -> None:
    """After a failover that forgot a registration two workers can have one number."""
    bench.add("a")
    worker = bench.worker("first")
    bench.client.hset(bench.key("workers"), str(worker.number), "0|second|0|")

    for call in ("census", "renew"):
        with pytest.raises(LeaseLost):
            worker.run(call, 1_000)
    with pytest.raises(LeaseLost):
        worker.tick(1)


def _body() -> bytes:
    return job("w1").record[1:]


def _plain(reply: Reply) -> list[bytes]:
    assert isinstance(reply, list)
    return [part if isinstance(part, bytes) else str(part).encode() for part in reply]


def _without_noise(seen: Picture) -> Picture:
    """Wake tokens come and go without a meaning of their own."""
    seen.lists.pop("wake")
    return seen
