"""What must be true of the keys of groups after every script."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from packages.backbeat.tests.support.invariants import Picture

_DEFAULTS: Final = (1, 0, 0, 0, 0, 5, 0, 0)


@dataclass(frozen=True)
class Stats:
    """A field of `group_stats`, read."""

    active: int
    waiting: int
    turn: int
    stand: str
    awaited: str


def group_of(record: str) -> str:
    """The group in the head of a record; empty for none."""
    if not record.startswith("x"):
        return ""
    _, _, _, group, *_ = [*record.partition("\n")[0].split(";"), ""]
    return group


def check_groups(seen: "Picture") -> None:
    """Assert that counts, turns and rules agree with where the jobs are."""
    stats = {
        group: Stats(int(active), int(waiting), int(turn), stand, awaited)
        for group, text in seen.hashes["group_stats"].items()
        if group != "*"
        for active, waiting, turn, stand, awaited in [text.split(":", 4)]
    }
    _counts_are_true(seen, stats)
    _names_are_complete(seen, stats)
    _who_may_run_is_ready(seen, stats)
    for group, each in stats.items():
        assert not each.awaited or each.awaited in seen.zsets["delayed"] | seen.zsets["draining"], (
            f"group {group} waits for {each.awaited}, which is not delayed"
        )
        assert each.active or each.waiting or each.awaited or group in seen.zsets["groups"]


def groups_keep_their_limits(seen: "Picture") -> None:
    """Assert that no group runs more than it may; true where limits were never lowered."""
    records = seen.hashes["jobs"]
    active = Counter(group_of(records[job_id]) for job_id in seen.zsets["active"])
    for group, count in active.items():
        limit = rules_of(seen, group)[1]
        assert not (group and 0 < limit < count), f"{count} jobs of group {group} at once"


def _counts_are_true(seen: "Picture", stats: dict[str, Stats]) -> None:
    records = seen.hashes["jobs"]
    waiting = {group: len(line) for group, line in seen.lines.items()}
    active = Counter(group_of(records[job_id]) for job_id in seen.zsets["active"])
    active.pop("", None)
    assert waiting == {group: each.waiting for group, each in stats.items() if each.waiting}
    assert dict(active) == {group: each.active for group, each in stats.items() if each.active}
    assert seen.number("grouped") == sum(waiting.values())
    for group, line in seen.lines.items():
        assert {group_of(records[job_id]) for job_id in line} == {group}
    strays = [
        job_id
        for job_id in [*seen.lists["waiting"], *seen.lists["front"], *seen.zsets["priority"]]
        if group_of(records.get(job_id, "")) and job_id not in seen.hashes["gone"]
    ]
    assert not strays, f"out of the lines of their groups: {strays}"


def _names_are_complete(seen: "Picture", stats: dict[str, Stats]) -> None:
    rules = seen.hashes["group_rules"]
    assert set(seen.zsets["group_names"]) == set(stats) | (set(rules) - {"*"})
    assert ("groups" in seen.hints) == bool(stats) == bool(seen.hashes["group_stats"])
    assert ("rules" in seen.hints) == bool(rules)
    assert set(seen.zsets["groups"]) | set(seen.zsets["group_wakes"]) <= set(stats)


def _who_may_run_is_ready(seen: "Picture", stats: dict[str, Stats]) -> None:
    turns = {
        int(level): int(turn)
        for level, _, turn in (
            part.partition("=")
            for part in seen.hashes["group_stats"].get("*", "").split(",")
            if part
        )
    }
    for group, each in stats.items():
        _, concurrency, _, _, _, level, paused, ordered = rules_of(seen, group)
        held = (
            paused
            or 0 < concurrency <= each.active
            or (ordered and each.awaited)
            or group in seen.zsets["group_wakes"]
        )
        reached = turns.get(level, 0)
        if each.waiting:
            ready = not held
            assert each.turn >= reached or held, f"group {group} is behind its own level"
        else:
            # The others may have come level with it in a claim that had no need to look at it: the
            # next one finds it empty, and lets go of it.
            level_with = each.turn == reached and each.stand == "ready"
            ready = not (each.active or each.awaited) and (each.turn > reached or level_with)
        score = seen.zsets["groups"].get(group)
        assert (score is not None) == ready, f"group {group}: {each}, ready {ready}"
        assert (each.stand == "ready") == ready, f"group {group}: {each}, ready {ready}"
        assert score is None or score == (5 - level) * 100_000_000_000_000 + each.turn


def rules_of(seen: "Picture", group: str) -> tuple[int, ...]:
    """The rules that a group runs by."""
    rules: tuple[int, ...] = _DEFAULTS
    for name in ("*", group):
        parts = seen.hashes["group_rules"].get(name, ":::::::").split(":")
        rules = tuple(int(part or base) for part, base in zip(parts, rules, strict=True))
    return (rules[0], 1 if rules[7] else rules[1], *rules[2:])
