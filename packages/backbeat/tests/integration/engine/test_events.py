"""The event stream: one entry for each call and kind."""

from typing import cast

import pytest

from backbeat.engine.calls.tick import Outcomes
from packages.backbeat.tests.support.queue_bench import QueueBench


def test_a_life_is_told_by_default_without_the_steps_of_every_job(bench: QueueBench) -> None:
    _live(bench)

    assert _events(bench) == [
        ("added", "a,b,c"),
        ("completed", "b"),
        ("delayed", "a"),
        ("failed", "c"),
        ("stalled", "a"),
        ("cancelled", "a"),
        ("retried", "c"),
        ("removed", "c"),
        ("paused", "*"),
        ("resumed", "*"),
    ]


def test_all_tells_every_step(bench: QueueBench) -> None:
    bench.me.configure(events="all")
    _live(bench)

    kinds = [kind for kind, _ in _events(bench)]
    assert kinds[:3] == ["added", "active", "completed"]
    assert {"waiting", "active"} <= set(kinds)


def test_none_tells_nothing(bench: QueueBench) -> None:
    bench.me.configure(events="none")
    _live(bench)

    assert not bench.client.exists(bench.key("events"))


@pytest.mark.parametrize("count", [1, 1_000])
def test_a_call_makes_one_entry_however_many_jobs(bench: QueueBench, count: int) -> None:
    bench.add(*(f"j{number}" for number in range(count)))

    ((kind, names),) = _events(bench)
    assert (kind, len(names.split(","))) == ("added", count)


def test_the_stream_stays_bounded(bench: QueueBench) -> None:
    for number in range(10_400):
        bench.client.xadd(bench.key("events"), {"added": str(number)})
    bench.add("a")

    assert bench.client.xlen(bench.key("events")) <= 10_300


def _live(bench: QueueBench) -> None:
    bench.add("a", "b", "c")
    worker = bench.worker(lease_ms=1_000)
    claim = worker.tick(3)
    outcomes = Outcomes()
    outcomes.finish("b", claim.ticket)
    outcomes.put_back("a", claim.ticket, bench.now_ms + 10)
    outcomes.end("c", claim.ticket, "failed", b"{}")
    worker.tick(0, outcomes)
    bench.wait(10)
    worker.tick(1)
    bench.wait(2_000)
    bench.reclaim()
    bench.me.cancel("a")
    bench.me.call("retry", 1, "c")
    bench.me.call("remove", "c")
    bench.me.configure(paused=1)
    bench.me.configure(paused="")


def _events(bench: QueueBench) -> list[tuple[str, str]]:
    entries = cast(
        "list[tuple[bytes, dict[bytes, bytes]]]", bench.client.xrange(bench.key("events"))
    )
    return [
        (kind.decode(), names.decode()) for _, fields in entries for kind, names in fields.items()
    ]
