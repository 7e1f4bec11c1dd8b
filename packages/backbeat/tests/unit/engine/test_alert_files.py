"""What every Lua file of the alerts promises in its header, checked without running it."""

import re
from typing import Final

from backbeat.engine.alerts.keys import ALERT_KEYS
from backbeat.engine.alerts.scripts import LUA, alert_scripts
from backbeat.engine.codes import Code
from backbeat.engine.scripts import LUA as ENGINE
from backbeat.lua import read_folder

COMMANDS: Final = read_folder(LUA / "commands")
INCLUDES: Final = read_folder(LUA / "includes")
FILES: Final = [*COMMANDS.values(), *INCLUDES.values()]
FORBIDDEN: Final = ("cjson", "cmsgpack", "struct", "bit.", "pcall", "KEYS[", "redis.call", "\t")


def test_every_declared_name_is_used() -> None:
    assert {source.name: source.unused() for source in FILES if source.unused()} == {}


def test_every_file_is_short_and_speaks_to_every_engine() -> None:
    for source in FILES:
        lines = source.text.splitlines()
        assert len(lines) <= 100, source.name
        assert max(map(len, lines)) <= 100, source.name
        assert [word for word in FORBIDDEN if word in source.code] == [], source.name


def test_every_declared_key_is_known() -> None:
    for source in FILES:
        assert set(source.keys) <= set(ALERT_KEYS), source.name


def test_what_is_called_is_included_and_the_reverse() -> None:
    names = set(INCLUDES) | set(read_folder(ENGINE / "includes"))
    for source in FILES:
        called = set(re.findall(r"(?<![.:\w])(\w+)\(", source.code)) & names
        assert called - {source.name} == set(source.includes), source.name


def test_codes_are_known() -> None:
    assert {code for each in alert_scripts().values() for code in each.codes} <= set(Code)
