"""The loader of Lua files: headers, bindings, includes."""

import re
from pathlib import Path

import fakeredis
import pytest
import redis

from backbeat.lua import LuaError, Script, load_folder, read


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of commands and one of includes."""
    commands, includes = tmp_path / "commands", tmp_path / "includes"
    commands.mkdir()
    includes.mkdir()
    return commands, includes


EXTEND = """\
--- extend: keep a lock for longer.
---
--- @key lock   string its value is the owner's owner
--- @arg owner  str
--- @arg for_ms int
--- @return 1 extended | 0 the lock is another's
--- @include owns_lock

if not owns_lock(owner) then
  return 0
end
call('PEXPIRE', lock, for_ms)
return 1
"""
OWNS_LOCK = """\
--- owns_lock: whether the lock has this owner.
---
--- @key lock string

-- Compared here, so that no one else can take it in between.
local function owns_lock(owner)
  return call('GET', lock) == owner -- the owner, not the name
end
"""


def test_a_script_is_called_by_names(folders: tuple[Path, Path]) -> None:
    script = _load(folders, extend=EXTEND, owns_lock=OWNS_LOCK)
    client = fakeredis.FakeRedis()
    client.set("my-lock", "me")

    assert _run(client, script, keys={"lock": "my-lock"}, owner="me", for_ms=500) == 1
    assert 0 < client.pttl("my-lock") <= 500
    assert _run(client, script, keys={"lock": "my-lock"}, owner="other", for_ms=500) == 0


@pytest.mark.parametrize(
    ("keys", "args", "complaint"),
    [
        ({}, {"owner": "t", "for_ms": 1}, "misses the key 'lock'"),
        ({"lock": "l", "lokc": "l"}, {"owner": "t", "for_ms": 1}, "has no key 'lokc'"),
        ({"lock": "l"}, {"owner": "t"}, "misses the argument 'for_ms'"),
        ({"lock": "l"}, {"owner": "t", "for_ms": 1, "for_s": 1}, "has no argument 'for_s'"),
    ],
)
def test_a_missing_or_unknown_name_is_a_type_error(
    folders: tuple[Path, Path], keys: dict[str, str], args: dict[str, str | int], complaint: str
) -> None:
    script = _load(folders, extend=EXTEND, owns_lock=OWNS_LOCK)

    with pytest.raises(TypeError, match=complaint):
        script.command(keys, (), **args)


def test_values_beyond_the_arguments_need_a_declared_tail(folders: tuple[Path, Path]) -> None:
    script = _load(folders, extend=EXTEND, owns_lock=OWNS_LOCK)

    with pytest.raises(TypeError, match="takes no values beyond its arguments"):
        script.command({"lock": "l"}, rest=["x"], owner="t", for_ms=1)


def test_a_tail_is_read_from_its_name_on(folders: tuple[Path, Path]) -> None:
    text = """\
--- total: add up what follows.
---
--- @arg start int
--- @rest tail numbers

local sum = start
for i = tail + 1, #ARGV do
  sum = sum + ARGV[i]
end
return sum
"""
    script = _load(folders, total=text)

    assert _run(fakeredis.FakeRedis(), script, keys={}, rest=[1, 2, 3], start=10) == 16


def test_an_error_names_the_line_of_the_file(folders: tuple[Path, Path]) -> None:
    text = EXTEND.replace("call('PEXPIRE', lock, for_ms)", "call('PEXPIRE', lock, nowhere.at_all)")
    line = text.splitlines().index("call('PEXPIRE', lock, nowhere.at_all)") + 1
    script = _load(folders, extend=text, owns_lock=OWNS_LOCK)
    client = fakeredis.FakeRedis()
    client.set("l", "me")

    with pytest.raises(redis.ResponseError, match=rf":{line}:"):
        _run(client, script, keys={"lock": "l"}, owner="me", for_ms=5)


def test_includes_are_inlined_once_and_after_what_they_need(folders: tuple[Path, Path]) -> None:
    script = _load(
        folders,
        top="--- top: t\n--- @key k string\n--- @include left right\n"
        "return left() .. right() .. #k\n",
        left="--- left: l\n--- @include base\nlocal function left() return base() .. 'l' end\n",
        right="--- right: r\n--- @include base\nlocal function right() return base() .. 'r' end\n",
        base="--- base: b\nlocal function base() return 'b' end\n",
    )

    assert script.text.count("local function base") == 1
    assert _run(fakeredis.FakeRedis(), script, keys={"k": "1"}) == b"blbr1"


def test_a_lazy_include_brings_its_own_includes_when_it_is_called(
    folders: tuple[Path, Path],
) -> None:
    script = _load(
        folders,
        go="--- go: try.\n---\n--- @arg n int\n--- @include rare often\n\n"
        "return rare(n) + often(n)\n",
        rare="--- rare: few need it.\n---\n--- @lazy why\n--- @include helper often\n\n"
        "local function rare(n)\n  return helper(n) + often(n)\nend\n",
        helper="--- helper: only for that.\n---\n--- @include often\n\n"
        "local function helper(n)\n  return 100 * often(n)\nend\n",
        often="--- often: all need it.\n\nlocal function often(n)\n  return n\nend\n",
    )

    assert _run(fakeredis.FakeRedis(), script, keys={}, n=3) == 306
    # The helper is inside of the lazy one, what others need as well is before it.
    assert script.text.index("function often") < script.text.index("function rare")
    assert script.text.index("function rare") < script.text.index("function helper")
    assert script.text.count("function often") == 1


def test_an_include_with_a_condition_is_only_made_where_it_holds(
    folders: tuple[Path, Path],
) -> None:
    script = _load(
        folders,
        go="--- go: try.\n---\n--- @arg n int\n--- @include outer\n\nreturn outer(n) or -1\n",
        outer="--- outer: two deep.\n---\n--- @when n > 1\n--- @include inner\n\n"
        "local function outer(n)\n  return inner(n) or -2\nend\n",
        inner="--- inner: lazy in a lazy one.\n---\n--- @when n > 2\n--- @include deep\n\n"
        "local function inner(n)\n  return deep(n)\nend\n",
        deep="--- deep: what both are for.\n\nlocal function deep(n)\n  return n * 10\nend\n",
    )
    client = fakeredis.FakeRedis()

    assert [_run(client, script, keys={}, n=n) for n in (1, 2, 3)] == [-1, -2, 30]


def test_a_lazy_include_must_begin_with_its_function(folders: tuple[Path, Path]) -> None:
    with pytest.raises(LuaError, match="odd: the code of a lazy include begins with its function"):
        _load(
            folders,
            go="--- go: try.\n---\n--- @include odd\n\nreturn odd()\n",
            odd="--- odd: a value first.\n---\n--- @lazy why\n\n"
            "local value = 1\nlocal function odd()\n  return value\nend\n",
        )


def test_keys_of_includes_are_keys_of_the_script_each_once(folders: tuple[Path, Path]) -> None:
    script = _load(
        folders,
        top="--- top: t\n--- @key a string\n--- @include one\nreturn one() .. a\n",
        one="--- one: o\n--- @key b string\n--- @key a string\n"
        "local function one() return a .. b end\n",
    )

    assert script.keys == ("a", "b")


def test_fields_of_all_files_are_bound_as_one_list(folders: tuple[Path, Path]) -> None:
    script = _load(
        folders,
        top="--- top: t\n--- @key h hash\n--- @field y why\n--- @include one\nreturn one()\n",
        one="--- one: o\n--- @key h hash\n--- @field x ex\n"
        "local function one() return call('HMGET', h, unpack(fields)) end\n",
    )
    client = fakeredis.FakeRedis()
    client.hset("h", mapping={"x": "1", "y": "2", "z": "3"})

    assert _run(client, script, keys={"h": "h"}) == [b"1", b"2"]


def test_built_keys_begin_as_the_declared_ones_do(folders: tuple[Path, Path]) -> None:
    text = """\
--- top: t
--- @key meta hash
--- @arg id str
--- @dynamic log:<id> list
call('RPUSH', prefix .. 'log:' .. id, 'line')
return meta
"""
    client = fakeredis.FakeRedis()

    _run(client, _load(folders, top=text), keys={"meta": "bb:{q}:meta"}, id="7")

    assert client.keys() == [b"bb:{q}:log:7"]


def test_comments_and_strings_of_includes_are_told_apart(folders: tuple[Path, Path]) -> None:
    text = """\
--- one: o
local function one()
  -- a comment with 'half a string
  local text = 'two  spaces -- no comment' -- a comment "too
  return text .. "it's" -- [the end]
end
"""
    top = "--- top: t\n--- @key k string\n--- @include one\nreturn one() .. #k\n"

    script = _load(folders, top=top, one=text)

    assert _run(fakeredis.FakeRedis(), script, keys={"k": ""}) == b"two  spaces -- no commentit's0"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("return 1\n", "first line"),
        ("--- other: name\nreturn 1\n", "first line"),
        ("--- top: t\n--- @keys k string\nreturn 1\n", "unknown tag @keys"),
        ("--- top: t\n--- @arg n float\nreturn n\n", "must be int or str"),
        ("--- top: t\n--- @include nowhere\nreturn 1\n", "there is no include 'nowhere'"),
        ("--- top: t\nreturn [[long]]\n", "long strings"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(
    folders: tuple[Path, Path], text: str, complaint: str
) -> None:
    with pytest.raises(LuaError, match=re.escape(complaint)):
        _load(folders, top=text)


def test_names_that_are_declared_and_not_used_are_found(folders: tuple[Path, Path]) -> None:
    text = (
        "--- top: t\n--- @key a string\n--- @key b string\n--- @arg n int\nreturn call('GET', a)\n"
    )
    path = folders[0] / "top.lua"
    path.write_text(text)

    assert read(path).unused() == ["b", "n"]


def test_a_script_has_the_name_that_the_server_gives_it(folders: tuple[Path, Path]) -> None:
    script = _load(folders, extend=EXTEND, owns_lock=OWNS_LOCK)

    assert fakeredis.FakeRedis().script_load(script.text) == script.sha


def _load(folders: tuple[Path, Path], **files: str) -> Script:
    """Write files, commands first and includes after, and load the first."""
    commands, includes = folders
    first = next(iter(files))
    for name, text in files.items():
        folder = commands if name == first else includes
        (folder / f"{name}.lua").write_text(text)
    return load_folder(commands, includes)[first]


def _run(
    client: fakeredis.FakeRedis,
    script: Script,
    keys: dict[str, str],
    rest: list[str | int] | None = None,
    **args: str | int,
) -> object:
    client.script_load(script.text)
    command = script.command(keys, rest or [], **args)
    answer: object = client.execute_command(*command)  # type: ignore[no-untyped-call] # theirs
    return answer
