"""The operator's commands: add again, remove, move, change, run again, set up."""

import json

import pytest

from backbeat.engine.calls.control import (
    parse_count,
    parse_moved,
    parse_remove,
    parse_update_data,
    retry_args,
)
from backbeat.engine.calls.reply import Arg
from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.record import body_of
from backbeat.engine.states import Reason, State
from backbeat.errors import ProtocolError, QueueClosed, QueueFull
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, ids, job


@pytest.fixture
def worker(bench: QueueBench) -> BenchWorker:
    """A worker, and a job in every state: w h d a c f x."""
    bench.add("c", "f", "a")
    worker = bench.worker()
    claim = worker.tick(3)
    outcomes = Outcomes()
    outcomes.finish("c", claim.ticket, b"1")
    outcomes.end("f", claim.ticket, "failed", b'{"error":"E"}')
    worker.tick(0, outcomes)
    bench.add("x")
    bench.me.cancel("x")
    bench.add("w", job("h", priority=8), job("d", due_ms=bench.now_ms + 1_000))
    return worker


class TestAdding:
    def test_the_answer_says_what_is_there_already(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        assert bench.add("w", "h", "d", "a", "c", "f", "x", "new") == [
            "existing", "existing", "existing", "existing", "kept", "kept", "kept", "created",
        ]  # fmt: skip

    def test_a_kept_job_can_be_replaced_and_a_live_one_cannot(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        new = [job(name, replace=True, payload=b"2") for name in ("c", "w", "c", "n")]

        assert bench.add(*new) == ["created", "existing", "existing", "created"]
        claim = worker.tick(10)
        assert ids(claim) == ["h", "w", "c", "n"]
        assert body_of(claim.jobs[2][1]).endswith(b",2]")

    def test_a_full_queue_takes_nothing_of_a_call(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        bench.me.configure(max_jobs=5)

        with pytest.raises(QueueFull) as refused:
            bench.add("n1", "n2")

        assert refused.value.queue == "q"
        assert bench.state("n1") is None
        assert bench.add("n1") == ["created"]
        assert bench.add("n1", "w") == ["existing", "existing"]

    def test_ended_jobs_do_not_fill_a_queue(self, bench: QueueBench) -> None:
        bench.me.configure(max_jobs=1)
        worker = bench.worker()
        for number in range(3):
            assert bench.add(f"j{number}") == ["created"]
            worker.finish(worker.tick(1))

    def test_a_closed_queue_takes_nothing_and_gives_nothing(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        bench.me.configure(closed=1)

        with pytest.raises(QueueClosed):
            bench.add("n")
        assert worker.claim(5) == []

    @pytest.mark.parametrize(
        "tail", [[], [0, 0], [1, "a", "0[]"], [2, "a", "0[]", 0], [0, 1, "a", "0[]", "soon", ""]]
    )
    def test_an_add_that_does_not_add_up_is_refused(
        self, bench: QueueBench, tail: list[Arg]
    ) -> None:
        with pytest.raises(ProtocolError):
            bench.me.call("enqueue", *tail)

        assert bench.counts().waiting == 0


class TestRemoving:
    def test_everything_but_active_jobs_is_removed(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        answer = parse_remove(bench.me.call("remove", *"whdacfx", "unknown", "w"))

        assert answer == (6, ("a",))
        assert bench.counts().active == 1
        assert [bench.state(name) for name in "whdcfx"] == [None] * 6

    def test_too_many_ids_are_refused(self, bench: QueueBench) -> None:
        with pytest.raises(ProtocolError):
            bench.me.call("remove", *(f"j{number}" for number in range(1_001)))


class TestMoving:
    def test_a_waiting_job_gets_a_time(self, bench: QueueBench, worker: BenchWorker) -> None:
        for name in "wh":
            assert parse_moved(bench.me.call("reschedule", name, bench.now_ms + 50)) == "ok"
        assert worker.claim(5) == []
        bench.wait(50)

        assert worker.claim(5) == ["h", "w"]

    def test_a_delayed_job_gets_another_time(self, bench: QueueBench, worker: BenchWorker) -> None:
        bench.me.call("reschedule", "d", bench.now_ms + 5_000)
        bench.wait(4_000)
        assert bench.state("d") is State.DELAYED
        bench.me.call("reschedule", "d", bench.now_ms - 1)

        assert bench.state("d") is State.WAITING

    def test_active_ended_and_unknown_jobs_get_none(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        answers = [parse_moved(bench.me.call("reschedule", name, bench.now_ms)) for name in "acfx?"]

        assert answers == ["refused"] * 4 + ["unknown"]

    def test_only_delayed_jobs_are_promoted(self, bench: QueueBench, worker: BenchWorker) -> None:
        assert parse_count(bench.me.call("promote", *"whdacfx", "unknown")) == 1
        assert worker.claim(5) == ["h", "w", "d"]

    def test_a_job_changes_its_priority_and_keeps_who_waits_for_it(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        bench.add(job("r", priority=2, reply="s1"), "last")
        for name, priority in (("w", 1), ("d", 9), ("r", 10), ("last", 6)):
            assert parse_moved(bench.me.call("set_priority", name, priority, "")) == "ok"
        bench.wait(1_000)

        claim = worker.tick(10)

        assert ids(claim) == ["r", "d", "h", "last", "w"]
        assert claim.jobs[0][1].startswith(b"x10;;s1\n")

    def test_a_job_becomes_plain_again(self, bench: QueueBench, worker: BenchWorker) -> None:
        bench.me.call("set_priority", "h", 5, "")

        claim = worker.tick(5)

        assert ids(claim) == ["w", "h"]
        assert claim.jobs[1][1] == job("h").record

    def test_a_job_that_stays_in_the_list_keeps_its_turn(self, bench: QueueBench) -> None:
        bench.add("a", "b")
        bench.me.call("set_priority", "a", 5, "")

        assert bench.worker().claim(2) == ["a", "b"]

    def test_lifo_can_be_asked_for_later(self, bench: QueueBench) -> None:
        bench.add("a", "b")
        bench.me.call("set_priority", "b", 5, "l")

        assert bench.worker().claim(2) == ["b", "a"]

    def test_active_ended_and_unknown_jobs_keep_theirs(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        answers = [parse_moved(bench.me.call("set_priority", name, 9, "")) for name in "acfx?"]

        assert answers == ["refused"] * 4 + ["unknown"]

    @pytest.mark.parametrize("bad", [(-1, ""), (11, ""), (5, "z")])
    def test_there_is_no_other_priority(self, bench: QueueBench, bad: tuple[int, str]) -> None:
        bench.add("a")

        with pytest.raises(ProtocolError):
            bench.me.call("set_priority", "a", *bad)


class TestChanging:
    @pytest.mark.parametrize("name", ["w", "h", "d", "c"])
    def test_a_body_is_replaced_and_the_head_stays(
        self, bench: QueueBench, worker: BenchWorker, name: str
    ) -> None:
        snapshot = bench.get(name)
        assert snapshot is not None
        old = body_of(snapshot.record)

        assert parse_update_data(bench.me.call("update_data", name, old, b'["t",1,9]')) == "ok"

        changed = bench.get(name)
        assert changed is not None
        assert changed.record == snapshot.record.replace(old, b'["t",1,9]')

    def test_a_body_that_somebody_changed_is_left_alone(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        answers = [
            parse_update_data(bench.me.call("update_data", name, b"other", b"new"))
            for name in "wa?"
        ]

        assert answers == ["changed", "active", "unknown"]


class TestRunningAgain:
    def test_ended_jobs_run_again_without_what_was_kept(
        self, bench: QueueBench, worker: BenchWorker
    ) -> None:
        args = retry_args([*"whdacfx", "unknown"], reset_fails=True)

        assert parse_count(bench.me.call("retry", *args)) == 3

        assert worker.claim(9) == ["h", "w", "c", "f", "x"]
        assert bench.counts().completed == 0

    @pytest.mark.parametrize(("reset", "run"), [(True, b"2:0:0:1:turn"), (False, b"2:1:1:1:retry")])
    def test_failures_and_crashes_count_on_or_not(
        self, bench: QueueBench, reset: bool, run: bytes
    ) -> None:
        bench.add("a")
        worker = bench.worker()
        claim = worker.tick(1)
        worker.run("expire", "a", claim.ticket, "end", "failed", "2:1:1:1:retry", b"{}", b"{}\n")
        bench.me.call("retry", *retry_args(["a"], reset_fails=reset))

        assert worker.tick(1).jobs[0][2] == run + b":%d" % bench.now_ms
        snapshot = bench.get("a")
        assert snapshot is not None
        assert snapshot.history == b"{}\n"


class TestSettingUp:
    def test_why_a_job_waits(self, bench: QueueBench) -> None:
        bench.add("a", "b", job("d", due_ms=bench.now_ms + 10))
        assert _reason(bench, "b") is Reason.WORKER
        worker = bench.worker()
        assert _reason(bench, "b") is Reason.TURN
        bench.me.configure(max_running=1)
        claim = worker.tick(1)
        assert ids(claim) == ["a"]
        assert _reason(bench, "b") is Reason.LIMIT
        bench.me.configure(paused=1)
        assert _reason(bench, "b") is Reason.PAUSED
        bench.me.configure(closed=1)
        assert _reason(bench, "b") is Reason.CLOSED
        assert _reason(bench, "d") is Reason.DELAY
        assert _reason(bench, "a") is None

    @pytest.mark.parametrize("reason", [Reason.RETRY, Reason.SNOOZE])
    def test_why_a_job_is_delayed(self, bench: QueueBench, reason: Reason) -> None:
        bench.add("a")
        worker = bench.worker()
        claim = worker.tick(1)
        outcomes = Outcomes()
        outcomes.put_back("a", claim.ticket, bench.now_ms + 10, f"1:1:0:0:{reason}")
        worker.tick(0, outcomes)

        assert _reason(bench, "a") is reason

    def test_no_more_jobs_run_than_may(self, bench: QueueBench) -> None:
        bench.me.configure(max_running=3)
        bench.add(*(f"j{number}" for number in range(10)))
        first, second = bench.worker("w1"), bench.worker("w2")

        assert (first.claim(2), second.claim(5)) == (["j0", "j1"], ["j2"])
        assert first.claim(1) == []
        bench.me.configure(max_running="")
        assert len(first.claim(10)) == 7

    def test_pausing_shows_in_the_counts(self, bench: QueueBench) -> None:
        bench.me.configure(paused=1)
        assert bench.counts().paused
        bench.me.configure(paused="")
        assert not bench.counts().paused

    @pytest.mark.parametrize(
        "fields", [["colour", "red"], ["paused"], ["max_running", "many"], ["events", "some"]]
    )
    def test_settings_that_do_not_exist_are_refused_and_none_is_changed(
        self, bench: QueueBench, fields: list[str]
    ) -> None:
        with pytest.raises(ProtocolError):
            bench.me.call("configure", "max_jobs", 7, *fields)

        assert bench.meta("max_jobs") is None

    def test_a_claim_stops_at_four_mebibytes_and_the_rest_keeps_its_place(
        self, bench: QueueBench
    ) -> None:
        big = b'"%s"' % (b"x" * 250_000)
        bench.add(*(job(f"j{number}", payload=big) for number in range(15)))
        bench.add(*(job(f"p{number}", payload=big, priority=3) for number in range(15)))
        worker, order = bench.worker(), list[str]()
        while claimed := worker.claim(100):
            assert len(claimed) <= 18
            order += claimed

        assert order == [f"j{number}" for number in range(15)] + [
            f"p{number}" for number in range(15)
        ]

    def test_one_job_is_given_however_large_it_is(self, bench: QueueBench) -> None:
        bench.add(job("huge", payload=b'"%s"' % (b"x" * 5_000_000)), "small")
        worker = bench.worker()

        assert worker.claim(2) == ["huge"]
        assert worker.repeat().jobs[0][0] == "huge"
        assert worker.claim(2) == ["small"]

    def test_a_record_that_a_foreign_hand_deleted_is_passed_over(self, bench: QueueBench) -> None:
        bench.add("a", "b")
        bench.client.hdel(bench.key("jobs"), "a")

        assert bench.worker().claim(2) == ["b"]


def test_the_keepers_history_is_json(bench: QueueBench) -> None:
    bench.add("a")
    bench.worker(lease_ms=1_000).claim(1)
    bench.wait(1_001)
    bench.reclaim()
    snapshot = bench.get("a")
    assert snapshot is not None

    assert json.loads(snapshot.history)["outcome"] == "stalled"


def _reason(bench: QueueBench, job_id: str) -> Reason | None:
    snapshot = bench.get(job_id)
    assert snapshot is not None
    return snapshot.reason
