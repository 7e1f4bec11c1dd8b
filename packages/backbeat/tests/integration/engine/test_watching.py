"""Who waits for a job is told how it ended, once, and what happened on the way."""

import pytest

from backbeat.engine.calls.read import parse_watch
from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.calls.worker import Report, report_args
from backbeat.engine.states import State
from packages.backbeat.tests.support.invariants import picture
from packages.backbeat.tests.support.queue_bench import QueueBench, job


def test_a_watcher_is_told_the_result_and_forgotten(bench: QueueBench) -> None:
    bench.add("a")
    assert _watch(bench, "s1", "a") is None
    worker = bench.worker()

    worker.finish(worker.tick(1), result=b'{"n":1}')

    assert _letters(bench, "s1") == [b'a|completed|{"n":1}']
    assert picture(bench.client, bench.keys).hashes["watchers"] == {}
    assert 0 < bench.client.pttl(bench.keys.replies("s1")) <= 3_600_000


def test_every_watcher_is_told_and_each_once(bench: QueueBench) -> None:
    bench.add("a")
    for sid in ("s1", "s2", "s1"):
        _watch(bench, sid, "a")
    worker = bench.worker()

    worker.finish(worker.tick(1))

    assert _letters(bench, "s1") == _letters(bench, "s2") == [b"a|completed|"]


def test_a_result_is_told_even_if_nothing_is_kept(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=0)
    bench.add(job("a", reply="s1"))
    worker = bench.worker()

    worker.finish(worker.tick(1), result=b"7")

    assert _letters(bench, "s1") == [b"a|completed|7"]
    assert bench.state("a") is None


def test_a_job_added_with_a_session_needs_no_second_call(bench: QueueBench) -> None:
    bench.add(job("a", reply="s1", due_ms=bench.now_ms + 10), job("b", reply="s1"))
    bench.wait(10)
    worker = bench.worker()

    worker.finish(worker.tick(2), result=b"1")

    assert sorted(_letters(bench, "s1")) == [b"a|completed|1", b"b|completed|1"]


@pytest.mark.parametrize("how", ["failed", "cancelled"])
def test_a_bad_end_is_told_with_what_is_known(bench: QueueBench, how: str) -> None:
    bench.add("a")
    _watch(bench, "s1", "a")
    worker = bench.worker()
    outcomes = Outcomes()
    claim = worker.tick(1)
    outcomes.end("a", claim.ticket, "failed" if how == "failed" else "cancelled", b'{"error":"E"}')
    worker.tick(0, outcomes)

    assert _letters(bench, "s1") == [f'a|{how}|{{"error":"E"}}'.encode()]


def test_progress_and_retries_are_told_on_the_way(bench: QueueBench) -> None:
    bench.add("a")
    _watch(bench, "s1", "a")
    worker = bench.worker()
    claim = worker.tick(1)
    worker.run("report", *report_args([Report("a", claim.ticket, b'{"percent":50}')]))
    outcomes = Outcomes()
    outcomes.put_back("a", claim.ticket, bench.now_ms + 10, "1:1:0:0:retry")
    worker.tick(0, outcomes)
    bench.wait(10)
    worker.finish(worker.tick(1))

    assert _letters(bench, "s1") == [b'a|progress|{"percent":50}', b"a|delayed|", b"a|completed|"]


def test_a_removed_job_is_told(bench: QueueBench) -> None:
    bench.add("a")
    _watch(bench, "s1", "a")

    bench.me.call("remove", "a")

    assert _letters(bench, "s1") == [b"a|removed|"]


def test_a_job_that_ended_is_answered_at_once(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    worker.finish(worker.tick(1), result=b"7")

    assert _watch(bench, "s1", "a") == (State.COMPLETED, b"7")
    assert _watch(bench, "s1", "unknown") == (None, b"")
    assert "watchers" not in picture(bench.client, bench.keys).hints


def test_who_stops_watching_is_not_told(bench: QueueBench) -> None:
    bench.add("a")
    _watch(bench, "s1", "a")
    _watch(bench, "s2", "a")

    assert bench.run("unwatch", "s1", "a") == 1
    assert bench.run("unwatch", "s1", "a") == 0
    worker = bench.worker()
    worker.finish(worker.tick(1))

    assert (_letters(bench, "s1"), _letters(bench, "s2")) == ([], [b"a|completed|"])


def test_a_session_that_reads_nothing_keeps_only_the_newest(bench: QueueBench) -> None:
    worker = bench.worker(lease_ms=10**9)
    bench.me.configure(keep_completed=0)
    for first in range(0, 10_500, 750):
        bench.add(*(job(f"j{number}", reply="s1") for number in range(first, first + 750)))
        worker.finish(worker.tick(750))

    letters = _letters(bench, "s1")
    assert len(letters) == 10_000
    assert letters[-1].startswith(b"j10")


def _watch(bench: QueueBench, sid: str, job_id: str) -> tuple[State | None, bytes] | None:
    return parse_watch(bench.run("watch", sid, job_id))


def _letters(bench: QueueBench, sid: str) -> list[bytes]:
    return bench.entries(bench.keys.replies(sid))
