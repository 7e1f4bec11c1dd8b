"""Progress and log lines of active jobs."""

import pytest

from backbeat.engine.calls.worker import Report, parse_report, report_args
from backbeat.engine.codes import StaleCall
from backbeat.errors import LeaseLost, ProtocolError
from packages.backbeat.tests.support.queue_bench import QueueBench


def test_progress_is_the_last_word_and_lines_add_up(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    claim = worker.tick(2)
    reports = [
        Report("a", claim.ticket, b'{"percent":10}', [b"one"]),
        Report("b", claim.ticket, b"", [b"two", b"three"]),
        Report("a", claim.ticket, b'{"percent":20}', [b"four"]),
    ]

    assert parse_report(worker.run("report", *report_args(reports))) == ()

    snapshot = bench.get("a")
    assert snapshot is not None
    assert snapshot.progress == b'{"percent":20}'
    assert _log(bench, "a") == [b"one", b"four"]
    assert _log(bench, "b") == [b"two", b"three"]


def test_a_stale_attempt_reports_nothing(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    claim = worker.tick(2)
    worker.finish(claim, "a")
    reports = [Report(name, claim.ticket, b"1", [b"line"]) for name in ("a", "b", "unknown")]

    lost = parse_report(worker.run("report", *report_args(reports)))

    assert lost == ("a", "unknown")
    assert (_log(bench, "a"), _log(bench, "b")) == ([], [b"line"])


def test_a_worker_that_is_lost_reports_nothing(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker(lease_ms=1_000)
    claim = worker.tick(1)
    bench.wait(1_001)
    bench.reclaim()

    with pytest.raises(LeaseLost):
        worker.run("report", *report_args([Report("a", claim.ticket, b"1")]))


def test_a_report_that_is_sent_again_has_one_effect_and_the_same_answer(bench: QueueBench) -> None:
    bench.add("a", "b")
    worker = bench.worker()
    claim = worker.tick(2)
    worker.finish(claim, "b")
    first = report_args([Report(name, claim.ticket, b"1", [b"one"]) for name in ("a", "b")], 1)
    second = report_args([Report("a", claim.ticket, b"2", [b"two"])], 2)

    answers = [parse_report(worker.run("report", *first)) for _ in range(2)]
    worker.run("report", *second)

    assert answers == [("b",), ("b",)]
    with pytest.raises(StaleCall):
        worker.run("report", *first)
    assert _log(bench, "a") == [b"one", b"two"]


def test_a_log_keeps_its_last_thousand_lines_for_a_week(bench: QueueBench) -> None:
    bench.add("a")
    worker = bench.worker()
    claim = worker.tick(1)
    lines = [b"%d" % number for number in range(2_500)]
    worker.run("report", *report_args([Report("a", claim.ticket, b"", lines)]))

    assert _log(bench, "a") == lines[-1_000:]
    assert 604_000_000 < bench.client.pttl(bench.keys.log("a")) <= 604_800_000


@pytest.mark.parametrize(
    "tail", [[], [0], [1, "a", 5, ""], [1, "a", 5, "", 2, "x"], [2, "a", 5, "", 0]]
)
def test_rows_that_do_not_add_up_are_refused(bench: QueueBench, tail: list[str | int]) -> None:
    worker = bench.worker()

    with pytest.raises(ProtocolError):
        worker.run("report", 0, *tail)


def _log(bench: QueueBench, job_id: str) -> list[bytes]:
    return bench.entries(bench.keys.log(job_id))
