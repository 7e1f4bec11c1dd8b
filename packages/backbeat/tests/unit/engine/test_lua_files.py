"""What every Lua file of the engine promises in its header, checked without running it."""

import re
from collections.abc import Iterator
from typing import Final

from backbeat.engine.codes import Code
from backbeat.engine.keys import KEYS
from backbeat.engine.scripts import LUA, scripts
from backbeat.lua import Source, read_folder

COMMANDS: Final = read_folder(LUA / "commands")
INCLUDES: Final = read_folder(LUA / "includes")
FILES: Final = [*COMMANDS.values(), *INCLUDES.values()]
README: Final = (LUA / "README.md").read_text(encoding="utf-8")

# Of Redis 7.0 and fakeredis, and fit for a script: none blocks, scans, or reads a stream.
ALLOWED: Final = frozenset(
    [
        "DEL",
        "EXISTS",
        "GET",
        "HDEL",
        "HEXISTS",
        "HGET",
        "HGETALL",
        "HINCRBY",
        "HKEYS",
        "HLEN",
        "HMGET",
        "HSCAN",
        "HSET",
        "HSETNX",
        "HSTRLEN",
        "HVALS",
        "LINDEX",
        "LLEN",
        "LPOP",
        "LPOS",
        "LPUSH",
        "LRANGE",
        "LSET",
        "LTRIM",
        "PERSIST",
        "PEXPIRE",
        "RENAME",
        "RPOP",
        "RPUSH",
        "SET",
        "TIME",
        "UNLINK",
        "XADD",
        "XTRIM",
        "ZADD",
        "ZCARD",
        "ZCOUNT",
        "ZMSCORE",
        "ZPOPMIN",
        "ZRANGE",
        "ZRANK",
        "ZREM",
        "ZREMRANGEBYRANK",
        "ZREVRANK",
        "ZSCORE",
    ]
)
HINTS: Final = frozenset(
    [
        "cancels",
        "dead",
        "dependents",
        "drain",
        "draining",
        "expiring",
        "flows",
        "front",
        "gone",
        "groups",
        "history",
        "lasting",
        "logs",
        "outboxes",
        "parents",
        "priority",
        "progress",
        "rules",
        "runs",
        "schedules",
        "special",
        "starts",
        "unique",
        "watchers",
    ]
)
DYNAMIC: Final = frozenset(
    [
        "child_results",
        "children",
        "dead",
        "dead_groups",
        "dead_slots",
        "dependents",
        "flow",
        "flows",
        "group",
        "group_names",
        "group_rules",
        "group_starts",
        "group_stats",
        "group_wakes",
        "groups",
        "hours",
        "load_log",
        "minutes",
        "totals",
        "inbox",
        "log",
        "mailbox",
        "outbox",
        "outboxes",
        "parents",
        "rate_log",
        "replies",
        "schedule_due",
        "schedule_history",
        "schedule_states",
        "session",
        "starts",
        "undo",
        "undo_jobs",
        "unique",
        "unique_until",
        "waiting_children",
        "withdrawn",
    ]
)
# Includes that change what is known of groups, in hand: `update_groups` has to follow.
CHANGERS_OF_GROUPS: Final = frozenset(
    [
        "await_delayed",
        "drain_groups",
        "give_slots_back",
        "join_groups",
        "leave_group",
        "note_leaving",
        "renew_group",
        "share_out",
        "undo_claims",
        "wake_groups",
    ]
)
# What a script keeps in hand during one call, beside what `read_queue` read.
IN_HAND: Final = frozenset({"tally", "ranks", "heads"})
FORBIDDEN: Final = (
    "cjson", "cmsgpack", "struct", "bit.", "loadstring", "math.random", "pcall", "KEYS[",
    "redis.call", "\t",
)  # fmt: skip


def test_every_declared_name_is_used() -> None:
    # Every script takes the time, so that every call looks the same; some do not need it.
    unused = {source.name: set(source.unused()) - {"at_ms"} for source in FILES}

    assert _nonempty(unused) == {}


def test_every_command_takes_the_time_first() -> None:
    assert {source.args[0].name for source in COMMANDS.values()} == {"at_ms"}


def test_every_include_is_one_function_that_bears_its_name() -> None:
    for source in INCLUDES.values():
        assert re.findall(r"^local function (\w+)", source.code, re.MULTILINE) == [source.name]
        assert re.findall(r"^local (?!function)", source.code, re.MULTILINE) == []
        assert (source.args, source.rest) == ((), None)


def test_files_are_short_enough_to_read() -> None:
    for source in FILES:
        lines = source.text.splitlines()
        assert len(lines) <= 100, source.name
        assert max(len(line) for line in lines) <= 100, source.name


def test_only_allowed_commands_are_called() -> None:
    used = {name for source in FILES for name in re.findall(r"'([A-Z]{3,})'", source.code)}
    options = {
        "BYLEX",
        "BYSCORE",
        "COUNT",
        "KEEPTTL",
        "LIMIT",
        "MAXLEN",
        "MINID",
        "REV",
        "WITHSCORES",
    }

    assert used - options == ALLOWED


def test_nothing_is_used_that_other_engines_lack() -> None:
    used = {source.name: {name for name in FORBIDDEN if name in source.code} for source in FILES}

    assert _nonempty(used) == {}


def test_every_key_comes_from_a_header() -> None:
    strange = {
        source.name: {key for key in _keys_of_calls(source) if not _is_declared(source, key)}
        for source in FILES
    }

    assert _nonempty(strange) == {}


def test_every_declared_key_is_known() -> None:
    for source in FILES:
        assert set(source.keys) <= set(KEYS), source.name
        assert set(source.dynamic) <= DYNAMIC, source.name


def test_keys_that_are_built_are_declared() -> None:
    for source in FILES:
        built = set(re.findall(r"prefix \.\. '(\w+)(?::\w*)?'", source.code))
        assert built == set(source.dynamic), source.name


def test_every_field_that_is_read_is_declared() -> None:
    """A field that its file does not declare may never be read from the server."""
    for source in FILES:
        used = set(re.findall(r"\b(?:queue|was)\.(\w+)", source.code))
        assert used - HINTS - IN_HAND == set(source.fields), source.name


def test_hints_are_names_of_keys() -> None:
    assert HINTS - {"special", "logs", "rules", "drain", "lasting"} <= set(KEYS)
    for source in FILES:
        hinted = set(re.findall(r"\b(?:hint|unhint)\(queue, '(\w+)'\)", source.code))
        hinted |= set(re.findall(r"\b(?:open_hash|drop_from)\(queue, [^,]+, '(\w+)'", source.code))
        assert hinted <= HINTS, source.name


def test_no_hint_ends_with_another() -> None:
    """The notes stand in one text: who takes one out would tear the other."""
    assert [(a, b) for a in HINTS for b in HINTS - {a} if a.endswith(b)] == []


def test_what_is_called_is_included_and_the_reverse() -> None:
    for source in FILES:
        called = set(re.findall(r"(?<![.:\w])(\w+)\(", source.code)) & set(INCLUDES)
        assert called - {source.name} == set(source.includes), source.name


def test_whoever_changes_groups_writes_them_down() -> None:
    for source in COMMANDS.values():
        reached = _reached(source)
        if reached & CHANGERS_OF_GROUPS:
            assert "update_groups" in reached, source.name


def test_codes_of_scripts_headers_and_the_enum_agree() -> None:
    for source in FILES:
        refused = set(re.findall(r"refuse\('(\w+)'", source.code))
        assert refused <= set(source.codes), source.name
    assert {code for script in scripts().values() for code in script.codes} == set(Code)


def test_the_readme_has_a_row_for_every_script() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)

    assert sorted(rows) == sorted(COMMANDS)


def test_the_readme_tells_events_that_the_scripts_can_emit_and_all_of_them() -> None:
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|(.*)\|$", README, re.MULTILINE)
    told = {name: set(re.findall(r"`(\w+)`", row)) for name, row in rows}
    possible = {name: _events_of(source) for name, source in COMMANDS.items()}

    assert _nonempty({name: told[name] - possible[name] for name in COMMANDS}) == {}
    assert set().union(*told.values()) == set().union(*possible.values())


def _events_of(source: Source) -> set[str]:
    found = set(re.findall(r"emit\(queue, '(\w+)'", source.code))
    if source.name == "end_jobs":
        found |= {"completed", "failed", "cancelled"}
    for include in source.includes:
        found |= _events_of(INCLUDES[include])
    return found


def _reached(source: Source) -> set[str]:
    reached = set(source.includes)
    for include in source.includes:
        reached |= _reached(INCLUDES[include])
    return reached


def _keys_of_calls(source: Source) -> Iterator[str]:
    """The first argument of each command, which is a key in all that we allow."""
    for found in re.finditer(r"\bcall\((?:'[A-Z]+'|\w+ and '\w+' or '\w+')(, )?", source.code):
        if found[1]:
            argument = source.code[found.end() :]
            yield re.split(r"[,)\n]", argument, maxsplit=1)[0].strip()
        else:
            assert "'TIME'" in found[0], found[0]


def _is_declared(source: Source, key: str) -> bool:
    if key in source.keys or key == "key" or key.startswith("prefix .. '"):
        return True
    sources = re.findall(rf"\blocal (?:\w+, )*{key}\b[^=\n]* = (.+)", source.code)
    sources += re.findall(rf"for _, {key} in ipairs\(\{{(.*)\}}\)", source.code)
    return bool(sources) and all(_gives_a_key(source, text) for text in sources)


def _gives_a_key(source: Source, text: str) -> bool:
    if text.startswith("prefix .. '") or "ended_in(state)" in text:
        return True
    names = set(re.findall(r"\w+", re.sub(r"queue\.\w+", "", text))) - {"and", "or"}
    return bool(names) and names <= set(source.keys)


def _nonempty(found: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: names for name, names in found.items() if names}
