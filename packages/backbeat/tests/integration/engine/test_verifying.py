"""What the engine finds wrong with a queue that somebody broke, and how it is put right."""

import pytest

from backbeat.engine.calls.tick import Outcomes
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.queue_bench import QueueBench, job
from packages.backbeat.tests.support.verifier import verify, wrong

FAILURE = b'{"fingerprint":"a1","error":"E"}'
# Each state, and ways to be in it; the id says which.
IN_LIST = ("plain", "late", "front")
JOBS = (*IN_LIST, "urgent", "delayed", "held", "done", "kept", "broken", "off", "grouped")


def fill(bench: QueueBench) -> None:
    """A job in every place, with all that can be kept of one."""
    bench.me.configure(keep_completed=-1, keep_failed=-1, keep_cancelled=-1, keep_bytes=1_000_000)
    worker = bench.worker()
    bench.add("done", "kept", "broken", "held", "front", "off")
    bench.me.cancel("off")
    claim = worker.tick(5)
    outcomes = Outcomes()
    outcomes.finish("done", claim.ticket)
    outcomes.finish("kept", claim.ticket, b"7")
    outcomes.keep_rule("kept", "k100000")
    outcomes.end("broken", claim.ticket, "failed", FAILURE, b"{}\n")
    outcomes.put_back("front", claim.ticket, 0, "1:1:0:0:retry", b"{}\n")
    worker.tick(0, outcomes)
    bench.add("plain", job("late", reply="s1"), job("urgent", priority=9))
    bench.add(job("delayed", due_ms=bench.now_ms + 5_000), job("grouped", group="g"))
    bench.run("watch", "s2", "held")
    bench.me.cancel("held")
    bench.add("gone", "gone-too")
    bench.me.call("remove", "gone")


@pytest.fixture
def filled(bench: QueueBench) -> QueueBench:
    """A queue with a job in every place."""
    fill(bench)
    return bench


def mend(bench: QueueBench) -> None:
    """Repair once: a second repair has nothing to do, and every invariant holds."""
    flaws = verify(bench, repair=True)
    assert flaws
    assert all(flaw.repaired for flaw in flaws), flaws
    assert verify(bench) == []
    check(bench.client, bench.keys)


def test_a_sound_queue_has_no_flaws(filled: QueueBench) -> None:
    assert verify(filled) == []
    check(filled.client, filled.keys)


def test_verifying_changes_nothing(filled: QueueBench) -> None:
    filled.client.zrem(filled.key("completed"), "done")
    before = {key: filled.client.dump(filled.keys.prefix + key) for key in filled.all_keys()}
    assert verify(filled)
    after = {key: filled.client.dump(filled.keys.prefix + key) for key in filled.all_keys()}
    assert after == before
    verify(filled, repair=True)


@pytest.mark.parametrize("job_id", JOBS)
def test_a_job_whose_record_is_gone_is_removed(filled: QueueBench, job_id: str) -> None:
    filled.client.hdel(filled.key("jobs"), job_id)
    assert ("no record", job_id) in wrong(filled)
    mend(filled)
    assert filled.get(job_id) is None


@pytest.mark.parametrize(
    ("job_id", "place"),
    [
        ("urgent", "priority"), ("delayed", "delayed"), ("held", "active"), ("done", "completed"),
        ("kept", "completed"), ("broken", "failed"), ("off", "cancelled"), ("grouped", "group:g"),
    ],
)  # fmt: skip
def test_a_job_that_lost_its_place_has_one_again(
    filled: QueueBench, job_id: str, place: str
) -> None:
    filled.client.zrem(filled.keys.prefix + place, job_id)
    assert ("no place", job_id) in wrong(filled)
    mend(filled)
    found = filled.get(job_id)
    assert found is not None
    # Whose result or size is there has ended; of the others nobody can know it.
    again = {"done": "completed", "kept": "completed", "broken": "failed", "off": "completed"}
    assert found.state == again.get(job_id, "waiting")


@pytest.mark.parametrize("job_id", IN_LIST)
def test_a_job_that_lost_its_entry_has_one_again(filled: QueueBench, job_id: str) -> None:
    filled.client.lrem(filled.key("waiting"), 0, job_id)
    filled.client.lrem(filled.key("front"), 0, job_id)
    assert ("no place", job_id) in wrong(filled)
    mend(filled)


@pytest.mark.parametrize("job_id", JOBS)
@pytest.mark.parametrize("place", ["completed", "delayed", "priority", "waiting"])
def test_a_job_in_two_places_is_in_one_again(filled: QueueBench, job_id: str, place: str) -> None:
    if place == "waiting":
        filled.client.lpush(filled.key(place), job_id)
    elif filled.client.zscore(filled.key(place), job_id) is None:
        filled.client.zadd(filled.key(place), {job_id: filled.now_ms + 10})
    else:
        return
    assert ("two places", job_id) in wrong(filled)
    mend(filled)


def test_a_job_of_a_worker_without_a_lease_runs_again(filled: QueueBench) -> None:
    filled.client.delete(filled.key("leases"))
    assert ("no lease", "held") in wrong(filled)
    mend(filled)
    filled.wait(1)
    filled.reclaim()
    found = filled.get("held")
    assert found is not None
    assert found.state == "cancelled"


@pytest.mark.parametrize("what", ["results", "runs", "history", "progress", "kept_sizes"])
def test_what_is_left_of_a_job_that_is_gone_is_removed(filled: QueueBench, what: str) -> None:
    filled.client.hset(filled.key(what), "nobody", "1")
    assert ("no record", "nobody") in wrong(filled)
    mend(filled)
    assert not filled.client.hexists(filled.key(what), "nobody")


@pytest.mark.parametrize(
    ("what", "job_id"), [("results", "plain"), ("cancels", "plain"), ("watchers", "done")]
)
def test_what_a_job_in_its_state_does_not_have_is_removed(
    filled: QueueBench, what: str, job_id: str
) -> None:
    filled.client.hset(filled.key(what), job_id, "1")
    assert ("leftover", job_id) in wrong(filled)
    mend(filled)


def test_a_failed_job_is_put_into_the_group_of_its_failure(filled: QueueBench) -> None:
    filled.client.zrem(filled.key("dead"), "broken")
    assert ("dead index", "broken") in wrong(filled)
    mend(filled)
    assert filled.client.hkeys(filled.key("dead_groups")) == [b"a1"]


@pytest.mark.parametrize("field", ["tomb", "kept_bytes", "own_completed", "grouped"])
def test_numbers_are_counted_anew(filled: QueueBench, field: str) -> None:
    filled.client.hincrby(filled.key("meta"), field, 3)
    assert any(what == field for what, _ in wrong(filled))
    mend(filled)


@pytest.mark.parametrize("stats", ["3:0:0:held:", "0:0:0:idle:", "0:7:5:ready:x"])
def test_the_numbers_of_a_group_are_counted_anew(filled: QueueBench, stats: str) -> None:
    filled.client.hset(filled.key("group_stats"), "g", stats)
    assert ("group", "g") in wrong(filled)
    mend(filled)
    assert "grouped" in filled.worker().claim(9)


@pytest.mark.parametrize(
    "name",
    [
        "meta", "jobs", "waiting", "gone", "priority", "delayed", "active", "leases", "completed",
        "failed", "cancelled", "kept_sizes", "expiring", "results", "runs", "history", "cancels",
        "watchers", "group_names", "group_stats", "groups", "dead", "dead_groups", "dead_slots",
        "events", "wake", "worker_info",
    ],
)  # fmt: skip
def test_a_whole_key_that_is_lost_is_survived(filled: QueueBench, name: str) -> None:
    assert filled.client.delete(filled.key(name)), name
    verify(filled, repair=True)
    assert verify(filled) == []
    check(filled.client, filled.keys)


def test_a_key_of_another_type_is_named_and_left_alone(filled: QueueBench) -> None:
    filled.client.delete(filled.key("delayed"))
    filled.client.set(filled.key("delayed"), "mine")
    [flaw] = verify(filled, repair=True)
    assert (flaw.what, flaw.subject, flaw.repaired) == ("wrong type", filled.key("delayed"), False)
    filled.client.delete(filled.key("delayed"))
    verify(filled, repair=True)


def test_many_flaws_are_found_and_repaired_at_once(bench: QueueBench) -> None:
    bench.me.configure(keep_completed=-1)
    bench.add(*(f"j{number}" for number in range(900)))
    worker = bench.worker()
    worker.finish(worker.tick(300), result=b"1")
    bench.client.delete(bench.key("completed"))
    found = verify(bench)
    assert len([flaw for flaw in found if flaw.what == "no place"]) == 300
    mend(bench)
    assert bench.counts().completed == 300
