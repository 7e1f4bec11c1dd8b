"""What the Lua files of locks and limits promise in their headers, checked without running them."""

import re
from typing import Final

from backbeat.engine.permits.keys import PERMIT_KEYS, PermitKeys, name_in
from backbeat.engine.permits.scripts import LUA, permit_scripts
from backbeat.engine.scripts import LUA as ENGINE
from backbeat.lua import read_folder

COMMANDS: Final = read_folder(LUA / "commands")
INCLUDES: Final = read_folder(LUA / "includes")
SHARED: Final = read_folder(ENGINE / "includes")
FILES: Final = [*COMMANDS.values(), *INCLUDES.values()]
DYNAMIC: Final = frozenset({"wake", "gone"})
FORBIDDEN: Final = (
    "cjson", "cmsgpack", "struct", "bit.", "loadstring", "math.random", "pcall", "KEYS[",
    "redis.call", "\t",
)  # fmt: skip


def test_every_declared_name_is_used() -> None:
    unused = {source.name: set(source.unused()) - {"at_ms"} for source in FILES}
    assert {name: names for name, names in unused.items() if names} == {}


def test_every_command_takes_the_time_first() -> None:
    assert {source.args[0].name for source in COMMANDS.values()} == {"at_ms"}


def test_every_include_is_one_function_that_bears_its_name() -> None:
    for source in INCLUDES.values():
        assert re.findall(r"^local function (\w+)", source.code, re.MULTILINE) == [source.name]
        assert re.findall(r"^local (?!function)", source.code, re.MULTILINE) == []


def test_files_are_short_enough_to_read() -> None:
    for source in FILES:
        lines = source.text.splitlines()
        assert len(lines) <= 100, source.name
        assert max(len(line) for line in lines) <= 100, source.name


def test_nothing_is_used_that_other_engines_lack() -> None:
    for source in FILES:
        assert {name for name in FORBIDDEN if name in source.code} == set(), source.name


def test_every_key_is_declared_and_known() -> None:
    for source in FILES:
        assert set(source.keys) <= set(PERMIT_KEYS), source.name
        assert set(source.dynamic) <= DYNAMIC, source.name
        built = set(re.findall(r"prefix \.\. '(\w+):'", source.code))
        assert built == set(source.dynamic), source.name


def test_every_field_that_is_read_is_declared() -> None:
    ours = {"us", "free"}
    for source in FILES:
        used = set(re.findall(r"\bpermit\.(\w+)", source.code)) - ours
        assert used == set(source.fields), source.name


def test_what_is_called_is_included_and_the_reverse() -> None:
    known = {*INCLUDES, *SHARED}
    for source in FILES:
        called = set(re.findall(r"(?<![.:\w])(\w+)\(", source.code)) & known
        assert called - {source.name} == set(source.includes), source.name


def test_no_include_hides_one_of_the_engine() -> None:
    assert INCLUDES.keys() & SHARED.keys() == set()


def test_a_script_touches_one_slot_of_a_cluster() -> None:
    keys = PermitKeys("bb", "wallet:{9xQe} 100%")
    for script in permit_scripts().values():
        tags = {keys.key(name).split("{")[1].split("}")[0] for name in script.keys}
        assert tags == {"L:wallet:%7B9xQe%7D%20100%25"}, script.name


def test_a_name_is_read_back_out_of_its_key() -> None:
    for name in ("a", "wallet:{9xQe} 100%", "ü|x", "L:}:{"):
        assert name_in(PermitKeys("bb", name).key("meta")) == name


def test_the_readme_has_a_row_for_every_script() -> None:
    readme = (LUA / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `(\w+)` \|", readme, re.MULTILINE)) == sorted(COMMANDS)
