"""How many bytes ended jobs may hold, and what of them is counted."""

from typing import Final, cast

import pytest

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.calls.worker import Report, report_args
from backbeat.engine.states import State
from packages.backbeat.tests.support.flow_bench import FlowBench, node, run_all
from packages.backbeat.tests.support.invariants import picture
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench, job

_TOLD: Final = ("jobs", "results", "history", "progress")


def test_bytes_bound_all_that_the_store_holds_of_ended_jobs(bench: QueueBench) -> None:
    bench.me.configure(keep_bytes=20_000)
    worker = bench.worker()
    for number in range(30):
        _fail_wordily(bench, worker, f"j{number}")

    seen = picture(bench.client, bench.keys)
    kept = sum(_bytes_of(bench, job_id) for job_id in seen.hashes["jobs"])
    assert bench.counts().kept_bytes == kept
    assert 20_000 - 2_200 < kept <= 20_000
    assert 0 < len(seen.zsets["failed"]) < 30
    assert bench.state("j29") is State.FAILED


@pytest.mark.parametrize("lines", [50, 51, 333])
def test_a_long_log_is_weighed_by_an_even_sample_of_its_lines(
    bench: QueueBench, lines: int
) -> None:
    bench.me.configure(keep_bytes=10_000_000)
    worker = bench.worker()
    bench.add("a")
    claim = worker.tick(1)
    # The longer it goes on, the more it has to say.
    said = [b"." * number for number in range(lines)]
    worker.run("report", *report_args([Report("a", claim.ticket, b"", said)]))
    worker.finish(claim)

    assert bench.counts().kept_bytes == pytest.approx(_bytes_of(bench, "a"), rel=0.05)


def test_what_children_gave_counts_with_their_parent(valkey: PrivateServer) -> None:
    flows = FlowBench(valkey.client, "p", "c")
    flows["p"].me.configure(keep_bytes=1_000_000)
    children = [node(f"c/{number:03}") for number in range(60)]
    flows.start(node("p/top", *children), *children)
    flows.relay()
    run_all(flows["c"])
    flows.relay()
    run_all(flows["p"])

    given = cast("list[bytes]", valkey.client.hvals(flows["p"].keys.child_results("top")))
    assert len(given) == 60
    own = _bytes_of(flows["p"], "top")
    assert flows["p"].counts().kept_bytes == own + sum(map(len, given))


def test_bytes_cost_nothing_where_they_are_not_bounded(bench: QueueBench) -> None:
    _fail_wordily(bench, bench.worker(), "a")

    assert bench.counts().kept_bytes == 0
    assert picture(bench.client, bench.keys).hashes["kept_sizes"] == {}


def test_bytes_let_failed_jobs_go_last(bench: QueueBench) -> None:
    bench.me.configure(keep_bytes=1_500)
    worker = bench.worker()
    bench.add(job("f", payload=b'"%s"' % (b"x" * 400)))
    claim = worker.tick(1)
    outcomes = Outcomes()
    outcomes.end("f", claim.ticket, "failed", b"{}")
    worker.tick(0, outcomes)
    for number in range(5):
        bench.add(job(f"c{number}", payload=b'"%s"' % (b"x" * 400)))
        worker.finish(worker.tick(1))

    assert bench.state("f") is State.FAILED


def test_bytes_are_not_counted_any_more_when_the_bound_is_taken_away(bench: QueueBench) -> None:
    bench.me.configure(keep_bytes=10_000)
    _fail_wordily(bench, bench.worker(), "a")
    bench.me.configure(keep_bytes="")

    seen = picture(bench.client, bench.keys)
    assert (seen.hashes["kept_sizes"], bench.meta("kept_bytes")) == ({}, None)


def _fail_wordily(bench: QueueBench, worker: BenchWorker, job_id: str) -> None:
    """Leave something of each kind behind."""
    bench.add(job(job_id, payload=b'"%s"' % (b"x" * 400)))
    claim = worker.tick(1)
    said = Report(job_id, claim.ticket, b'"%s"' % (b"p" * 400), [b"l" * 100] * 4)
    worker.run("report", *report_args([said]))
    outcomes = Outcomes()
    outcomes.end(job_id, claim.ticket, "failed", b'{"a":"%s"}' % (b"y" * 400), b"h" * 399 + b"\n")
    worker.tick(0, outcomes)


def _bytes_of(bench: QueueBench, job_id: str) -> int:
    """What the store holds of a job, places and counters left out."""
    told = (picture(bench.client, bench.keys).hashes[name].get(job_id, "") for name in _TOLD)
    return sum(map(len, [*told, *bench.entries(bench.keys.log(job_id))]))
