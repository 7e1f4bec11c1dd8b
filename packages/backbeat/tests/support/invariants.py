"""What must be true of a queue's keys after every script, whatever happened before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, cast

import redis

from backbeat.engine.keys import KEYS, QueueKeys
from backbeat.engine.scripts import scripts
from backbeat.engine.verifying_tables import TABLES
from packages.backbeat.tests.support.group_invariants import check_groups

SENTINEL: Final = "~" * 65
# A slot of `dead` holds this many moments.
_SLOT: Final = 2**42
# Of so many the lists are searched for each.
_FEW: Final = 500
_ZSETS: Final = (
    "active", "priority", "delayed", "draining", "completed", "failed", "cancelled",
    "waiting_children",
)  # fmt: skip
_ENDED: Final = ("completed", "failed", "cancelled")
_HINTED: Final = (
    "runs", "history", "progress", "cancels", "watchers", "gone", "expiring", "draining",
    "front", "priority", "unique", "schedules", "starts", "flows",
    "dead", "parents", "dependents",
)  # fmt: skip
_DYNAMIC: Final = (
    "log:", "replies:", "mailbox:", "group_starts:", "schedule_history:",
    "minutes:", "hours:",
)  # fmt: skip
# Keys of flows live as long as what they are about.
_OF_PARENTS: Final = ("children:", "child_results:", "undo:", "undo_jobs:")
_OF_FLOWS: Final = ("flow:", "outbox:")


@dataclass(frozen=True)
class Picture:
    """All keys of a queue, read at once and decoded."""

    hashes: dict[str, dict[str, str]]
    zsets: dict[str, dict[str, float]]
    lists: dict[str, list[str]]
    lines: dict[str, dict[str, float]]

    @property
    def hints(self) -> set[str]:
        """The hints that stand."""
        return {name for name in self.hashes["meta"].get("hints", "").split(",") if name}

    def number(self, field: str) -> int:
        """A field of `meta` as a number."""
        return int(self.hashes["meta"].get(field) or 0)

    @property
    def places(self) -> dict[str, list[str]]:
        """Where each id is: names of keys, dead entries left out."""
        places: dict[str, list[str]] = {}
        for name in _ZSETS:
            for job_id in self.zsets[name]:
                places.setdefault(job_id, []).append(name)
        for group, line in self.lines.items():
            for job_id in line:
                places.setdefault(job_id, []).append(f"group:{group}")
        entries = Counter(self.lists["waiting"] + self.lists["front"])
        for job_id, count in entries.items():
            live = count - int(self.hashes["gone"].get(job_id) or 0)
            assert live >= 0, f"{job_id} has more dead entries than entries"
            places.setdefault(job_id, []).extend(["waiting"] * live)
        return {job_id: found for job_id, found in places.items() if found}


def picture(client: redis.Redis, keys: QueueKeys) -> Picture:
    """Read a queue, in one round trip."""
    pipe = client.pipeline(transaction=False)
    kinds = {name: kind for name, (kind, _) in KEYS.items() if kind in ("hash", "zset", "list")}
    for name, kind in kinds.items():
        key = keys.key(name)
        if kind == "hash":
            pipe.hgetall(key)
        elif kind == "zset":
            pipe.zrange(key, 0, -1, withscores=True)
        else:
            pipe.lrange(key, 0, -1)
    read = dict(zip(kinds, pipe.execute(), strict=True))
    mark = keys.group("")
    found = [key.decode() for key in cast("list[bytes]", client.keys(f"{mark}*"))]
    lines = {key.removeprefix(mark): _line(client, key) for key in found}
    return Picture(
        hashes={name: _fields(read[name]) for name, kind in kinds.items() if kind == "hash"},
        zsets={name: _members(read[name]) for name, kind in kinds.items() if kind == "zset"},
        lists={name: _entries(read[name]) for name, kind in kinds.items() if kind == "list"},
        lines=lines,
    )


def check(client: redis.Redis, keys: QueueKeys) -> Picture:
    """Assert every invariant; the picture, for more questions."""
    seen = picture(client, keys)
    _each_job_has_one_place(seen)
    _tombstones_add_up(seen)
    _attempts_have_workers(seen)
    _hints_stand_where_they_must(seen)
    _nothing_outlives_its_job(seen)
    _next_is_not_late(seen)
    _unique_keys_are_held_by_jobs(seen)
    check_groups(seen)
    _dead_letters_are_the_failed_jobs(seen)
    _schedules_are_whole(seen)
    _flows_add_up(client, keys, seen)
    _every_key_is_known(client, keys)
    _the_engine_agrees(client, keys, seen)
    return seen


def _fields(hash_: dict[bytes, bytes]) -> dict[str, str]:
    text = {field.decode(): value.decode(errors="replace") for field, value in hash_.items()}
    text.pop(SENTINEL, None)
    return text


def _members(zset: list[tuple[bytes, float]]) -> dict[str, float]:
    scores = {member.decode(): score for member, score in zset}
    scores.pop(SENTINEL, None)
    return scores


def _line(client: redis.Redis, key: str) -> dict[str, float]:
    return _members(cast("list[tuple[bytes, float]]", client.zrange(key, 0, -1, withscores=True)))


def _entries(list_: list[bytes]) -> list[str]:
    return [entry.decode() for entry in list_]


def _each_job_has_one_place(seen: Picture) -> None:
    bodies, places = set(seen.hashes["jobs"]), seen.places
    assert bodies == set(places), f"bodies without a place or the reverse: {bodies ^ set(places)}"
    crowded = {job_id: found for job_id, found in places.items() if len(found) > 1}
    assert not crowded, f"in more than one place: {crowded}"


def _tombstones_add_up(seen: Picture) -> None:
    counted = sum(int(value or 0) for value in seen.hashes["gone"].values())
    assert seen.number("tomb") == counted, "tomb is not the sum of gone"


def _attempts_have_workers(seen: Picture) -> None:
    for job_id, ticket in seen.zsets["active"].items():
        worker = str(int(ticket) >> 32)
        assert worker in seen.zsets["leases"], f"{job_id} is active at {worker}, without a lease"
    for worker in seen.hashes["workers"]:
        assert worker in seen.zsets["leases"], f"worker {worker} has no lease"


def _hints_stand_where_they_must(seen: Picture) -> None:
    filled = {
        name for group in (seen.hashes, seen.zsets, seen.lists) for name in group if group[name]
    }
    missing = {name for name in _HINTED if name in filled} - seen.hints
    assert not missing, f"no hint for {missing}"
    if any(record.startswith("x") for record in seen.hashes["jobs"].values()):
        assert "special" in seen.hints, "a record with a head, and no hint"


def _nothing_outlives_its_job(seen: Picture) -> None:
    bodies = set(seen.hashes["jobs"])
    ended = {job_id for name in _ENDED for job_id in seen.zsets[name]}
    for name in ("runs", "history", "progress"):
        assert set(seen.hashes[name]) <= bodies, f"{name} of a job that is gone"
    assert set(seen.hashes["results"]) <= ended, "a result of a job that has not ended"
    assert set(seen.zsets["expiring"]) <= ended, "an age of a job that has not ended"
    assert set(seen.hashes["kept_sizes"]) <= ended, "a size of a job that has not ended"
    assert set(seen.hashes["cancels"]) <= set(seen.zsets["active"]), "a cancel of an inactive job"
    assert set(seen.hashes["watchers"]) <= bodies - ended, "a watcher of a job that has ended"
    for code, name in enumerate(_ENDED):
        own = {job_id for job_id, score in seen.zsets["expiring"].items() if score % 4 == code}
        assert own <= set(seen.zsets[name]), f"an age under {name} of a job that is elsewhere"
        assert seen.number(f"own_{name}") == len(own), f"own_{name} does not count them"
    sizes = sum(int(size) for size in seen.hashes["kept_sizes"].values())
    assert seen.number("kept_bytes") == sizes, "kept_bytes is not the sum of the sizes"


def _dead_letters_are_the_failed_jobs(seen: Picture) -> None:
    ended = {job_id: int(score) % _SLOT for job_id, score in seen.zsets["dead"].items()}
    failed = {job_id: int(score) for job_id, score in seen.zsets["failed"].items()}
    assert ended == failed, "the groups of failures are not those of the failed jobs"
    used = {str(int(score) // _SLOT) for score in seen.zsets["dead"].values()}
    assert used == set(seen.hashes["dead_slots"]), "a group without jobs, or the reverse"
    slots = {name: entry.partition("|")[0] for name, entry in seen.hashes["dead_groups"].items()}
    assert slots == {name: slot for slot, name in seen.hashes["dead_slots"].items()}


def _next_is_not_late(seen: Picture) -> None:
    times = [*seen.zsets["delayed"].values(), *seen.zsets["group_wakes"].values()]
    if times:
        earliest = min(times)
        assert 0 < seen.number("next") <= earliest, "a delayed job falls due unnoticed"
    # A closed queue looks again after a second.
    if seen.zsets["schedule_due"] and not seen.number("closed"):
        earliest = max(min(seen.zsets["schedule_due"].values()), seen.number("fire_after"))
        assert 0 < seen.number("next") <= earliest, "a schedule falls due unnoticed"


def _schedules_are_whole(seen: Picture) -> None:
    states = seen.hashes["schedule_states"]
    assert set(states) == set(seen.hashes["schedules"]), (
        "a schedule without a state, or the reverse"
    )
    for name, state in states.items():
        _, slot, paused, overlap, limit, fired, passed, live, line = state.split("|")
        due = seen.zsets["schedule_due"].get(name)
        aimed = bool(slot) and paused == "0"
        assert (due is not None) == aimed, f"schedule {name} is due and has no slot, or the reverse"
        assert due is None or due >= int(slot), f"schedule {name} is due before its slot"
        assert not (slot and passed) or int(slot) > int(passed), f"schedule {name} goes back"
        assert not int(limit) or int(fired) <= int(limit), f"schedule {name} made too many"
        assert live or not line, f"schedule {name} has parked runs and nobody lets them go"
        assert overlap != "allow" or not (live or line), f"schedule {name} remembers runs"
    assert set(seen.zsets["schedule_due"]) <= set(states), "a schedule that is gone is due"
    # A run that has ended by other hands than a worker's has no start to remember.
    ended = {job_id for name in _ENDED for job_id in seen.zsets[name]}
    assert set(seen.hashes["starts"]) <= set(seen.hashes["jobs"]) - ended, "a start of no run"


def _unique_keys_are_held_by_jobs(seen: Picture) -> None:
    for key, entry in seen.hashes["unique"].items():
        holder, _, mode, following = entry.split("|")
        if mode == "t":
            assert key in seen.zsets["unique_until"], f"{key} would be held for ever"
            continue
        record = seen.hashes["jobs"].get(holder, "")
        assert f"|{key}\n" in record, f"{key} is held by {holder}, which is gone"
        ended = any(holder in seen.zsets[name] for name in _ENDED)
        assert mode == "g" or not ended, f"{key} is held by {holder}, which has ended"
        assert not following or mode in "el", f"{following} waits for the end of no job"


def _flows_add_up(client: redis.Redis, keys: QueueKeys, seen: Picture) -> None:
    ended = {job_id for name in _ENDED for job_id in seen.zsets[name]}
    bodies, parents = set(seen.hashes["jobs"]), seen.hashes["parents"]
    # Told about a job that has ended is told once: the note must be gone.
    assert set(seen.hashes["dependents"]) <= bodies - ended, "somebody waits for what has ended"
    assert set(seen.zsets["waiting_children"]) <= set(parents), "it waits, and has no children"
    states_of = _child_states(client, keys, list(parents))
    for job_id, text in parents.items():
        opened, good, bad, total, rule, _, walk, *_ = text.split("|")
        assert job_id in bodies or walk == "1", f"children of a job that is gone: {job_id}"
        states = states_of[job_id]
        assert len(states) == int(total) == int(opened) + int(good) + int(bad), job_id
        assert states.count("open") == int(opened), job_id
        if job_id in seen.zsets["waiting_children"]:
            needed = _needed(rule, int(total))
            assert int(good) < needed <= int(good) + int(opened), f"{job_id} should be decided"
    if seen.hashes["dependents"] or parents:
        assert "flows" in seen.hints, "jobs of flows, and no hint"
    for target, text in seen.hashes["outboxes"].items():
        written, acknowledged, *_ = text.split("|")
        assert written == acknowledged or "outboxes" in seen.hints, f"a letter to {target} unseen"


def _the_engine_agrees(client: redis.Redis, keys: QueueKeys, seen: Picture) -> None:
    """What `backbeat verify` asks, of all jobs."""
    bodies, groups = list(seen.hashes["jobs"]), sorted({*seen.hashes["group_stats"]} - {"*"})
    assert _asked(client, keys, "verify_books") == []
    for start in range(0, len(bodies), 200):
        entries = "-1" if len(bodies) < _FEW else "0"
        found = _asked(client, keys, "verify_jobs", entries, "", *bodies[start : start + 200])
        # With entries that were not searched for, jobs in lists seem to have no place.
        places = found[1::2]
        assert set(places) <= ({b"no place"} if entries == "0" else set()), found
    for start in range(0, len(groups), 200):
        assert _asked(client, keys, "verify_groups", *groups[start : start + 200]) == []
    for table in TABLES:
        names = sorted({each for _, key in table.keys for each in _names(seen, key)})
        for start in range(0, len(names), table.page):
            some = names[start : start + table.page]
            assert _asked(client, keys, f"verify_{table.script}", *some) == []


def _names(seen: Picture, key: str) -> Iterable[str]:
    return seen.hashes[key] if KEYS[key][0] == "hash" else seen.zsets[key]


def _asked(client: redis.Redis, keys: QueueKeys, name: str, *args: str) -> list[bytes]:
    script = scripts()[name]
    named = [keys.key(key) for key in script.keys]
    command = ("EVAL", script.text, len(named), *named, 0, *args)
    return cast("list[bytes]", client.execute_command(*command))  # type: ignore[no-untyped-call] # has none


def _child_states(
    client: redis.Redis, keys: QueueKeys, parents: Sequence[str]
) -> dict[str, list[str]]:
    """How the known children of each job are, read in one round trip."""
    pipe = client.pipeline(transaction=False)
    for job_id in parents:
        pipe.hgetall(keys.children(job_id))
    found = {}
    for job_id, entries in zip(parents, pipe.execute(), strict=True):
        rows = [entry.decode().split("|") for entry in entries.values()]
        found[job_id] = [state for position, _, state, *_ in rows if position != "0"]
    return found


def _needed(rule: str, total: int) -> int:
    if rule.startswith("n"):
        return int(rule[1:])
    return -(-total * int(rule[1:]) // 1_000_000) if rule.startswith("s") else total


def _every_key_is_known(client: redis.Redis, keys: QueueKeys) -> None:
    known = {keys.key(name) for name in KEYS} | {keys.sessions(), keys.sessions(old=True)}
    for raw_key in cast("list[bytes]", client.keys(f"{keys.prefix}*")):
        key = raw_key.decode()
        if key in known or key.startswith(keys.group("")):
            continue
        if key.removeprefix(keys.prefix).startswith((*_OF_PARENTS, *_OF_FLOWS)):
            continue
        assert key.removeprefix(keys.prefix).startswith(_DYNAMIC), f"unknown key {key}"
        assert client.pttl(key) != -1, f"{key} would stay for ever"  # -2: it has just gone
