"""What has to be true when a fault is over, whatever it was."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, cast

import msgspec
import redis

from backbeat.engine.keys import KEYS, QueueKeys
from packages.backbeat.tests.support.invariants import Picture, check
from packages.backbeat.tests.support.ledger import Ledger, Start

# What a queue keeps when it is empty and nobody works on it: configuration, and tables that hold
# nothing but their long field.
_BASELINE: Final = frozenset(
    {"meta", "jobs", "results", "active", "runs", "history", "events", "janitor", "wake"}
    | {"progress", "cancels", "watchers", "gone", "load_log", "totals"}
)
_REMEMBERED: Final = ("session:", "mailbox:", "replies:", "minutes:", "hours:")


def states_of(client: redis.Redis, keys: QueueKeys, accepted: Iterable[str]) -> Counter[str]:
    """Assert that each accepted job is in exactly one place, and all invariants; the tally."""
    seen, wanted = check(client, keys), list(accepted)
    assert len(set(wanted)) == len(wanted), "an id was accepted twice"
    places = seen.places
    lost = [job_id for job_id in wanted if job_id not in places]
    assert not lost, f"{len(lost)} accepted jobs are lost, such as {lost[:3]}"
    strange = set(places) - set(wanted)
    assert not strange, f"{len(strange)} jobs were never accepted, such as {list(strange)[:3]}"
    return Counter(places[job_id][0] for job_id in wanted)


def effects_are_exact(ledger: Ledger, wanted: Iterable[str]) -> int:
    """Assert that each job had its guarded effect exactly once; how many had it more often without.

    Args:
        ledger: What the handlers did.
        wanted: The jobs that were to have an effect.
    """
    jobs, guarded = set(wanted), Counter(ledger.guarded)
    assert set(guarded) == jobs, f"{len(jobs ^ set(guarded))} jobs without effect, or the reverse"
    twice = [job_id for job_id, count in guarded.items() if count > 1]
    assert not twice, f"the guard let {len(twice)} effects through twice"
    return len(ledger.unguarded) - len(jobs)


def nobody_works(client: redis.Redis, keys: QueueKeys) -> Picture:
    """Assert that no worker is left and nothing is held, due, or dead; the picture."""
    seen = check(client, keys)
    assert not seen.zsets["active"], "a job is active and nobody works"
    for name in ("workers", "worker_info"):
        assert not seen.hashes[name], f"{name} knows somebody who has left"
    assert not seen.zsets["leases"], "a lease of somebody who has left"
    for name in ("waiting", "front"):
        assert not seen.lists[name], f"{name} is not empty"
    for name in ("priority", "delayed", "draining"):
        assert not seen.zsets[name], f"{name} is not empty"
    assert seen.number("tomb") == 0, "a tombstone is left"
    return seen


def keys_are_baseline(client: redis.Redis, keys: QueueKeys) -> None:
    """Assert that an emptied queue keeps no key that an unused one does not have."""
    seen = nobody_works(client, keys)
    assert not seen.hashes["jobs"], "a job is left"
    found = {
        key.decode().removeprefix(keys.prefix)
        for key in cast("list[bytes]", client.keys(f"{keys.prefix}*"))
    }
    grown = {key for key in found - _BASELINE if not key.startswith(_REMEMBERED)}
    assert not grown, f"keys that an empty queue does not have: {grown}"
    for name in ("runs", "history", "progress", "cancels", "watchers", "gone", "results"):
        assert KEYS[name][0] == "hash"
        assert not seen.hashes[name], f"{name} remembers a job that is gone"


def redeliveries(starts: Sequence[Start], deaths: Mapping[int, float]) -> list[float]:
    """Seconds from the death of a worker to the next start of each job that it had started.

    Args:
        starts: Every attempt, in order.
        deaths: When each killed process died.
    """
    return [
        after.at - deaths[before.pid]
        for attempts in _by_job(starts).values()
        for before, after in pairwise(attempts)
        if before.pid in deaths
    ]


def comebacks(
    client: redis.Redis, keys: QueueKeys, starts: Sequence[Start], deaths: Mapping[int, float]
) -> list[float]:
    """Seconds from the death of a worker to the moment when each of its jobs was back in the queue.

    Every job has to be completed by now.

    Args:
        client: The server.
        keys: Of the queue; its history is read.
        starts: Every attempt, in order.
        deaths: When each killed process died.
    """
    lines = cast("dict[bytes, bytes]", client.hgetall(keys.key("history")))
    found: list[float] = []
    for job_id, attempts in _by_job(starts).items():
        # The last one ended the job, whatever became of its worker later.
        died = [deaths[start.pid] for start in attempts[:-1] if start.pid in deaths]
        back = [_ended_s(line) for line in lines.get(job_id.encode(), b"").splitlines()]
        # Those that were claimed and had not begun have a line and no start: left out.
        if len(died) == len(back):
            found += [after - before for before, after in zip(died, back, strict=True)]
    return found


def _by_job(starts: Sequence[Start]) -> dict[str, list[Start]]:
    by_job: dict[str, list[Start]] = {}
    for start in starts:
        by_job.setdefault(start.job_id, []).append(start)
    return by_job


def _ended_s(line: bytes) -> float:
    return float(msgspec.json.decode(line)["ended"]) / 1000
