"""Dead letters at the level of their scripts: which group a failure is in, and until when."""

from typing import cast

from backbeat.engine.calls.reply import items, number, text
from backbeat.engine.calls.tick import Outcomes
from packages.backbeat.tests.support.queue_bench import QueueBench, job


def test_failures_of_a_kind_are_one_group_whoever_fails(bench: QueueBench) -> None:
    fail(bench, a="e1", b="e1", c="e2")
    assert groups(bench) == {"e1", "e2"}
    assert retry(bench, "e1")[0] == 2
    assert groups(bench) == {"e2"}


def test_what_fails_again_is_not_retried_once_more(bench: QueueBench) -> None:
    fail(bench, a="e1", b="e1")
    count, more, until_ms = retry(bench, "e1", limit=1)
    assert (count, more) == (1, 1)
    bench.wait(1)
    fail_waiting(bench, "e1")

    assert retry(bench, "e1", until_ms)[0] == 1
    fail_waiting(bench, "e1")
    assert retry(bench, "e1", until_ms)[0] == 0


def test_a_new_kind_never_gets_the_slot_of_another(bench: QueueBench) -> None:
    fail(bench, a="e1", b="e2", c="e3")
    bench.me.call("remove_dead", "e1", 0, 500)
    fail(bench, d="e4")

    slots = bench.client.hgetall(bench.key("dead_slots"))
    assert sorted(slots.values()) == [b"e2", b"e3", b"e4"]
    assert retry(bench, "e3")[0] == 1


def test_kinds_beyond_a_thousand_are_one_group(bench: QueueBench) -> None:
    bench.me.configure(keep_failed=-1)
    for first in range(0, 1_003, 500):
        last = min(first + 500, 1_003)
        fail(bench, **{f"j{kind}": f"{kind:x}" for kind in range(first, last)})

    assert len(groups(bench)) == 1_001
    assert retry(bench, "other")[0] == 3


def test_what_is_kept_no_longer_is_in_no_group(bench: QueueBench) -> None:
    bench.me.configure(keep_failed=1)
    for batch in range(2):
        fail(bench, **{f"j{batch}-{number}": f"{number:x}" for number in range(60)})

    assert len(groups(bench)) == bench.counts().failed < 60


def test_a_group_is_removed_with_its_jobs(bench: QueueBench) -> None:
    fail(bench, a="e1", b="e1", c="e2")
    bench.me.call("remove_dead", "e1", 0, 500)

    assert groups(bench) == {"e2"}
    assert (bench.state("a"), bench.state("c")) == (None, "failed")


def fail(bench: QueueBench, **kinds: str) -> None:
    """Add jobs and let each fail in its way."""
    bench.add(*map(job, kinds))
    worker = bench.worker()
    claim = worker.tick(len(kinds))
    outcomes = Outcomes()
    for job_id, kind in kinds.items():
        outcomes.end(job_id, claim.ticket, "failed", b'{"fingerprint":"%b"}' % kind.encode())
    worker.tick(0, outcomes)
    worker.leave()


def fail_waiting(bench: QueueBench, kind: str) -> None:
    """Let all that waits fail."""
    worker = bench.worker()
    claim = worker.tick(100)
    outcomes = Outcomes()
    for job_id, _, _ in claim.jobs:
        outcomes.end(job_id, claim.ticket, "failed", b'{"fingerprint":"%b"}' % kind.encode())
    worker.tick(0, outcomes)
    worker.leave()


def groups(bench: QueueBench) -> set[str]:
    """The kinds of failures that there are."""
    found = cast("list[bytes]", bench.client.hkeys(bench.key("dead_groups")))
    return {kind.decode() for kind in found}


def retry(
    bench: QueueBench, kind: str, until_ms: int = 0, *, limit: int = 500
) -> tuple[int, int, int]:
    """Retry a group: how many, whether there are more, and the moment for the next step."""
    count, more, until = items(bench.me.call("retry_dead", kind, until_ms, limit, 0), 3)
    return number(count), number(more), int(text(until))
