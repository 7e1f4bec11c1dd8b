"""A wait is counted by the server's clock: a producer whose clock is wrong changes nothing."""

from backbeat.engine.calls.control import parse_moved, reschedule_args
from packages.backbeat.tests.support.queue_bench import QueueBench, job


def test_a_negative_due_time_counts_from_the_add(bench: QueueBench) -> None:
    bench.add(job("d", due_ms=-1_500))

    assert bench.client.zscore(bench.key("delayed"), "d") == bench.now_ms + 1_500


def test_a_negative_due_time_counts_from_the_move(bench: QueueBench) -> None:
    bench.add(job("d", due_ms=-1_500))
    bench.wait(1_000)

    moved = parse_moved(bench.me.call("reschedule", *reschedule_args("d", -60_000)))

    assert moved == "ok"
    assert bench.client.zscore(bench.key("delayed"), "d") == bench.now_ms + 60_000
